"""Numbers with provenance: how they are read, counted, refused, and drawn from their ranges."""

import pytest

from sim.scenario.sourced import draw
from tests.scenario_texts import PLANS, SMALL_BANK, line_of, load_text, only_problem, problems_in, small_bank

CUSTOMERS = "{value: 2000, source: assumed, range: [1000, 4000]}"


def with_customers(written: str) -> str:
    return SMALL_BANK.replace(CUSTOMERS, written) + PLANS


def test_a_number_with_provenance_is_the_number_it_gives() -> None:
    bank = small_bank()
    assert bank.document("none").market.customers == 2000
    source = bank.provenance["market.needs.errand.rate"]
    assert (source.source, source.note, source.range) == (
        "observed", "diary of 160 customers", ("1 per month", "3 per month"),
    )  # fmt: skip


def test_numbers_are_counted_by_where_they_come_from() -> None:
    assert small_bank().sources == {
        "observed": 1, "rule": 1, "assumed": 1, "masked": 1,
        # shares 2, price, service time 2, staff, wage, standard 2, cost; and the advert's reach and frequency
        "untagged": 12,
    }  # fmt: skip


def test_a_sourced_number_keeps_its_provenance_only_where_a_plan_does_not_replace_it() -> None:
    bank = small_bank("plans: {none: {}, more: {set: {market.customers: 3000}}}")
    assert "market.customers" in bank.assumptions()
    replaced = small_bank("plans: {more: {set: {market.customers: 3000}}, none: {}}\nbaseline: more")
    assert "market.customers" not in replaced.provenance
    assert replaced.document("more", {"market.customers": 0.9}).market.customers == 3000


@pytest.mark.parametrize(
    ("written", "found", "suggestion"),
    [
        ("{value: 2000, source: asumed}", "the source 'asumed'", "assumed"),
        ("{value: 2000, sorce: assumed}", "unknown key 'sorce'", "source"),
        ("{value: 2000}", "a value without a source", ""),
        ("{source: assumed, range: [1000, 2000]}", "a source without a value", ""),
        ("{value: 2000, source: masked}", "a masked value without a range", ""),
        ("{value: 2000, source: assumed, range: [2500, 4000]}", "2000 outside its range from 2500 to 4000", ""),
        ("{value: 2000, source: assumed, range: 1000}", "the range 1000", ""),
        ("{value: 2000, source: assumed, range: [1000, 2000, 3000]}", "the range a list of 3", ""),
        ("{value: 2000, source: assumed, note: 160}", "the note 160", ""),
        ("{value: 2000, source: assumed, range: [1000, '4000']}", "the range from 1000 to '4000' around 2000", ""),
        ("{value: {value: 2000, source: rule}, source: rule}", "a value that has a source of its own", ""),
    ],
)
def test_wrong_provenance_is_refused_at_its_line(written: str, found: str, suggestion: str) -> None:
    text = with_customers(written)
    problem = next(each for each in problems_in(text) if each.found == found)
    assert problem.line == line_of(text, "  customers:")
    assert problem.path == "market.customers"
    assert problem.suggestion == suggestion


def test_a_note_with_a_comma_outside_quotes_is_explained() -> None:
    text = with_customers("{value: 2000, source: observed, note: 146 of 160, in spring}")
    assert "a note with a comma stands in quotes" in only_problem(text).allowed


def test_a_range_is_in_the_unit_of_its_value() -> None:
    text = (SMALL_BANK + PLANS).replace("range: [10 min, 40 min]", "range: [600 s, 40 min]")
    assert only_problem(text).allowed == "the value and both ends in the same unit"


def test_the_ends_of_a_range_must_be_possible_where_the_value_stands() -> None:
    text = with_customers("{value: 2000, source: assumed, range: [0, 4000]}")
    problem = only_problem(text)
    assert problem.found == "with 0, an end of the range: 0"
    assert "from 1" in problem.allowed


def test_an_error_in_a_number_with_provenance_points_to_the_line_of_its_value() -> None:
    text = with_customers("\n    note: counted in spring\n    source: observed\n    value: -2000")
    problem = only_problem(text)
    assert problem.line == line_of(text, "value: -2000")
    assert problem.path == "market.customers"


def test_segments_may_be_called_value() -> None:
    text = (SMALL_BANK + PLANS).replace("    mass: {share: 80%}", "    value: {share: 80%}")
    assert list(load_text(text).document("none").market.segments) == ["value", "vip"]


@pytest.mark.parametrize(
    ("value", "low", "high", "at_quarter"),
    [
        ("73.2%", "60%", "100%", "70.0%"),
        ("10 min", "8 min", "12 min", "9.0 min"),
        ("2 per month", "1 per month", "3 per month", "1.5 per month"),
        (0.5, 0, 1, 0.25),
        (3, 1, 8, 2.75),
    ],
)
def test_a_draw_is_written_in_the_unit_of_the_value(
    value: object, low: object, high: object, at_quarter: object
) -> None:
    assert draw(value, low, high, 0.25, whole=False) == at_quarter


def test_every_whole_number_of_a_range_has_the_same_chance() -> None:
    uniforms = [(each + 0.5) / 60 for each in range(60)]
    drawn = [draw(3, 1, 6, uniform, whole=True) for uniform in uniforms]
    assert [drawn.count(face) for face in range(1, 7)] == [10] * 6


def test_counts_are_drawn_whole_and_measures_in_between() -> None:
    text = SMALL_BANK.replace("staff: 2", "staff: {value: 2, source: assumed, range: [1, 5]}").replace(
        "price: 3", "price: {value: 3, source: assumed, range: [1, 5]}"
    )
    draws = {"service.stations.counter.staff": 0.3, "market.needs.errand.price": 0.3}
    document = load_text(text + PLANS).document("none", draws)
    assert document.service.stations["counter"].staff == 2
    assert float(document.market.needs["errand"].price) == pytest.approx(2.2)


def test_draws_fill_the_ranges_of_what_nobody_knows_and_leave_the_rest() -> None:
    bank = small_bank()
    assert list(bank.assumptions()) == ["market.customers", "service.patience.exponential.mean"]
    low = bank.document("more-staff", {"market.customers": 1e-9, "service.patience.exponential.mean": 0.5})
    assert low.market.customers == 1000
    assert low.service.patience is not None
    assert low.service.patience.expected() == pytest.approx(25)
    assert low.service.stations["counter"].staff == 3
    assumed = bank.assumptions()["service.patience.exponential.mean"]
    assert (assumed.value, assumed.low, assumed.high, assumed.unit) == ("20 min", "10 min", "40 min", "min")
