"""Morris and Sobol against functions whose indices are known, through the same path as `rehearse sensitivity`.

The market is a formula of eight assumed shares of a document (Ishigami & Homma 1990, a = 7, b = 0.1; Saltelli & Sobol's
g-function, a = 0, 1, 4.5, 9, 99 four times); what is varied, run, gathered and analysed is as for any scenario.
"""

from itertools import product

import numpy as np
import pytest

from experiments.assumptions.decision_sensitivity import analysed
from experiments.assumptions.factors import assumptions_of
from experiments.assumptions.screening import Screening
from experiments.assumptions.variance_shares import VarianceShares
from experiments.engines.runner import Serial
from sim.scenario.load import read_scenario
from tests.unit.quick_formula import QuickFormula
from tests.unit.synthetic_market import SCENARIO

SHARES = (
    "recency",
    "expecting.ratchet",
    "expecting.relaxation",
    "expecting.predicted",
    "promises.weight",
    "promises.desired_weight",
    "promises.recovery",
    "response.carry_over",
)
ANYWHERE = "{value: 0.5, source: assumed, range: [0, 1]}"
BEHAVIOUR = f"""
behaviour:
  recency: {ANYWHERE}
  expecting: {{ratchet: {ANYWHERE}, relaxation: {ANYWHERE}, predicted: {ANYWHERE}}}
  promises: {{weight: {ANYWHERE}, desired_weight: {ANYWHERE}, recovery: {ANYWHERE}}}
  response: {{carry_over: {ANYWHERE}}}
"""
MARKET = read_scenario((SCENARIO + BEHAVIOUR).encode(), "oracle.yaml")

ISHIGAMI_FIRST, ISHIGAMI_TOTAL = (0.313905, 0.442411, 0.0), (0.557589, 0.442411, 0.243684)
G_WEIGHTS = np.array([0.0, 1.0, 4.5, 9.0, 99.0, 99.0, 99.0, 99.0])
G_FIRST = (0.716192, 0.179048, 0.023676, 0.007162, 0.000072, 0.000072, 0.000072, 0.000072)
WIDE = 3.29 / 1.96  # 99.9 % of the half-width of a 95 % interval


def ishigami(x):
    """``x`` of shape (3, ...) in [0, 1], stretched to [-pi, pi]."""
    a, b, c = (2.0 * x - 1.0) * np.pi
    return np.sin(a) + 7.0 * np.sin(b) ** 2 + 0.1 * c**4 * np.sin(a)


def g_function(x):
    """``x`` of shape (8, ...) in [0, 1]."""
    weights = G_WEIGHTS.reshape(-1, *([1] * (x.ndim - 1)))
    return ((np.abs(4.0 * x - 2.0) + weights) / (1.0 + weights)).prod(axis=0)


def varied(document):
    found = []
    for path in SHARES:
        place = document["behaviour"]
        for key in path.split("."):
            place = place[key]
        found.append(float(place))
    return np.array(found)


def analysis(function, count, method, size, luck=0.0):
    """The whole way: points, documents, runs, indices. The outcome is the difference of two plans, one of them 0."""

    def formula(document):
        opens_late = document["service"]["stations"]["counter"]["open"] == "09:00-17:00"
        return {"profit": 0.0 if opens_late else 20.0 + float(function(varied(document)[:count]))}

    factors = assumptions_of(MARKET, [f"behaviour.{path}" for path in SHARES[:count]])
    return analysed(
        MARKET, factors, Serial(QuickFormula(formula, luck)), method=method, size=size, measure="profit",
        plans=["none", "gifts"], replications=2,
    )  # fmt: skip


def indices(found, name):
    rows = found.indices[(found.indices["outcome"] == found.outcome) & (found.indices["index"] == name)]
    return rows[["value", "low", "high"]].to_numpy().T


@pytest.mark.slow
@pytest.mark.parametrize("base", [32, pytest.param(256, marks=pytest.mark.study)])
def test_sobol_indices_of_a_known_function_come_out_of_the_command(base):
    found = analysis(ishigami, 3, "sobol", base)
    assert found.outcome == "gifts - none"
    for name, known in (("first", ISHIGAMI_FIRST), ("total", ISHIGAMI_TOTAL)):
        value, _, high = indices(found, name)
        assert (np.abs(value - known) <= WIDE * (high - value)).all(), (name, value, high - value)
    assert found.indices["path"].drop_duplicates().tolist() == [f"behaviour.{path}" for path in SHARES[:3]]


@pytest.mark.slow
@pytest.mark.parametrize("trajectories", [20, pytest.param(100, marks=pytest.mark.study)])
def test_morris_of_a_known_function_comes_out_of_the_command(trajectories):
    """μ* of a design on four levels is known exactly: the mean over every step of the grid."""
    found = analysis(ishigami, 3, "morris", trajectories)
    value, _, high = indices(found, "mu_star")
    exact = exact_mu_star(ishigami, 3)
    assert (np.abs(value - exact) <= WIDE * (high - value) + 1e-9).all(), (value, exact)


def exact_mu_star(function, count):
    """Mean size of the elementary effect over all starting points of the grid 0, 1/3, 2/3, 1 with a step of 2/3."""
    grid = (0.0, 1 / 3, 2 / 3, 1.0)
    found = []
    for factor in range(count):
        effects = []
        for others in product(grid, repeat=count - 1):
            for start in (0.0, 1 / 3):
                low = np.insert(np.array(others), factor, start)
                high = np.insert(np.array(others), factor, start + 2 / 3)
                effects.append(abs(function(high) - function(low)) / (2 / 3))
        found.append(np.mean(effects))
    return np.array(found)


@pytest.mark.parametrize(
    ("function", "first", "total"),
    [(ishigami, ISHIGAMI_FIRST, ISHIGAMI_TOTAL), (g_function, G_FIRST, None)],
    ids=["ishigami", "g-function"],
)
def test_sobol_indices_reach_their_closed_forms(function, first, total):
    """4,096 base points; the tolerance is the bootstrap's own 99.9 % half-width."""
    design = VarianceShares.of([f"x{place}" for place in range(len(first))], 4096, seed=11)
    table = design.indices(function(design.rows.T)[:, None].repeat(2, axis=1))
    for name, known in (("first", first), ("total", total)):
        if known is not None:
            rows = table[table["index"] == name]
            half = (rows["high"] - rows["value"]).to_numpy()
            assert half.max() < 0.06
            assert (np.abs(rows["value"].to_numpy() - known) <= WIDE * half + 1e-4).all()


def test_morris_ranks_the_g_function():
    """μ* falls with the weight; four factors that hardly matter come last, alike."""
    design = Screening.of([f"x{place}" for place in range(8)], 100, seed=11)
    table = design.indices(g_function(design.rows.T)[:, None].repeat(2, axis=1))
    value = table[table["index"] == "mu_star"]["value"].to_numpy()
    high = table[table["index"] == "mu_star"]["high"].to_numpy()
    assert np.argsort(-value)[:4].tolist() == [0, 1, 2, 3]
    # on these four levels |4x - 2| is 2, 2/3, 2/3, 2, so a step always changes it by 4/3
    others = 4.0 / 3.0  # E|4x - 2| over the levels
    factors = (others + G_WEIGHTS) / (1.0 + G_WEIGHTS)
    exact = (4.0 / 3.0) / (2.0 / 3.0) / (1.0 + G_WEIGHTS) * factors.prod() / factors
    assert (np.abs(value - exact) <= WIDE * (high - value) + 1e-9).all(), (value, exact)


def test_sigma_shows_what_acts_together():
    """A sum has no interaction and no curvature: σ is zero; a product has."""
    design = Screening.of(["a", "b"], 20, seed=3)
    plain = design.indices((3.0 * design.rows[:, :1] + design.rows[:, 1:]).repeat(2, axis=1))
    assert plain.query("index == 'sigma'")["value"].to_numpy() == pytest.approx([0.0, 0.0], abs=1e-12)
    assert plain.query("index == 'mu_star'")["value"].to_numpy() == pytest.approx([3.0, 1.0])
    product_of = design.indices((design.rows[:, :1] * design.rows[:, 1:]).repeat(2, axis=1))
    assert (product_of.query("index == 'sigma'")["value"] > 0.2).all()


@pytest.mark.parametrize("kind", [Screening, VarianceShares])
def test_an_index_within_luck_is_said_to_be_so(kind):
    """A dummy factor does nothing; its index is luck's, and lies below the floor in about 19 of 20 designs.

    Binomial(60, 0.05) exceeds 9 with a chance of 0.0007.
    """
    generator = np.random.default_rng(5)
    above, real = 0, 0
    for seed in range(60):
        design = kind.of(["matters", "dummy"], 8, seed)
        luck = generator.normal(size=(len(design.rows), 6))  # nothing in common between points: the worst case
        table = design.indices(10.0 * design.rows[:, :1] + luck).set_index(["index", "path"])
        name = "mu_star" if kind is Screening else "total"
        above += bool(table.loc[(name, "dummy"), "value"] > table.loc[(name, "dummy"), "luck"])
        real += bool(table.loc[(name, "matters"), "value"] > table.loc[(name, "matters"), "luck"])
    assert above <= 9
    assert real == 60


def test_rows_keep_their_place_from_sample_to_index():
    """Outcomes handed over in another order belong to other rows: the indices must notice."""
    design = Screening.of(["a", "b", "c"], 10, seed=1)
    outcome = design.rows[:, :1] * 5.0 + design.rows[:, 1:2]
    right = design.indices(outcome.repeat(2, axis=1)).query("index == 'mu_star'")["value"].to_numpy()
    assert right == pytest.approx([5.0, 1.0, 0.0], abs=1e-9)
    shifted = design.indices(np.roll(outcome, 1, axis=0).repeat(2, axis=1))
    assert shifted.query("index == 'mu_star'")["value"].to_numpy() != pytest.approx([5.0, 1.0, 0.0], abs=0.1)


def test_elementary_effects_agree_with_the_library():
    design = Screening.of(["a", "b", "c"], 12, seed=4)
    values = np.random.default_rng(2).normal(size=(len(design.rows), 3))
    ours = np.abs(design.effects(values.mean(axis=1, keepdims=True))[:, :, 0]).mean(axis=0)
    assert design.indices(values).query("index == 'mu_star'")["value"].to_numpy() == pytest.approx(ours)


def test_the_same_seed_gives_the_same_design_and_intervals():
    one, other = (VarianceShares.of(["a", "b"], 16, seed=0) for _ in range(2))
    assert (one.rows == other.rows).all()
    values = np.sin(9.0 * one.rows[:, :1]).repeat(2, axis=1)
    assert one.indices(values).equals(other.indices(values))
    assert not (one.rows == VarianceShares.of(["a", "b"], 16, seed=1).rows).all()
