"""What customers do, for any market: choice, response to advertising, loyalty, talk, complaint and their worth."""

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.behaviour import choice, complaint, loyalty, recovery, response, value, word_of_mouth
from sim.behaviour.dimensions import Floats

shares = st.floats(0.0, 1.0)
uniforms = st.floats(0.0, 1.0, exclude_min=True, exclude_max=True)
scores = st.floats(0.0, 100.0)
amounts = st.floats(0.0, 1e6)
utilities = arrays.arrays(np.float64, (4, 3), elements=st.floats(-800.0, 800.0))


@given(utilities)
def test_choice_probabilities_sum_to_one_for_any_utilities(values: Floats) -> None:
    chances = choice.probabilities(values)
    assert np.all(chances >= 0.0)
    assert np.allclose(chances.sum(axis=1), 1.0, rtol=0.0, atol=1e-12)


@given(utilities, st.floats(-500.0, 500.0))
def test_only_differences_of_utility_matter(values: Floats, shift: float) -> None:
    assert np.allclose(choice.probabilities(values + shift), choice.probabilities(values), rtol=0.0, atol=1e-9)
    assert np.allclose(choice.logsum(values + shift), choice.logsum(values) + shift, rtol=1e-9, atol=1e-9)


@given(arrays.arrays(np.float64, (1, 3), elements=st.floats(-5.0, 5.0)), st.floats(-5.0, 5.0))
def test_a_new_rival_takes_from_all_in_proportion(values: Floats, rival: float) -> None:
    """Independence of irrelevant alternatives."""
    before = choice.probabilities(values)[0]
    after = choice.probabilities(np.column_stack((values, [rival])))[0]
    assert np.isclose(after[0] / after[1], before[0] / before[1], rtol=1e-9)


@given(arrays.arrays(np.float64, (1, 3), elements=st.floats(-5.0, 5.0)), st.floats(0.01, 3.0))
def test_a_better_alternative_wins_choices_from_every_other(values: Floats, better: float) -> None:
    improved = values.copy()
    improved[0, 0] += better
    now, then = choice.probabilities(values)[0], choice.probabilities(improved)[0]
    assert then[0] > now[0]
    assert np.all(then[1:] < now[1:])
    assert choice.logsum(improved)[0] > choice.logsum(values)[0]


@given(utilities, arrays.arrays(np.float64, 4, elements=uniforms), st.integers(0, 2))
def test_what_is_not_on_offer_is_never_chosen(values: Floats, luck: Floats, missing: int) -> None:
    values = values.copy()
    values[:, missing] = -np.inf
    chosen = choice.choose(values, luck)
    assert np.all(chosen != missing)
    assert np.all((chosen >= 0) & (chosen < 3))


@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6))
def test_the_utmost_luck_draws_the_last_column_that_has_weight(one: float, other: float) -> None:
    luck = np.array([np.nextafter(0.0, 1.0), np.nextafter(1.0, 0.0)])
    drawn = choice.draw(np.array([[0.0, one, other, 0.0]] * 2), luck)
    assert drawn.tolist() == [1, 2]


@given(arrays.arrays(np.float64, (1, 3), elements=st.floats(-5.0, 5.0)), uniforms, st.floats(0.0, 3.0))
def test_the_same_luck_keeps_a_customer_with_the_first_alternative_when_it_improves(
    values: Floats, luck: float, better: float
) -> None:
    improved = values.copy()
    improved[0, 0] += better
    now, then = (choice.choose(v, np.array([luck]))[0] for v in (values, improved))
    assert then <= now


@given(st.floats(1.0, 1e4), st.floats(1.0, 1e4), shares)
def test_a_reference_price_lies_between_memory_and_the_price(reference: float, price: float, memory: float) -> None:
    after = choice.update_reference_price(reference=reference, price=price, memory=memory)
    low, high = sorted((reference, price))
    assert low * (1 - 1e-12) <= after <= high * (1 + 1e-12)


@given(amounts, amounts, st.floats(0.1, 1e3), st.floats(0.2, 5.0))
def test_more_pressure_never_gets_less_response_and_never_more_than_all(
    one: float, other: float, half: float, slope: float
) -> None:
    pressure = np.sort(np.array([one, other]))
    for effect in (
        response.hill(pressure, half=half, slope=slope),
        response.logistic_saturation(pressure, rate=1.0 / half),
        response.michaelis_menten(pressure, maximum=1.0, half=half),
    ):
        assert 0.0 <= effect[0] <= effect[1] <= 1.0


@given(st.floats(0.0, 20.0), st.floats(0.05, 50.0), st.integers(1, 5))
def test_uneven_viewing_reaches_fewer_people(mean: float, shape: float, at_least: int) -> None:
    even = response.poisson_reach(mean, at_least=1)
    uneven = response.negative_binomial_reach(mean, shape=shape, at_least=1)
    assert uneven <= even + 1e-12
    assert response.poisson_reach(mean, at_least=at_least) <= even + 1e-12
    assert 0.0 <= response.negative_binomial_reach(mean, shape=shape, at_least=at_least) <= uneven + 1e-12


@given(arrays.arrays(np.float64, 12, elements=st.floats(0.0, 100.0)), st.floats(0.05, 0.95), st.floats(0.0, 3.0))
def test_delayed_adstock_keeps_the_pressure_it_is_given(exposures: Floats, retention: float, peak: float) -> None:
    weights = response.delayed_adstock_weights(retention=retention, peak=peak, length=6)
    padded = np.concatenate((exposures, np.zeros(5)))
    kept = response.delayed_adstock(exposures=padded, weights=weights)
    assert np.isclose(kept.sum(), exposures.sum(), rtol=1e-9, atol=1e-9)


@given(st.floats(0.0, 60.0), st.floats(0.001, 0.1), st.floats(0.1, 3.0))
def test_late_forgetting_keeps_more_than_forgetting_at_once_until_the_delay_is_over(
    elapsed: float, forgetting: float, memorability: float
) -> None:
    now = min(elapsed, memorability)
    late = response.delayed_forgetting(now, forgetting=forgetting, memorability=memorability)
    # In the delay the loss is δ·t, of the whole, against 1 - e^{-δt} of what is left.
    assert abs(late - (1.0 - forgetting * now)) < 1e-12
    assert late <= response.remembered(now, forgetting=forgetting) + 1e-12


@given(scores, shares, st.floats(0.2, 6.0), shares)
def test_loyalty_stays_within_zero_and_one_and_moves_to_its_target(
    satisfaction: float, before: float, exponent: float, adjustment: float
) -> None:
    after = loyalty.update_loyalty(
        loyalty=np.array([before]), satisfaction=np.array([satisfaction]), exponent=exponent, adjustment=adjustment
    )[0]
    target = float(loyalty.loyalty_target(satisfaction, exponent=exponent))
    assert 0.0 <= after <= 1.0
    assert abs(after - target) <= abs(before - target) + 1e-12


@given(st.floats(0.0, 80.0), st.floats(1.1, 6.0))
def test_in_competitive_markets_the_last_points_of_satisfaction_matter_most(
    satisfaction: float, exponent: float
) -> None:
    """Jones & Sasser (1995)."""
    low, middle, high = loyalty.loyalty_target(satisfaction + np.array([0.0, 10.0, 20.0]), exponent=exponent)
    assert high - middle > middle - low


@given(st.floats(-3.0, 3.0), st.floats(0.1, 2.0), st.floats(0.0, 3.0), st.floats(0.1, 3.0))
def test_satisfaction_and_switching_costs_hold_customers_and_failures_drive_them_off(
    satisfaction: float, better: float, failures: float, cost: float
) -> None:
    def hazard(satisfaction: float, failures: float, cost: float) -> float:
        return float(
            loyalty.churn_hazard(
                satisfaction=satisfaction,
                price_gap=0.0,
                failures=failures,
                tenure=1.0,
                switching_cost=cost,
                intercept=-3.0,
                satisfaction_effect=-0.8,
                price_effect=0.5,
                failure_effect=0.6,
                tenure_effect=-0.1,
                switching_effect=-0.7,
            )
        )

    now = hazard(satisfaction, failures, cost)
    assert 0.0 < now < 1.0
    assert hazard(satisfaction + better, failures, cost) < now
    assert hazard(satisfaction, failures + 1.0, cost) > now
    assert hazard(satisfaction, failures, cost + better) < now


@given(st.floats(0.0, 0.999), st.integers(1, 365))
def test_a_daily_hazard_compounds_to_its_period(hazard: float, days: int) -> None:
    daily = loyalty.hazard_per_day(hazard, days=float(days))
    assert abs((1.0 - daily) ** days - (1.0 - hazard)) < 1e-9


@given(
    arrays.arrays(np.float64, (6, 5), elements=st.floats(-3.0, 3.0)), arrays.arrays(np.float64, 6, elements=uniforms)
)
def test_nobody_leaves_for_a_cause_that_did_not_touch_them(drivers: Floats, luck: Floats) -> None:
    causes = loyalty.cause_of_leaving(drivers=drivers, voluntary=np.full(6, 0.1), involuntary=0.0, uniforms=luck)
    untouched = np.all(drivers <= 0.0, axis=1)
    for row, cause in enumerate(causes):
        if untouched[row]:
            assert loyalty.CAUSES[cause] == "rival"
        else:
            assert drivers[row, cause] > 0.0


@given(st.floats(0.2, 10.0), st.floats(0.2, 10.0))
def test_a_mixed_cohort_keeps_more_of_those_it_still_has_every_year(alpha: float, beta: float) -> None:
    rates = loyalty.mixed_cohort_retention(np.arange(1, 30), alpha=alpha, beta=beta)
    survival = loyalty.mixed_cohort_survival(np.arange(0, 30), alpha=alpha, beta=beta)
    assert np.all(np.diff(rates) > 0.0)
    assert np.all(np.diff(survival) < 0.0)
    assert np.allclose(survival[1:] / survival[:-1], rates, rtol=1e-8)


@given(scores, st.floats(10.0, 90.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.01, 1.0))
def test_talk_is_least_when_there_is_nothing_to_tell(
    satisfaction: float, neutral: float, base: float, delight: float, extra: float
) -> None:
    anger = delight + extra
    rate = float(word_of_mouth.talk_rate(satisfaction, neutral=neutral, base=base, delight=delight, anger=anger))
    assert base <= rate <= base + anger + 1e-12
    furious, thrilled = word_of_mouth.talk_rate(
        np.array([0.0, 100.0]), neutral=neutral, base=base, delight=delight, anger=anger
    )
    assert furious > thrilled


@given(scores, st.floats(10.0, 90.0))
def test_the_tone_of_talk_follows_satisfaction(satisfaction: float, neutral: float) -> None:
    tone = float(word_of_mouth.tone(satisfaction, neutral=neutral))
    assert -1.0 <= tone <= 1.0
    assert np.sign(tone) == np.sign(satisfaction - neutral)


@given(st.floats(0.001, 0.999), st.floats(-1.0, 1.0), shares, st.floats(0.0, 3.0))
def test_good_talk_raises_and_bad_talk_lowers_a_belief_and_both_together_leave_it(
    belief: float, tone: float, tie: float, strength: float
) -> None:
    heard = float(word_of_mouth.hear(belief, tone=tone, tie=tie, strength=strength))
    assert 0.0 < heard < 1.0
    assert (heard - belief) * tone >= -1e-12
    assert abs(float(word_of_mouth.hear(heard, tone=-tone, tie=tie, strength=strength)) - belief) < 1e-9


@given(arrays.arrays(np.int64, st.integers(1, 50), elements=st.integers(0, 10)))
def test_net_promoter_score_lies_within_a_hundred_points_either_way(answers: np.ndarray) -> None:
    score, error = word_of_mouth.net_promoter_score(answers)
    assert -100.0 <= score <= 100.0
    assert 0.0 <= error <= 100.0 / np.sqrt(len(answers)) + 1e-9


@given(st.floats(0.0, 2.0), st.integers(1, 50))
def test_chances_within_steps_add_up_to_the_chance_within_their_sum(rate: float, steps: int) -> None:
    short = word_of_mouth.chance_within(rate, elapsed=1.0 / steps)
    assert abs((1.0 - short) ** steps - (1.0 - word_of_mouth.chance_within(rate, elapsed=1.0))) < 1e-12


@given(shares, shares, st.floats(0.01, 0.99), st.integers(0, 20), st.integers(0, 20))
def test_each_informed_acquaintance_makes_being_informed_likelier(
    advertising: float, weak: float, strong: float, weak_informed: int, strong_informed: int
) -> None:
    assume(advertising < 1.0 and weak < 1.0)

    def chance(weak_informed: int, strong_informed: int) -> float:
        return float(
            word_of_mouth.strong_and_weak_ties(
                advertising=advertising,
                weak=weak,
                strong=strong,
                weak_informed=weak_informed,
                strong_informed=strong_informed,
            )
        )

    now = chance(weak_informed, strong_informed)
    assert 0.0 <= now <= 1.0
    assert chance(weak_informed + 1, strong_informed) >= now
    assert chance(weak_informed, strong_informed + 1) >= now


@given(shares, shares, arrays.arrays(np.float64, 3, elements=shares), st.floats(0.0, 0.5))
def test_complaints_pay_whenever_answering_them_does(rate: float, silent: float, heard: Floats, more: float) -> None:
    outcomes = np.array([0.4, 0.3, 0.3])

    def kept(rate: float) -> float:
        return float(
            complaint.retention_after_failure(
                complaint_rate=rate, silent_rebuy=silent, outcome_shares=outcomes, outcome_rebuy=heard
            )
        )

    answered = float(np.sum(outcomes * heard))
    change = kept(min(rate + more, 1.0)) - kept(rate)
    assert change * (answered - silent) >= -1e-12


@given(scores, scores, st.integers(0, 1), arrays.arrays(np.float64, (4, 1), elements=shares), st.booleans())
def test_recovery_never_hurts_and_a_second_failure_never_ends_above_where_it_began(
    prior: float, lost: float, failure: int, resources: Floats, repeated: bool
) -> None:
    def after(resources: Floats) -> float:
        return float(
            recovery.recovered_satisfaction(
                prior=np.array([prior]),
                left=np.array([left]),
                failure=np.array([failure]),
                resources=resources,
                effects=np.array([[30.0, 20.0, 2.0, 2.0], [4.0, 4.0, 15.0, 15.0]]),
                repeated=np.array([repeated]),
                paradox=5.0,
            )[0]
        )

    left = max(prior - lost, 0.0)
    assert left == after(np.zeros((4, 1))) <= after(resources) <= 100.0
    assert after(resources) <= prior + (0.0 if repeated else 5.0)


@given(st.floats(0.05, 0.95), st.floats(0.01, 0.5), st.integers(1, 40))
def test_a_customer_is_worth_more_the_longer_one_looks_and_never_more_than_for_ever(
    retention: float, interest: float, periods: int
) -> None:
    short = value.lifetime_value_within(margin=100.0, retention=retention, interest=interest, periods=periods)
    longer = value.lifetime_value_within(margin=100.0, retention=retention, interest=interest, periods=periods + 1)
    ever = value.lifetime_value(margin=100.0, retention=retention, interest=interest, growth=0.0)
    assert short <= longer <= ever * (1 + 1e-12)
    lifetime = value.discounted_lifetime(retention=retention, interest=interest)
    assert lifetime < value.expected_lifetime(retention)
