"""How customers judge, for any service: bounds, directions and continuity, from quality to trust in promises."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from sim.behaviour import expectation, quality, satisfaction
from sim.behaviour.dimensions import Floats, weighted

scale = st.floats(1.0, 7.0)
shares = st.floats(0.0, 1.0)
slopes = st.floats(0.0, 30.0)
dimensions = arrays.arrays(np.float64, (5, 3), elements=scale)
importances = arrays.arrays(np.float64, 5, elements=st.floats(0.01, 1.0)).map(lambda weights: weights / weights.sum())
waits = st.floats(0.0, 200.0)
zones = st.tuples(st.floats(0.5, 20.0), st.floats(0.5, 40.0)).map(lambda zone: (zone[0], zone[0] + zone[1]))


@given(waits, waits, zones)
def test_a_longer_wait_is_never_judged_better(one: float, other: float, zone: tuple[float, float]) -> None:
    short, long = sorted((one, other))
    desired, adequate = zone
    better, worse = quality.wait_to_scale(np.array([short, long]), desired=desired, adequate=adequate)
    assert 7.0 >= better >= worse >= 1.0
    hopeless = adequate + 3.0 * (adequate - desired)
    if long - short > 1e-6 and long < hopeless:
        assert better > worse


@given(zones)
def test_the_wait_mapping_has_no_jumps(zone: tuple[float, float]) -> None:
    desired, adequate = zone
    for corner in (desired, adequate, adequate + 3.0 * (adequate - desired)):
        near = np.array([corner * (1.0 - 1e-9), corner, corner * (1.0 + 1e-9)])
        assert np.ptp(quality.wait_to_scale(near, desired=desired, adequate=adequate)) < 1e-6


@given(scale, zones)
def test_minutes_and_scale_translate_both_ways(level: float, zone: tuple[float, float]) -> None:
    desired, adequate = zone
    wait = quality.scale_to_wait(level, desired=desired, adequate=adequate)
    assert abs(quality.wait_to_scale(wait, desired=desired, adequate=adequate) - level) < 1e-9


@given(shares, st.floats(1.0, 3.9), st.floats(4.0, 7.0))
def test_shares_and_scale_translate_both_ways(share: float, failed: float, kept: float) -> None:
    level = quality.share_to_scale(share, kept=kept, failed=failed)
    assert failed <= level <= kept + 1e-12
    assert abs(quality.scale_to_share(level, kept=kept, failed=failed) - share) < 1e-9


@given(dimensions, importances)
def test_overall_quality_lies_between_the_worst_and_the_best_dimension(levels: Floats, importance: Floats) -> None:
    score = quality.overall(quality=levels, importance=importance)
    assert np.all(score >= levels.min(axis=0) - 1e-12)
    assert np.all(score <= levels.max(axis=0) + 1e-12)


@given(dimensions, importances)
def test_one_importance_for_all_is_the_same_as_that_importance_for_each(levels: Floats, importance: Floats) -> None:
    each = np.repeat(importance[:, np.newaxis], 3, axis=1)
    assert np.array_equal(weighted(levels, importance), weighted(levels, each))


@given(dimensions, dimensions, dimensions, shares, shares, shares)
def test_expecting_more_raises_and_deserving_more_lowers_perceived_quality(
    delivered: Floats, will: Floats, desired: Floats, gamma_will: float, gamma_desired: float, more: float
) -> None:
    """The opposing effects of will and should, Boulding et al. (1993)."""

    def seen(will: Floats, desired: Floats) -> Floats:
        return quality.perceived(
            delivered=delivered, will=will, desired=desired, gamma_will=gamma_will, gamma_desired=gamma_desired
        )

    now = seen(will, desired)
    assert np.all(seen(will + more, desired) >= now - 1e-12)
    assert np.all(seen(will, desired + more) <= now + 1e-12)
    assert np.all((now >= 1.0) & (now <= 7.0))


@given(dimensions, shares, shares)
def test_when_all_agree_perception_is_what_was_delivered(
    delivered: Floats, gamma_will: float, gamma_desired: float
) -> None:
    seen = quality.perceived(
        delivered=delivered,
        will=delivered,
        desired=delivered,
        gamma_will=gamma_will,
        gamma_desired=gamma_desired,
    )
    assert np.array_equal(seen, delivered)


def asymmetric(perceived: Floats, expected: Floats, importance: Floats, gain: float, loss: float) -> Floats:
    return satisfaction.asymmetric_disconfirmation(
        perceived=perceived,
        expected=expected,
        importance=importance,
        intercept=5.0,
        quality=12.0,
        assimilation=0.0,
        gain=gain,
        loss=loss,
        ease=0.8,
    )


def by_prospect(perceived: Floats, expected: Floats, importance: Floats) -> Floats:
    return satisfaction.prospect(
        perceived=perceived,
        expected=expected,
        importance=importance,
        neutral=70.0,
        points=9.0,
        curvature=0.88,
        loss_aversion=2.25,
    )


def by_zone(perceived: Floats, adequate: Floats, desired: Floats, importance: Floats) -> Floats:
    return satisfaction.zone_of_tolerance(
        perceived=perceived,
        adequate=adequate,
        desired=desired,
        importance=importance,
        neutral=72.0,
        inside=3.0,
        above=6.0,
        below=14.0,
    )


@given(dimensions, dimensions, importances, st.floats(0.0, 3.0))
def test_better_service_never_satisfies_less_in_any_form(
    perceived: Floats, expected: Floats, importance: Floats, better: float
) -> None:
    desired = np.maximum(expected, 2.0)
    adequate = desired - 1.0
    pairs = (
        (
            asymmetric(perceived, expected, importance, 4.0, 12.0),
            asymmetric(perceived + better, expected, importance, 4.0, 12.0),
        ),
        (by_prospect(perceived, expected, importance), by_prospect(perceived + better, expected, importance)),
        (by_zone(perceived, adequate, desired, importance), by_zone(perceived + better, adequate, desired, importance)),
    )
    for now, then in pairs:
        assert np.all(then >= now - 1e-9)
        assert np.all((now >= 0.0) & (now <= 100.0))


@given(dimensions, dimensions, importances, st.floats(0.0, 3.0))
def test_expecting_more_of_the_same_service_never_satisfies_more(
    perceived: Floats, expected: Floats, importance: Floats, more: float
) -> None:
    now = asymmetric(perceived, expected, importance, 4.0, 12.0)
    assert np.all(asymmetric(perceived, expected + more, importance, 4.0, 12.0) <= now + 1e-9)
    assert np.all(
        by_prospect(perceived, expected + more, importance) <= by_prospect(perceived, expected, importance) + 1e-9
    )


@given(st.floats(0.01, 1.5), st.floats(0.0, 10.0), st.floats(0.01, 10.0))
def test_a_disappointment_weighs_more_than_a_pleasant_surprise_of_the_same_size(
    surprise: float, gain: float, worse: float
) -> None:
    importance = np.full(5, 0.2)
    expected = np.full((5, 1), 4.0)

    def moved(sign: float) -> float:
        # The effect of quality itself is the same both ways and cancels.
        there = asymmetric(expected + sign * surprise, expected, importance, gain, gain + worse)
        level = asymmetric(expected + sign * surprise, expected + sign * surprise, importance, gain, gain + worse)
        return abs(float(there[0] - level[0]))

    assert moved(-1.0) > moved(1.0)
    below = 70.0 - by_prospect(expected - surprise, expected, importance)[0]
    above = by_prospect(expected + surprise, expected, importance)[0] - 70.0
    assert below > above


@given(st.floats(1.5, 5.0), st.floats(0.1, 1.9))
def test_satisfaction_has_no_jump_at_the_edges_of_the_zone_of_tolerance(adequate: float, width: float) -> None:
    low, high = np.full((5, 3), adequate), np.full((5, 3), adequate + width)
    for edge in (adequate, adequate + width):
        around = np.tile(np.array([edge - 1e-9, edge, edge + 1e-9]), (5, 1))
        assert np.ptp(by_zone(around, low, high, np.full(5, 0.2))) < 1e-6


@given(st.floats(0.0, 100.0), st.floats(0.0, 100.0), shares)
def test_cumulative_satisfaction_lies_between_memory_and_the_latest_visit(
    previous: float, transaction: float, recency: float
) -> None:
    low, high = sorted((previous, transaction))
    after = satisfaction.cumulative(
        previous=np.array([previous]), transaction=np.array([transaction]), recency=recency
    )[0]
    assert low - 1e-9 <= after <= high + 1e-9


@given(arrays.arrays(np.float64, (6, 2), elements=st.floats(0.0, 100.0)))
def test_the_same_waits_ending_well_are_remembered_no_worse_than_ending_badly(moments: Floats) -> None:
    """The preference for improving sequences, Loewenstein & Prelec (1993)."""
    improving = np.sort(moments, axis=0)
    # The extreme moment is the same; a tie between a best and a worst moment equally far from 50 is left out.
    low, high = improving[0], improving[-1]
    clear = np.abs((50.0 - low) - (high - 50.0)) > 1e-9
    well = satisfaction.peak_end_recall(moments=improving, neutral=50.0)
    badly = satisfaction.peak_end_recall(moments=improving[::-1], neutral=50.0)
    assert np.all(well[clear] >= badly[clear] - 1e-9)


@given(scale, scale, st.floats(0.01, 9.0), st.floats(0.01, 9.0))
def test_learning_moves_a_belief_towards_experience_and_makes_it_surer(
    mean: float, experience: float, variance: float, noise_variance: float
) -> None:
    after, surer = expectation.bayesian_update(
        mean=np.array([mean]),
        variance=np.array([variance]),
        experience=np.array([experience]),
        noise_variance=noise_variance,
    )
    low, high = sorted((mean, experience))
    assert low - 1e-9 <= after[0] <= high + 1e-9
    assert 0.0 < surer[0] < variance


@given(scale, st.floats(0.01, 9.0), st.floats(0.01, 9.0), st.floats(0.01, 2.0))
def test_meeting_expectations_always_raises_preference(
    mean: float, variance: float, noise_variance: float, risk_aversion: float
) -> None:
    """Rust, Inman, Jia & Zahorik (1999), first proposition."""
    before = expectation.certainty_equivalent(
        mean=np.array([mean]),
        variance=np.array([variance]),
        noise_variance=noise_variance,
        risk_aversion=risk_aversion,
    )
    same, surer = expectation.bayesian_update(
        mean=np.array([mean]),
        variance=np.array([variance]),
        experience=np.array([mean]),
        noise_variance=noise_variance,
    )
    after = expectation.certainty_equivalent(
        mean=same, variance=surer, noise_variance=noise_variance, risk_aversion=risk_aversion
    )
    assert after[0] > before[0]


@given(scale, scale, shares, shares, st.floats(0.0, 0.5))
def test_a_promise_moves_expectation_towards_itself_and_more_so_the_more_it_is_believed(
    level: float, promise: float, weight: float, credibility: float, more: float
) -> None:
    def distance(belief: float) -> float:
        heard = expectation.hear_promise(
            expectation=np.array([level]), promise=promise, weight=weight, credibility=belief
        )
        return abs(float(heard[0]) - promise)

    assert distance(credibility) <= abs(level - promise) + 1e-9
    assert distance(min(credibility + more, 1.0)) <= distance(credibility) + 1e-9


@given(shares, dimensions, dimensions, importances, st.floats(0.0, 2.0), shares)
def test_credibility_stays_within_zero_and_one_and_falls_with_the_shortfall(
    credibility: float, promise: Floats, perceived: Floats, importance: Floats, loss: float, recovery: float
) -> None:
    shortfall = expectation.promise_shortfall(promise=promise, perceived=perceived, importance=importance)
    worse = expectation.promise_shortfall(promise=promise, perceived=perceived - 0.5, importance=importance)
    trust = np.full(3, credibility)
    after = expectation.update_credibility(credibility=trust, shortfall=shortfall, loss=loss, recovery=recovery)
    then = expectation.update_credibility(credibility=trust, shortfall=worse, loss=loss, recovery=recovery)
    assert np.all(shortfall >= 0.0)
    assert np.all((after >= 0.0) & (after <= 1.0))
    assert np.all(then <= after)


@given(scale, scale, scale, scale, shares, st.floats(0.0, 2.0), st.floats(0.0, 2.0), st.floats(0.1, 2.0))
def test_the_adequate_level_leaves_a_zone_of_tolerance(
    initial: float,
    will: float,
    initial_will: float,
    desired: float,
    alternatives: float,
    predicted_effect: float,
    alternatives_effect: float,
    narrowest: float,
) -> None:
    level = expectation.adequate_level(
        initial=np.array([initial]),
        will=np.array([will]),
        initial_will=np.array([initial_will]),
        desired=np.array([desired]),
        alternatives=alternatives,
        predicted_effect=predicted_effect,
        alternatives_effect=alternatives_effect,
        narrowest_zone=narrowest,
    )
    assert level[0] >= 1.0
    assert level[0] <= max(desired - narrowest, 1.0)


@given(scale, st.floats(0.01, 1.0), st.floats(0.001, 0.5))
def test_desires_come_to_rest_when_service_does(usual: float, ratchet: float, relaxation: float) -> None:
    desired = np.array([7.0])
    for _ in range(200):
        previous = desired
        desired = expectation.desired_update(
            desired=desired,
            usual=np.array([usual]),
            initial=np.array([4.0]),
            ratchet=ratchet,
            relaxation=relaxation,
        )
    assert abs(desired[0] - previous[0]) < 0.01
    assert 4.0 - 1e-9 <= desired[0] <= 7.0 + 1e-9
