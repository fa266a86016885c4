"""Who talks, how they speak, what it does to a listener, and how news spreads by word of mouth.

Satisfaction goes in and talk (per occasion), tone (-1 to 1) and recommendation (0-10) come out; beliefs go in as
probabilities and come out moved. Adoption hazards are per stated unit of time and converted by `chance_within`.
"""

import numpy as np
from scipy import special

from sim.behaviour.dimensions import Floats, Integers, Numbers


def talk_rate(satisfaction: Numbers, *, neutral: Numbers, base: Numbers, delight: Numbers, anger: Numbers) -> Floats:
    """Times a customer tells others, per occasion to talk: an asymmetric U in satisfaction. Anderson (1998).

    base + delight·((S - n)/(100 - n))² above the `neutral` n, base + anger·((n - S)/n)² below it: `base` at n,
    base + delight at 100 and base + anger at 0. Anderson finds anger greater than delight, by less than folklore says.
    """
    distance = _distance(satisfaction, neutral)
    return np.asarray(base + np.where(distance >= 0.0, delight, anger) * distance**2)


def tone(satisfaction: Numbers, *, neutral: Numbers) -> Floats:
    """How good or bad the talk is, -1 at satisfaction 0 through 0 at `neutral` to 1 at 100, straight on either side."""
    return _distance(satisfaction, neutral)


def hear(belief: Numbers, *, tone: Numbers, tie: Numbers, strength: Numbers) -> Floats:
    """logit(P') = logit(P) + tone·tie·strength: a listener's probability of buying after one message.

    East, Hammond & Lomax (2008): a message moves an open mind (P near ½) most and a settled one hardly. `tone` is
    -1 to 1, `tie` 0-1, `strength` the log-odds of a fully positive message over a full tie. Several messages add.
    """
    moved = special.logit(np.asarray(belief, dtype=np.float64)) + np.asarray(tone, dtype=np.float64) * tie * strength
    return np.asarray(special.expit(moved), dtype=np.float64)


def recommendation(satisfaction: Numbers) -> Integers:
    """The answer 0-10 to 'would you recommend us?': satisfaction in tens, halves rounded up.

    So promoters (9-10) are satisfied at 85 or more and detractors (0-6) below 65. Reichheld (2003) for the question.
    """
    return np.asarray(np.floor(np.asarray(satisfaction, dtype=np.float64) / 10.0 + 0.5), dtype=np.int64)


def net_promoter_points(answers: Integers) -> Floats:
    """What each answer, 0-10, adds to the net promoter score: 100 for 9-10, -100 for 0-6. Their mean is the score."""
    return 100.0 * (np.asarray(answers >= 9, np.float64) - (answers <= 6))


def net_promoter_score(answers: Integers) -> tuple[float, float]:
    """NPS = 100·(share of 9-10 less share of 0-6) and its standard error, both in points. Reichheld (2003).

    SE = 100·√((π_p + π_d - (π_p - π_d)²)/n). NaN for both without answers.
    """
    if len(answers) == 0:
        return float("nan"), float("nan")
    promoters = np.count_nonzero(answers >= 9) / len(answers)
    detractors = np.count_nonzero(answers <= 6) / len(answers)
    net = promoters - detractors
    return 100.0 * net, 100.0 * float(np.sqrt((promoters + detractors - net**2) / len(answers)))


def strong_and_weak_ties(
    *, advertising: Numbers, weak: Numbers, strong: Numbers, weak_informed: Numbers, strong_informed: Numbers
) -> Floats:
    """P = 1 - (1-α)(1-β_w)^m(1-β_s)^j: the chance to be informed in a step. Goldenberg, Libai & Muller (2001).

    `weak_informed` m and `strong_informed` j are numbers of informed acquaintances and friends; α, β_w and β_s are the
    chances through advertising, one weak tie and one strong tie.
    """
    uninformed = (
        np.log1p(-np.asarray(advertising, dtype=np.float64))
        + weak_informed * np.log1p(-np.asarray(weak, dtype=np.float64))
        + strong_informed * np.log1p(-np.asarray(strong, dtype=np.float64))
    )
    return -np.expm1(uninformed)


def bass_hazard(adopted_share: Numbers, *, innovation: Numbers, imitation: Numbers) -> Floats:
    """p + q·share: the rate at which someone who has not adopted does, per unit of time. Bass (1969).

    `adopted_share` is of the whole market, or of a customer's own contacts on a network.
    """
    return np.asarray(innovation + imitation * np.asarray(adopted_share, dtype=np.float64))


def chance_within(hazard: Numbers, *, elapsed: Numbers) -> Floats:
    """1 - exp(-λ·t): the chance that something of rate λ happens within `elapsed` t, in the time unit of the rate.

    With yearly p and q a day is t = 1/365. A long step under-states contagion, since nobody imitates within it.
    """
    return -np.expm1(-np.asarray(hazard, dtype=np.float64) * elapsed)


def bass_share(elapsed: Numbers, *, innovation: Numbers, imitation: Numbers) -> Floats:
    """F(t) = (1 - e^{-(p+q)t})/(1 + (q/p)e^{-(p+q)t}): the share adopted in a fully mixed market. Bass (1969)."""
    decay = np.exp(-(np.asarray(innovation, dtype=np.float64) + imitation) * elapsed)
    return np.asarray((1.0 - decay) / (1.0 + imitation / innovation * decay))


def bass_peak_time(*, innovation: Numbers, imitation: Numbers) -> Floats:
    """t* = ln(q/p)/(p+q): when adoption is fastest, for q > p. Bass (1969)."""
    return np.asarray(np.log(np.asarray(imitation, dtype=np.float64) / innovation) / (innovation + imitation))


def _distance(satisfaction: Numbers, neutral: Numbers) -> Floats:
    difference = np.asarray(satisfaction, dtype=np.float64) - neutral
    return np.where(difference >= 0.0, difference / (100.0 - neutral), difference / neutral)
