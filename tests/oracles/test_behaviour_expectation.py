"""Expectations and promises against their formulas, and the propositions of Rust, Inman, Jia & Zahorik (1999)."""

import numpy as np
import pytest

from sim.behaviour import expectation
from sim.behaviour.dimensions import Floats


def one(x: float) -> Floats:
    return np.array([x])


def worth(mean: Floats, variance: Floats) -> float:
    equivalent = expectation.certainty_equivalent(mean=mean, variance=variance, noise_variance=2.0, risk_aversion=0.4)
    return float(equivalent[0])


def test_bayesian_belief_after_three_experiences_of_rust_1999() -> None:
    mean, variance = one(5.0), one(1.0)
    seen = []
    for experience in (3.0, 6.0, 5.0):
        mean, variance = expectation.bayesian_update(
            mean=mean, variance=variance, experience=one(experience), noise_variance=2.0
        )
        seen.append((mean[0], variance[0]))
    expected = [(4 + 1 / 3, 2 / 3), (4.75, 0.5), (4.8, 0.4)]
    assert np.array(seen) == pytest.approx(np.array(expected), abs=1e-12)


def test_meeting_expectations_raises_preference_since_the_risk_falls() -> None:
    before = worth(one(5.0), one(1.0))
    mean, variance = expectation.bayesian_update(
        mean=one(5.0), variance=one(1.0), experience=one(5.0), noise_variance=2.0
    )
    assert before == pytest.approx(4.4, abs=1e-12)
    assert worth(mean, variance) == pytest.approx(4.4 + 1 / 15, abs=1e-12)


def test_an_experience_slightly_worse_than_expected_leaves_preference_as_it_was() -> None:
    # Indifference at x = 4.8 < μ = 5.
    mean, variance = expectation.bayesian_update(
        mean=one(5.0), variance=one(1.0), experience=one(4.8), noise_variance=2.0
    )
    assert worth(mean, variance) == pytest.approx(4.4, abs=1e-12)


def test_a_rational_customer_may_prefer_a_lower_but_surer_service() -> None:
    surer = expectation.certainty_equivalent(mean=one(4.8), variance=one(0.1), noise_variance=0.5, risk_aversion=0.4)
    higher = expectation.certainty_equivalent(mean=one(5.0), variance=one(1.0), noise_variance=2.0, risk_aversion=0.4)
    assert surer[0] > higher[0]


def test_an_experienced_customer_gains_less_from_the_same_good_visit() -> None:
    def gain(variance: float) -> float:
        after = expectation.bayesian_update(
            mean=one(5.0), variance=one(variance), experience=one(6.0), noise_variance=2.0
        )
        return worth(*after) - worth(one(5.0), one(variance))

    assert gain(0.2) < gain(1.0)


def test_exponential_update_of_boulding_1993() -> None:
    # WE' = (1 - K)·WE + K·DS = .8·5 + .2·3
    assert expectation.exponential_update(expectation=one(5.0), experience=one(3.0), learning=0.2)[0] == 4.6


def test_desired_rises_to_what_is_usual_and_relaxes_to_where_it_began() -> None:
    # SE' = SE + η·max(x̄ - SE, 0) - ρ(SE - SE0): 5.5 + .1·.5 - .02·.5, and without the rise 5.5 - .01
    for usual, level in ((6.0, 5.54), (5.0, 5.49)):
        moved = expectation.desired_update(
            desired=one(5.5), usual=one(usual), initial=one(5.0), ratchet=0.1, relaxation=0.02
        )
        assert moved[0] == pytest.approx(level, abs=1e-12)


def test_smoothing_keeps_noisy_visits_from_raising_desires_for_ever() -> None:
    visits = 5.0 + 0.5 * np.random.default_rng(7).standard_normal((180, 400))
    ratcheted = np.full(400, 5.0)
    desired, usual = np.full(400, 5.0), np.full(400, 5.0)
    for visit in visits:
        ratcheted = ratcheted + 0.1 * np.maximum(visit - ratcheted, 0.0)
        usual = expectation.exponential_update(expectation=usual, experience=visit, learning=0.05)
        desired = expectation.desired_update(
            desired=desired, usual=usual, initial=np.full(400, 5.0), ratchet=0.1, relaxation=0.05
        )
    # The smoothed delivery has sd .5·√(K/(2-K)) = .08, so desires stay within that of where they began.
    assert np.mean(ratcheted) - 5.0 > 0.5
    assert 0.0 < np.mean(desired) - 5.0 < 0.5 * np.sqrt(0.05 / 1.95)


def test_a_promise_pulls_expectation_as_far_as_it_is_believed() -> None:
    # E' = (1 - κc)·E + κc·Prom = .75·5 + .25·7
    heard = expectation.hear_promise(expectation=one(5.0), promise=7.0, weight=0.5, credibility=one(0.5))
    assert heard[0] == 5.5


def test_a_broken_promise_costs_credibility_and_time_gives_some_back() -> None:
    # c' = c - λ·max(Prom - P, 0) + ρ(1 - c) = .8 - .1·2 + .05·.2
    shortfall = expectation.promise_shortfall(
        promise=np.full((5, 1), 6.0), perceived=np.full((5, 1), 4.0), importance=np.full(5, 0.2)
    )
    after = expectation.update_credibility(credibility=one(0.8), shortfall=shortfall, loss=0.1, recovery=0.05)
    assert shortfall[0] == pytest.approx(2.0, abs=1e-12)
    assert after[0] == pytest.approx(0.61, abs=1e-12)


def test_only_what_was_promised_can_fall_short() -> None:
    promise = np.full((5, 1), np.nan)
    promise[1] = 6.0
    shortfall = expectation.promise_shortfall(
        promise=promise, perceived=np.full((5, 1), 4.0), importance=np.array([0.32, 0.22, 0.19, 0.16, 0.11])
    )
    assert shortfall[0] == pytest.approx(0.22 * 2.0, abs=1e-12)


def test_the_adequate_level_rises_with_predicted_service_and_alternatives_and_stays_below_the_desired() -> None:
    def adequate(will: float, alternatives: float) -> float:
        level = expectation.adequate_level(
            initial=one(4.0),
            will=one(will),
            initial_will=one(5.0),
            desired=one(6.0),
            alternatives=alternatives,
            predicted_effect=0.5,
            alternatives_effect=1.0,
            narrowest_zone=0.5,
        )
        return float(level[0])

    assert adequate(5.0, 0.0) == 4.0
    assert adequate(6.0, 0.0) == 4.5
    assert adequate(5.0, 0.4) == pytest.approx(4.4, abs=1e-12)
    assert adequate(7.0, 1.0) == 5.5
