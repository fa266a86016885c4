"""The behaviour of a scenario: for each mechanism one of several cited forms, and its parameters.

Every number here is a program default until the file says otherwise; the sources give the form and the sign of an
effect, rarely its size for one's own market. The equations stand in `sim/behaviour/`.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.scenario.points import Status
from sim.scenario.quantities import Days, NonNegative, Number, PositiveCount, PositiveNumber, Share
from sim.scenario.rewards import GoalGradient, Usage
from sim.scenario.section import Section
from sim.scenario.talk import StrongAndWeakTies
from sim.scenario.waiting import FeltWaits


class OpposingExpectations(Section):
    """Boulding et al. (1993): *will* raises what is perceived, *desired* lowers it."""

    form: Literal["opposing-expectations"]
    will: Share = Field(default=0.1, description="pull of the predicted level on perception")
    desired: Share = Field(default=0.05, description="push of the desired level against perception")
    promise: Share = Field(
        default=0.0, description="pull of the promise on perception (communication that colours; Parasuraman 1985)"
    )


class UnbiasedPerception(Section):
    """Customers perceive what was delivered."""

    form: Literal["unbiased"]


class AsymmetricDisconfirmation(Section):
    """Anderson & Sullivan (1993): quality, and disconfirmation that hurts more than it pleases."""

    form: Literal["asymmetric-disconfirmation"]
    intercept: Number = Field(default=-100 / 6, description="satisfaction points at quality 0 without disconfirmation")
    quality: NonNegative = Field(default=100 / 6, description="points per scale point of perceived quality")
    assimilation: Number = Field(default=0.0, description="direct effect of expectation (Oliver 1980), points")
    gain: NonNegative = Field(default=3.0, description="points per scale point above expectation")
    loss: NonNegative = Field(default=6.0, description="points per scale point below expectation")
    ease: Share = Field(default=1.0, description="how easily quality can be judged")


class Prospect(Section):
    """Tversky & Kahneman (1992): value of gains and losses against *will*."""

    form: Literal["prospect"]
    neutral: Number = Field(default=76.0, description="satisfaction when expectations are met, 0-100")
    points: PositiveNumber = Field(default=9.0, description="satisfaction points per unit of value")
    curvature: PositiveNumber = Field(default=0.88, description="exponent (money gambles, not services)")
    loss_aversion: PositiveNumber = Field(default=2.25, description="losses against gains (money gambles)")


class ZoneOfTolerance(Section):
    """Zeithaml, Berry & Parasuraman (1993): flat inside the zone, steep outside."""

    form: Literal["zone-of-tolerance"]
    neutral: Number = Field(default=76.0, description="satisfaction in the middle of the zone, 0-100")
    inside: NonNegative = Field(default=4.0, description="points per scale point inside the zone")
    above: NonNegative = Field(default=6.0, description="points per scale point above desired")
    below: NonNegative = Field(default=14.0, description="points per scale point below adequate")


class ExponentialLearning(Section):
    """Boulding et al. (1993): the predicted level moves a fixed share of the way to each experience."""

    form: Literal["exponential"]
    learning: Share = Field(default=0.2, description="share of the way per encounter")


class BayesianLearning(Section):
    """Rust et al. (1999): the surer a customer is, the less an experience moves them, and the better they like it."""

    form: Literal["bayesian"]
    prior_variance: PositiveNumber = Field(default=0.5, description="variance of belief at opening, squared points")
    noise_variance: PositiveNumber = Field(default=1.0, description="variance of one transaction, squared points")
    risk_aversion: NonNegative = Field(
        default=0.4, description="scale points of quality given up per half unit of variance, in choosing"
    )


class Expecting(Section):
    """How desired and adequate expectations move."""

    ratchet: Share = Field(default=0.05, description="rise of desired towards better usual delivery, per encounter")
    relaxation: Share = Field(default=0.02, description="return of desired to its level at opening, per encounter")
    predicted: Share = Field(default=0.2, description="rise of adequate with the predicted level")
    narrowest_zone: NonNegative = Field(default=0.2, description="smallest zone of tolerance, scale points")


class Promises(Section):
    """How a promise moves expectations, and what a broken one costs (Kopalle & Lehmann 1995, 2006)."""

    weight: Share = Field(default=0.3, description="pull of one believed exposure on the predicted level")
    desired_weight: Share = Field(default=0.1, description="pull of one believed exposure on the desired level")
    loss: NonNegative = Field(default=0.06, description="trust lost per scale point short of the promise, 0-1")
    recovery: Share = Field(default=0.03, description="share of lost trust that returns at each encounter")


class Choice(Section):
    """Utility of the firm in the multinomial logit among firm, rivals and nothing (McFadden 1974)."""

    constant: Number = Field(default=-4.0, description="utility of the firm for someone who is not its customer")
    relationship: Number = Field(default=6.5, description="added for its customers")
    lapsed: Number = Field(default=-1.0, description="added for those who left")
    satisfaction: NonNegative = Field(default=0.02, description="per point of satisfaction from 70")
    loyalty: NonNegative = Field(default=1.0, description="per unit of loyalty from 0.5")
    quality: NonNegative = Field(default=0.3, description="per scale point of predicted overall quality from 5")
    advertising: NonNegative = Field(default=0.8, description="at full advertising response")
    word_of_mouth: NonNegative = Field(default=1.0, description="per unit of what was heard (log-odds)")
    price: NonNegative = Field(default=2.6, description="per 100 % of price above the usual price")
    offer: NonNegative = Field(default=0.5, description="for someone who knows of a running offer on this need")


class ReferencePrice(Section):
    """Winer (1986): prices are judged against a remembered one; rises hurt more than cuts please."""

    memory: Share = Field(default=0.7, description="weight of the old reference at each purchase")
    gain: NonNegative = Field(default=1.0, description="utility per 100 % below the reference")
    loss: NonNegative = Field(default=2.0, description="utility per 100 % above the reference")


class Fairness(Section):
    """Xia, Monroe & Cox (2004): whoever gets less than others with less of a claim finds the price unfair."""

    compares: Share = Field(
        default=0.2, description="chance to learn, at a purchase, of a greater discount open to a lower tier"
    )
    loss: NonNegative = Field(
        default=2.0,
        le=10,
        description="satisfaction points lost for each 10 points by which the own discount is smaller",
    )


class Response(Section):
    """Advertising response: carry-over, then saturation, worn down by contact fatigue."""

    carry_over: Share = Field(default=0.85, description="share of advertising pressure left a day later")
    half: PositiveNumber = Field(default=2.0, description="pressure (recent exposures) of half the full response")
    slope: PositiveNumber = Field(default=1.0, description="Hill exponent")
    fatigue: NonNegative = Field(default=0.1, description="log effect lost per recent addressed contact")
    contact_memory: Share = Field(default=0.93, description="share of recent contacts still felt a day later")


class Loyalty(Section):
    """Loyalty follows satisfaction, convex at the top (Jones & Sasser 1995)."""

    exponent: PositiveNumber = Field(default=2.0, description="above 1: convex at the top")
    adjustment: Share = Field(default=0.1, description="share of the way to its target at each encounter")


class HazardOfLeaving(Section):
    """Logistic hazard per period (Bolton 1998), with an involuntary part no service can prevent."""

    form: Literal["hazard"]
    period: Days = Field(default=30.0, validate_default=False, gt=0, description="the period the hazard is for")
    intercept: Number = Field(default=-5.2, description="log-odds of leaving in a period at mean satisfaction")
    satisfaction_mean: Number = Field(default=75.0, description="satisfaction that counts as 0")
    satisfaction_sd: PositiveNumber = Field(default=12.0, description="satisfaction points that count as 1")
    satisfaction: Number = Field(default=-0.8, description="per standard unit of satisfaction")
    price: Number = Field(default=1.0, description="per 100 % of price above the reference")
    failures: Number = Field(default=0.4, description="per remembered failure or lost visit")
    tenure: Number = Field(default=-0.05, description="per year as a customer")
    switching_cost: Number = Field(default=-0.3, description="per unit of switching cost")
    involuntary: Share = Field(default=0.002, description="chance a period of leaving for reasons of one's own")
    failure_memory: Days = Field(
        default=60.0, validate_default=False, gt=0, description="days after which a failure is half forgotten"
    )


class BetaGeometricLeaving(Section):
    """Fader & Hardie (2007): everyone leaves with a constant chance of their own, Beta(alpha, beta) a period."""

    form: Literal["beta-geometric"]
    period: Days = Field(default=365.25, validate_default=False, gt=0, description="the period the chance is for")
    alpha: PositiveNumber = Field(description="first shape")
    beta: PositiveNumber = Field(description="second shape")


class LeavingAfterPurchases(Section):
    """Fader, Hardie & Lee (2005): after each purchase as a customer, leaving with a chance of one's own."""

    form: Literal["after-purchases"]
    alpha: PositiveNumber = Field(description="first shape of the chances, Beta(alpha, beta); a of BG/NBD")
    beta: PositiveNumber = Field(description="second shape; b of BG/NBD")


class NobodyLeaves(Section):
    """Customers stay."""

    form: Literal["none"]


class ThroughChoice(Section):
    """People become customers by choosing the firm for a need."""

    form: Literal["through-choice"]


class BassAdoption(Section):
    """Bass (1969) on the network of talk: a hazard of innovation and imitation turns prospects into customers."""

    form: Literal["bass"]
    innovation: NonNegative = Field(description="p, per period")
    imitation: NonNegative = Field(description="q, per period, spread over a person's contacts")
    period: Days = Field(default=365.25, validate_default=False, gt=0, description="the period of p and q")
    again: bool = Field(default=True, description="whether those who left may adopt again")


class WordOfMouth(Section):
    """Talk after encounters (Anderson 1998) and its effect in log-odds (East, Hammond & Lomax 2008)."""

    neutral: Number = Field(default=77.0, gt=0, lt=100, description="satisfaction between praise and blame, 0-100")
    base: Share = Field(default=0.05, description="chance to talk after an encounter at the neutral point")
    delight: Share = Field(default=0.25, description="added chance at satisfaction 100")
    anger: Share = Field(default=0.35, description="added chance at satisfaction 0")
    listeners: PositiveCount = Field(
        default=2, le=1000, description="people told on each occasion, among one's contacts"
    )
    strength: NonNegative = Field(default=0.5, description="log-odds moved by one fully positive message")
    forgetting: Share = Field(default=0.03, description="share of what was heard forgotten a day")
    expectation: Share = Field(default=0.03, description="pull of a message on the listener's predicted level")
    awareness: bool = Field(default=True, description="whether hearing of the firm makes one aware of it")


class Complaining(Section):
    """Silence, voice or exit after an encounter below what is adequate (Hirschman 1970)."""

    voice: Number = Field(default=-1.5, description="utility of complaining, against silence at 0")
    voice_severity: Number = Field(default=1.0, description="per unit of severity (0-1)")
    voice_loyalty: Number = Field(default=1.0, description="per unit of loyalty")
    voice_success: Number = Field(default=0.5, description="per unit of expected success")
    voice_cost: NonNegative = Field(default=0.5, description="cost of complaining")
    exit: Number = Field(default=-4.5, description="utility of leaving at once")
    exit_severity: Number = Field(default=2.0, description="per unit of severity")
    exit_alternatives: Number = Field(default=0.5, description="per unit of alternatives (0-1)")
    exit_loyalty: NonNegative = Field(default=1.5, description="loyalty holds exit at bay")
    alternatives: Share = Field(default=0.5, description="how good the alternatives look")
    worst: PositiveNumber = Field(default=3.0, description="scale points below adequate that count as severity 1")


class OutcomeRecovery(Section):
    """What answers a failure of outcome (the work was wrong or was not done), Smith, Bolton & Wagner (1999)."""

    compensation: NonNegative = Field(default=8.0, description="satisfaction points of full compensation")
    speed: NonNegative = Field(default=4.0, description="points of a quick answer")
    apology: NonNegative = Field(default=1.0, description="points of a full apology")
    initiative: NonNegative = Field(default=1.0, description="points of the firm speaking first")


class ProcessRecovery(Section):
    """What answers a failure of process (a long wait, a rude word), Smith, Bolton & Wagner (1999)."""

    compensation: NonNegative = Field(default=2.0, description="satisfaction points of full compensation")
    speed: NonNegative = Field(default=2.0, description="points of a quick answer")
    apology: NonNegative = Field(default=5.0, description="points of a full apology")
    initiative: NonNegative = Field(default=4.0, description="points of the firm speaking first")


class Recovering(Section):
    """How customers take what the firm does about a failure: failure × resource, paradox, double deviation."""

    outcome: OutcomeRecovery = Field(default_factory=OutcomeRecovery, description="what answers a failure of outcome")
    process: ProcessRecovery = Field(default_factory=ProcessRecovery, description="what answers a failure of process")
    quick: Days = Field(
        default=1.0, validate_default=False, gt=0, description="an answer after this time is as quick as can be"
    )
    slow: Days = Field(default=7.0, validate_default=False, gt=0, description="an answer after this time is not quick")
    mends: Share = Field(default=0.5, description="share of a remembered failure that a resolved case takes away")
    paradox: NonNegative = Field(
        default=3.0,
        description="points by which a recovery may lift satisfaction above the level before the failure; felt, not "
        "acted on, and never after a second failure",
    )
    double_deviation: NonNegative = Field(
        default=2.0, ge=1, description="severity of a failed recovery, as a multiple of that of the failure"
    )
    loss: NonNegative = Field(
        default=12.0, description="satisfaction points lost per unit of severity when recovery fails or comes undone"
    )

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.slow <= self.quick:
            raise ValueError("slow must be longer than quick")
        return self


Perception = Annotated[OpposingExpectations | UnbiasedPerception, Field(discriminator="form")]
Satisfaction = Annotated[AsymmetricDisconfirmation | Prospect | ZoneOfTolerance, Field(discriminator="form")]
Learning = Annotated[ExponentialLearning | BayesianLearning, Field(discriminator="form")]
Leaving = Annotated[
    HazardOfLeaving | BetaGeometricLeaving | LeavingAfterPurchases | NobodyLeaves, Field(discriminator="form")
]
Acquisition = Annotated[ThroughChoice | BassAdoption | StrongAndWeakTies, Field(discriminator="form")]


class BehaviourSection(Section):
    """The mechanisms of the customers' mind; `none` switches one off where the loop can run without it."""

    perception: Perception = Field(
        default_factory=lambda: OpposingExpectations(form="opposing-expectations"),
        description="from delivered to perceived quality",
    )
    satisfaction: Satisfaction = Field(
        default_factory=lambda: AsymmetricDisconfirmation(form="asymmetric-disconfirmation"),
        description="from perceived quality to satisfaction with an encounter",
    )
    recency: Share = Field(default=0.3, description="weight of the latest encounter in satisfaction so far")
    learning: Learning = Field(
        default_factory=lambda: ExponentialLearning(form="exponential"), description="how *will* follows experience"
    )
    expecting: Expecting = Field(default_factory=Expecting, description="how desired and adequate move")
    felt_waits: FeltWaits | Literal["none"] = Field(
        default="none", description="what makes a wait feel longer than it is; 'none': it feels as long as it is"
    )
    promises: Promises | Literal["none"] = Field(default_factory=Promises, description="what promises do")
    choice: Choice = Field(default_factory=Choice, description="whom people choose")
    reference_price: ReferencePrice | Literal["none"] = Field(
        default_factory=ReferencePrice, description="prices against remembered prices"
    )
    fairness: Fairness | Literal["none"] = Field(
        default="none", description="what it does to a tier that a lower one gets the greater discount"
    )
    goal_gradient: GoalGradient | Literal["none"] = Field(
        default_factory=GoalGradient, description="what a reward does to purchases as it comes near"
    )
    status: Status | Literal["none"] = Field(
        default="none", description="what rising and falling between tiers does to satisfaction; 'none': nothing"
    )
    usage: Usage | Literal["none"] = Field(
        default="none", description="how the amounts of purchases follow satisfaction; 'none': not at all"
    )
    response: Response = Field(default_factory=Response, description="what advertising does")
    loyalty: Loyalty = Field(default_factory=Loyalty, description="how loyalty follows satisfaction")
    leaving: Leaving = Field(
        default_factory=lambda: HazardOfLeaving(form="hazard"), description="why and when customers leave"
    )
    acquisition: Acquisition = Field(
        default_factory=lambda: ThroughChoice(form="through-choice"), description="how people become customers"
    )
    word_of_mouth: WordOfMouth | Literal["none"] = Field(default_factory=WordOfMouth, description="who tells whom")
    complaining: Complaining | Literal["none"] = Field(
        default_factory=Complaining, description="what dissatisfied customers do"
    )
    recovering: Recovering = Field(default_factory=Recovering, description="how customers take recovery")
