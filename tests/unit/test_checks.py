"""Plans that cannot be are refused where the file says the impossible, in words a manager can act on."""

import pytest

from sim.errors import RequestError
from sim.scenario.checks import check_stages
from sim.scenario.finding import Finding
from sim.scenario.stages import FIXED, ChangeError, stages
from tests.scenario_texts import PLANS, SMALL_BANK, line_of, load_text, only_problem, problems_in
from tests.small_documents import COUNTER, ERRAND, small_document, with_stations

GIFTS = """\
  gifts:
    add:
      campaigns:
        autumn:
          waves: {all: {during: campaign, channels: {paper: {reach: 1, frequency: 1}}}}
          announces: [visit]
      offers:
        visit: {during: campaign, gifts: pens, task_count: {task: errand, face: 5}}
      gifts:
        pens: {stock: 100, cost: 50%, pick_up: counter, takes: {constant: 2 min}, comes_within: 3 days}
      budget: {amount: 1000, borne_by: the branch}
"""
GOOD = SMALL_BANK + PLANS + GIFTS


def findings(**sections: object) -> list[Finding]:
    return check_stages(stages(small_document(**sections)))


def test_the_good_file_is_good() -> None:
    assert set(load_text(GOOD).plans) == {"none", "more-staff", "advert", "gifts"}


WEEK = "{monday: 0, tuesday: 0, wednesday: 0, thursday: 0, friday: 0, saturday: 0, sunday: 0}"
NO_WEIGHTS = "{reliability: 0, responsiveness: 0, assurance: 0, empathy: 0, tangibles: 0}"
STEPS = "spend_steps: {counts: one receipt, at_or_above: {50: 5}, response: 0, within: 0}"


def staff_at(hours: str) -> tuple[str, str]:
    """The opening hours as they stand, and with other staff at some hours."""
    return 'open: "09:00-17:00"', f'open: "09:00-17:00", staff_at: {{{hours}}}'


def market_with(line: str) -> tuple[str, str]:
    """A line of the market as it stands, and with another before it."""
    return "  tiers: [vip]", f"  {line}\n  tiers: [vip]"


def need_with(line: str) -> tuple[str, str]:
    """The last line of the need as it stands, and with another after it."""
    return "price: 3", f"price: 3\n      {line}"


@pytest.mark.parametrize(
    ("change", "path", "found", "allowed"),
    [
        (("staff: 2, open", "staff: 0, open"), "service.stations.counter.staff", "counter never has staff", "some day"),
        (("staff: 2, open", "days: [monday], staff: 2, staff_on: {monday: 0}, open"),
         "service.stations.counter.staff", "and errand is done there", "no visits sent there"),
        (need_with(f"weekdays: {WEEK}"), "market.needs.errand",
         "no day of the run is one on which it is wanted and counter open", "a weekday"),
        (need_with('hours: {"18:00-20:00": 1, "10:00-11:00": 0}'), "market.needs.errand.hours",
         "none of these hours lies in the opening hours of counter", "hours that meet 09:00-17:00"),
        (staff_at('"08:00-10:00": 3'), "service.stations.counter.staff_at.08:00-10:00",
         "not inside opening hours", "hours inside 09:00-17:00"),
        (staff_at('"10:00-12:00": 3, "11:00-13:00": 1'), "service.stations.counter.staff_at.11:00-13:00",
         "overlaps '10:00-12:00'", "do not overlap"),
        (staff_at('"10-12": 3'), "service.stations.counter.staff_at.10-12", "'10'", "a time of day"),
        (("first: [vip]", "first: [vip, vip]"), "service.stations.counter.first", "named twice", "once"),
        (market_with("talk: {small_world: {degree: 5}}"), "market.talk.small_world.degree",
         "5 ties a customer", "an even number"),
        (market_with("talk: {small_world: {degree: 2000}}"), "market.talk.small_world.degree",
         "2,000 ties a customer among 2,000 customers", "fewer ties than customers"),
        (market_with("sites: 1000000000"), "market.sites", "more sites than", "at most 10,000"),
        (market_with("sites: {}"), "market.sites", "a mapping {}", "at least 1 of them"),
        (market_with(f"traits: {{importance: {NO_WEIGHTS}}}"), "market.traits.importance", "are all 0", ""),
        (("stock: 100", "stock: 0"), "gifts.pens.stock", "no gifts at all, and the offer visit", "1 or more"),
        (("stock: 100", "stock: 100, per_day: {limit: 0}"), "gifts.pens.per_day.limit", "none a day", "1 or more"),
        (("face: 5", "face: 0"), "offers.visit.task_count.face", "a gift worth 0", "above 0"),
        (("within: 3 days", "within: 0 days"), "gifts.pens.comes_within", "'0 days'", "more than 0"),
        (("task_count: {task: errand, face: 5}", STEPS), "offers.visit.spend_steps",
         "a reward for spending, and nobody spends", "market.spending"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_at_its_line(change: tuple[str, str], path: str, found: str, allowed: str) -> None:
    text = GOOD.replace(*change, 1)
    assert text != GOOD
    problem = next(problem for problem in problems_in(text) if problem.path == path)
    assert found in problem.found
    assert allowed in problem.allowed
    written = text.splitlines()[problem.line - 1]
    assert any(key in written for key in path.split(".")[-2:])


def test_what_a_plan_brings_about_stands_at_the_line_of_the_plan_once() -> None:
    text = GOOD.replace("counter.staff: {value: 3, source: rule}", "counter.staff: 0")
    problem = only_problem(text)
    assert problem.path == "service.stations.counter.staff"
    assert problem.line == line_of(text, "set: {service.stations.counter.staff: 0")


def test_a_range_must_be_possible_as_a_whole() -> None:
    problem = only_problem(GOOD.replace("staff: 2, open", "staff: {value: 2, range: [0, 3], source: assumed}, open", 1))
    assert problem.path == "service.stations.counter.staff"
    assert "with 0, an end of the range" in problem.found


def test_staff_that_comes_with_a_dated_change_counts() -> None:
    opening = "changes: {opening: {from: 1 Dec, set: {service.stations.counter.staff: 2}}}\n"
    text = SMALL_BANK.replace("staff: 2, open", "staff: 0, open") + opening + "plans: {none: {title: none}}\n"
    assert load_text(text).plans


def test_gifts_need_someone_to_hand_them_out_while_their_offer_runs() -> None:
    desk = '    desk: {staff: 0, open: "09:00-17:00"}\n'
    closed = GOOD.replace("  patience", desk + "  patience", 1).replace("pick_up: counter", "pick_up: desk")
    problem = only_problem(closed)
    assert problem.path == "gifts.pens.pick_up"
    assert "desk never has staff while the offer visit runs" in problem.found
    assert problem.line == line_of(closed, "pens: {stock")
    change = "      changes: {{open: {{{when}, set: {{service.stations.desk.staff: 1}}}}}}\n"
    assert load_text(closed + change.format(when="from: 31 Oct")).plans
    assert only_problem(closed + change.format(when="from: 1 Nov")).path == "gifts.pens.pick_up"


def test_a_station_without_visitors_needs_no_staff() -> None:
    """A share of 0, or a station nobody is sent to, may wait for a change that gives it work."""
    task = {**ERRAND, "at": {"counter": 1, "desk": 0}}
    service = {"stations": {"counter": COUNTER, "desk": {**COUNTER, "staff": 0}}, "tasks": {"errand": task}}
    market = {
        "customers": 50,
        "segments": {"all": {"share": 1}},
        "needs": {"errand": {"task": "errand", "rate": "1 per day"}},
    }
    assert findings(service=service, market=market) == []
    send = {"from": "2009-09-10", "set": {"service.tasks.errand.at": {"counter": 0.5, "desk": 0.5}}}
    (found,) = findings(service=service, market=market, changes={"send": send})
    assert found.path == ("service", "stations", "desk", "staff")


def test_stations_open_on_different_days_never_serve_a_need_together() -> None:
    task = {**ERRAND, "at": {"counter": 0.5, "desk": 0.5}}
    stations = {"counter": {**COUNTER, "days": ["monday"]}, "desk": {**COUNTER, "days": ["tuesday"]}}
    market = {
        "customers": 50,
        "segments": {"all": {"share": 1}},
        "needs": {"errand": {"task": "errand", "rate": "1 per day"}},
    }
    (found,) = findings(service={"stations": stations, "tasks": {"errand": task}}, market=market)
    assert found.path == ("market", "needs", "errand")
    assert "counter and desk open" in found.found


def test_the_stations_on_the_way_of_one_task_agree_who_is_first() -> None:
    tiers = {"customers": 50, "segments": {"all": {"share": 1}}, "tiers": ["gold", "silver"]}
    takes = {"constant": "1 min"}
    steps = {"steps": {"ask": {"at": "counter", "takes": takes}, "sign": {"at": "desk", "takes": takes}}}
    stations = {"counter": {**COUNTER, "first": ["gold", "silver"]}, "desk": {**COUNTER, "first": ["silver"]}}
    (found,) = findings(market=tiers, service={"stations": stations, "tasks": {"loan": steps}})
    assert found.path == ("service", "stations", "desk", "first")
    assert "counter serves gold, silver and desk serves silver first" in found.found
    stations["desk"].pop("first")
    assert findings(market=tiers, service={"stations": stations, "tasks": {"loan": steps}}) == []


def test_a_task_of_several_steps_cannot_be_steered() -> None:
    steps = {"steps": {"ask": {"at": "counter", "takes": {"constant": "1 min"}}}}
    steering = {"greeter": {"tasks": ["loan"], "to": "counter", "share": 0.5}}
    (found,) = findings(service={"stations": {"counter": COUNTER}, "tasks": {"loan": steps}, "steering": steering})
    assert found.path == ("service", "steering", "greeter", "tasks", "0")


def test_hours_over_midnight_may_be_written_from_either_side() -> None:
    night = {"night": {"open": "22:00-06:00", "staff_at": {"01:00-05:00": 1, "22:30-01:00": 3}}}
    assert check_stages(stages(with_stations(night))) == []
    wrong = {"night": {"open": "22:00-06:00", "staff_at": {"05:00-07:00": 1}}}
    assert [each.allowed for each in check_stages(stages(with_stations(wrong)))] == ["hours inside 22:00-06:00"]


def test_more_needs_than_a_visit_number_can_tell_apart_are_refused() -> None:
    needs = {f"need-{number}": {"task": "errand", "rate": "1 per year"} for number in range(1024)}
    market = {"customers": 50, "segments": {"all": {"share": 1}}, "needs": needs}
    (found,) = findings(market=market)
    assert (found.path, found.found, found.allowed) == (("market", "needs"), "1,024 of them", "at most 1,023")


# --- dated changes ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", FIXED)
def test_a_change_of_what_a_run_is_built_on_is_refused_at_its_line(path: str) -> None:
    text = GOOD + f"changes:\n  more:\n    from: 1 Oct\n    set:\n      {path}: 3\n"
    problem = only_problem(text)
    assert problem.path == f"changes.more.set.{path}"
    assert problem.line == line_of(text, f"      {path}: 3")
    assert "cannot change during a run" in problem.found


def test_a_change_outside_the_run_is_refused() -> None:
    text = GOOD + "changes:\n  more: {from: 1 Oct 2010, set: {service.stations.counter.staff: 3}}\n"
    problem = only_problem(text)
    assert (problem.path, problem.line) == ("changes.more.from", line_of(text, "from: 1 Oct 2010"))


@pytest.mark.parametrize(
    ("path", "value", "allowed"),
    [
        ("service.stations.counter.per", "market", "the same stations"),
        ("behaviour.leaving", "{form: none}", "the same form"),
        ("behaviour.learning", "{form: bayesian}", "the same form"),
        ("market.spending", "{rate: 1 per week, amount: {constant: 5}, margin: 1%}", "from the first day"),
        ("service.complaints", "{station: counter, takes: {constant: 5 min}}", "from the first day"),
        ("service.steering", "{sign: {tasks: [errand], to: machine, share: 10%}}", "with share 0"),
        ("service.standards", "{other: {station: counter, at_most: 10 min, share: 90%}}", "the same names"),
    ],
)
def test_what_visits_and_tables_refer_to_cannot_come_or_go(path: str, value: str, allowed: str) -> None:
    machine = '    machine: {staff: 1, open: "09:00-17:00"}\n'
    text = SMALL_BANK.replace("  patience", machine + "  patience", 1) + "plans: {none: {title: none}}\n"
    text += f"changes:\n  other:\n    from: 1 Oct\n    set:\n      {path}: {value}\n"
    problem = only_problem(text)
    assert problem.path == f"changes.other.set.{path}"
    assert problem.line == line_of(text, f"      {path}:")
    assert allowed in problem.allowed


def test_two_changes_that_only_together_cannot_be_are_refused() -> None:
    one = "  one: {from: 1 Oct, set: {service.wait_scale.desired: 11 min}}\n"
    two = "  two: {from: 1 Nov, set: {service.wait_scale.adequate: 10 min}}\n"
    good = GOOD + "changes:\n"
    assert load_text(good + one)
    assert load_text(good + two)
    problem = only_problem(good + one + two)
    assert (problem.path, problem.line) == ("changes.two", line_of(good + one + two, "  two:"))
    assert "one with two" in problem.found


def test_values_of_one_change_are_judged_together() -> None:
    """Either of these shares alone would not add up to 1."""
    task = {**ERRAND, "at": {"counter": "60%", "machine": "40%"}}
    change = {"from": "2009-09-10", "set": {f"service.tasks.errand.at.{at}": "50%" for at in ("counter", "machine")}}
    service = {"stations": {"counter": COUNTER, "machine": COUNTER}, "tasks": {"errand": task}}
    found = stages(small_document(service=service, changes={"even": change}))
    assert [stage.document.service.tasks["errand"].stations for stage in found] == [
        {"counter": 0.6, "machine": 0.4},
        {"counter": 0.5, "machine": 0.5},
    ]
    assert [(stage.first.day, stage.last.day) for stage in found] == [(7, 9), (10, 4)]


def test_a_change_that_cannot_be_is_named_by_the_run_too() -> None:
    change = {"from": "2009-09-10", "set": {"seed": 4}}
    with pytest.raises(ChangeError, match=r"changes\.other\.set\.seed") as caught:
        stages(small_document(changes={"other": change}))
    assert isinstance(caught.value, RequestError)
    assert (caught.value.change, caught.value.path) == ("other", "seed")
