"""A small scenario that uses nearly every section of the language, and other values to write into it.

`STANDING` is the file. `places` gives every place where a value stands or may stand; `candidates` what a file might
hold there: bounds, tiny and huge numbers, the other words and names. Not all of them are allowed.
"""

from collections.abc import Iterator
from typing import Any, Final, get_origin

from sim.scenario.document import Document
from sim.scenario.fields import annotations_at, is_mapping, is_model, quantities_at, words_at, written_name
from sim.scenario.reading import parse

Path = tuple[str, ...]

STANDING: Final = """\
scenario: small-rehearsal
currency: CNY
calendar:
  run: 7 Sep 2009 to 13 Sep 2009
  campaign: 8 Sep to 10 Sep
  festivals:
    mid_autumn: {holiday: mid-autumn, days_before: 30}
    payday: {each_month: 9, days_after: 1}
    fair: {during: [10 Sep to 12 Sep]}
    jubilee: {"on": [11 Sep]}
market:
  customers: 60
  sites: 2
  tiers: [gold, plain]
  tier_review:
    "on": [10 Sep, 12 Sep]
    spend: {over: 2 days, at_least: {gold: 12}}
    below: plain
    through: loan_check
    at_once: [gold]
  segments:
    many: {share: 80%, tier: plain}
    few:
      share: 20%
      tier: gold
      needs: {errand: 2}
      traits: {existing: 90%}
      attributes: {assets: {constant: 300}}
  traits: {activity: {gamma: {mean: 1, sd: 0.5}}, patience: {constant: 1}}
  attributes: {assets: {lognormal: {mean: 100, sd: 80}}}
  needs:
    errand:
      task: errand
      rate: 3 per week
      price: 4
      fees: {delivery: {amount: 1.5}}
      cost: 1
      hours: {"10:00-12:00": 2}
      weekdays: {monday: 2}
      festivals: {payday: 1.5, fair: 0.5}
      responds_to_advertising: 0.5
    loan: {task: loan, rate: 1 per week, contested: false, customers_only: true, amount: {uniform: {low: 0, high: 9}}}
    look: {task: advice, rate: 1 per week, goods: [book, card]}
  latent_needs: {advice: {visits_for: [errand], share: 50%, voiced: 10%, agrees: 60%, task: advice, price: 7, cost: 2}}
  goods:
    book: {price: 9, cost: 4, worth: {uniform: {low: 0, high: 20}}, segments: {few: 1.5}, lasts: 3 days}
    card: {price: 3, cost: 1, worth: {exponential: {mean: 3}}, correlated_with: {book: -0.4}}
  bills: {usual: {lognormal: {mean: 40, sd: 20}}, varies: 0.3, trend: {normal: {mean: 0, sd: 0.2}}, cost: 10%}
  spending: {rate: 2 per week, amount: {lognormal: {mean: 100, sd: 80}}, margin: 1%}
  rivals: {other: {attractiveness: 0.5, price: 1}}
  talk: {small_world: {degree: 6, rewired: 0.1}}
service:
  tasks:
    errand:
      at: {counter: 70%, machine: 20%, hotline: 10%}
      takes: {exponential: {mean: 5 min}}
      takes_at: {machine: {constant: 3 min}}
      at_for: {gold: counter}
    loan_check: {at: desk, takes: {constant: 9 min}, within: 3 days}
    advice: {at: {desk: 70%, counter: 30%}, takes: {exponential: {mean: 8 min}}}
    loan:
      within: 2 days
      steps:
        ask: {at: counter, takes: {triangular: {low: 1 min, mode: 2 min, high: 9 min}}}
        papers: {by: the customer, takes: {exponential: {mean: 40 min}}}
        decide: {at: board, takes: {constant: 5 min}, within: 1 day, never_above: {time: 2 days, then: goes on}}
        weigh: {at: desk, takes: {constant: 5 min}, above: 5}
        sign:
          at: desk
          takes: {uniform: {low: 1 min, high: 5 min}}
          again: {chance: 30%, back_to: papers, at_most: 2}
      appointment:
        windows:
          early: {hours: "09:30-11:00", places: 3}
          late: {hours: "11:00-12:30", places: 2, days: [monday, friday]}
        earliest: 0 days
        accepts: 70%
        no_show: 20%
        overbooking: 30%
        spread: 5 min
  meetings: {board: {days: [tuesday, thursday], begins: 15:00}}
  stations:
    counter:
      staff: 1
      open: 09:00-17:00
      staff_at: {"12:00-13:00": 2}
      staff_on: {friday: 2}
      interrupts: true
      waiting: {occupied: 50%, explained: 20%, announced: true, cost: 3}
      open_on: {friday: "09:00-13:00"}
      first: [gold]
      queue_limit: 5
      wage: 30
      breaks: {lunch: {at: "12:00-12:30", share: 50%, paid: false}, tea: {at: "10:30-10:40", covered: true, wage: 9}}
      people:
        absence: {share: 10%, paid: false}
        turnover: {leaves: 1 per week, replaced_after: 1 days, hiring_cost: 9}
        beginners: {slower: 1, opening: {exponential: {mean: 50 days}}, skill: {empathy: -1, right_first_time: -5%}}
        training: {talk: {days: [wednesday], hours: "11:00-12:00", share: 50%, faster: 5%, fades: 9 days, cost: 2}}
        projects: {fire: {comes: 2 per week, staff: 1, lasts: {exponential: {mean: 5 h}}, cost: 7}}
    hotline:
      open: "08:00-20:00"
      wage: 9
      breaks: {noon: {at: "12:00-13:00", share: 50%}}
      groups:
        plain: {staff: 1, does: [errand], serves: [plain], pace: 1.5, staff_at: {"09:00-10:00": 2}}
        all_round: {staff: 1, staff_on: {monday: 2}, wage: 12, skill: {empathy: 1}, skill_for: {few: {empathy: -1}}}
    machine: {staff: unlimited, channel: machine, open: "00:00-24:00", skill: {empathy: 4}}
    desk:
      staff: 2
      open: "22:00-18:00"
      per: market
      at_closing: carry over
      breaks: {night: {at: "23:30-00:30", share: 50%}}
      people: {absence: {share: 30%}, erosion: {comfortable: 20%, felt_over: 1 days}, bonus: {share_of_wages: 5%}}
  approaching: {by: desk, takes: {exponential: {mean: 2 min}}, share: 80%}
  steering: {greeter: {tasks: [errand], to: machine, share: 10%, staff: 1, wage: 20}}
  patience: {exponential: {mean: 10 min}}
  balking: {uniform: {low: 1, high: 9}}
  quality: {levels: {reliability: 6}, right_first_time: 80%, noise: 0.5}
  management: {belief: {empathy: 5}, standards: as believed, listening: 10%, listening_cost: 50}
  standards: {prompt: {station: counter, at_most: 5 min, share: 80%, published: true}}
  supply:
    tasks: [errand]
    lots: 5
    suppliers: {farm: {share: 1, bad: 20%}, mill: {share: 2, bad: 5%}}
    gates: {arrival: {finds: 50%, cost: 1}}
    spoils: 50%
    replacement: 2
    scores: {every: week, lots: 9, improves: 50%, serious: 10%}
  incidents:
    fall:
      per_visit: 5%
      tasks: [errand]
      hours: {"22:00-04:00": 3}
      severity: {uniform: {low: 0, high: 2}}
      load: {at: counter, comfortable: 0.8, elasticity: 1.5}
      prevention: {rounds: {prevents: 50%, hours: ["23:00-01:00"], cost: 1}}
    loss:
      per_customer: 1 per month
      segments: {few: 2}
      cost: 5
      prevention: {checks: {inspection: {every: 7 days, develops_over: 5 days, finds: 80%}}}
  problems: {signs: {share: 50%, at: counter, harm: {tangibles: -1, right_first_time: -5%}, returns: 1 per week}}
  inspections: {rounds: {every: 2 days, finds: 60%, fixed_within: 1 day, problems: [signs], cost: 5, fixing: 7}}
  recovery:
    channels:
      desk: {share: 70%, at: counter, takes: {gamma: {mean: 5 min, sd: 2 min}}, within: 1 day}
      phone: {share: 30%, at: counter, takes: {gamma: {mean: 5 min, sd: 2 min}}, cost: 0.2}
    escalation: {head: {at: counter, takes: {constant: 12 min}, within: 2 days}}
    answer_within: 3 days
    takes_up: any day in time
    compensation: 3
    fair_compensation: 5
    apology: 50%
    initiative: 30%
    reopens: 20%
    reopens_after: 2 days
    guarantees: {prompt: {standard: prompt, pays: 2}}
money: {margin_per_customer: 10, fixed_cost: 100}
behaviour:
  leaving: {form: hazard, period: 30 days}
  word_of_mouth: {base: 0.3}
  complaining: {voice: 1}
  promises: {weight: 0.3}
  felt_waits: {unfair: 0.3}
surveys:
  asked: {instrument: nps, "on": [8 Sep, 11 Sep], sample: 20, response: {rate: 50%, satisfaction: 0.1}}
  quality: {instrument: servqual, "on": [9 Sep], visited_within: 3 days}
loyalty_cells: {needs: 2}
indices: {sqi: {failures: {slow: {weight: 3, counts: long waits, longer_than: 2 min}, lost: {weight: 9, rate: 5%}}}}
scorecards:
  card:
    every: week
    checks: {visits: 2}
    components: {skill: {weight: 30, of: spot checks failed, each: -2}}
    gaming: {hides: 50%}
    awards: {at_or_above: {20: 100, 0: -30}, people: 2}
gift_caps: {gold: {each: 2, a_year: 9}}
outreach:
  call: {every: 2 days, within: 1 day, by: desk, takes: {exponential: {mean: 9 min}}, caseload: 10, cost: 1}
  back: {after: visit, within: 2 days, by: desk, takes: {constant: 2 min}, share: 50%, tasks: [errand]}
  talk:
    every: 2 days
    by: desk
    takes: {constant: 2 min}
    script:
      offer: step
      busy: 20%
      again_after: 1 day
      not_interested: 20%
      think: 20%
      thinks_for: 1 day
      then_agrees: 50%
      visit: 40%
  cakes: {festivals: [jubilee], within: 1 day, by: desk, takes: {constant: 1 min}, gift: 2}
  wishes: {birthdays: true, within: 1 day, by: desk, takes: {constant: 1 min}}
  sign: {after: script, of: talk, within: 2 days, by: desk, takes: {constant: 5 min}, signs: step}
  letter: {audience: {tiers: [plain]}, every: 3 days, by: desk, takes: {constant: 2 min}, takes_over_from: call}
events:
  evening:
    on: 11 Sep
    hours: "14:00-16:00"
    seats: 3
    site: site-1
    invitations: 12
    invited_before: 2 days
    accepts: 80%
    shows_up: 90%
    confirmed: 4
    waiting_list: 2
    by: counter
    staff: 1
    buys: 50%
    price: 30
    cost: 9
    cost_per_guest: 2
press:
  scandal: {during: campaign, reach: 20%, satisfaction: 15, quality: 2.5}
channels:
  paper: {cost_per_day: 100}
  mail: {addressed: true, cost_per_contact: 0.5}
contact_cap: {at_most: 2, per: week}
campaigns:
  reminder:
    audience:
      segments: [many, few]
      tiers: [plain, gold]
      sites: [site-1, site-2]
      where:
        attributes: {assets: {at_least: 10, below: 1000}}
        tenure: {at_least: 1 day}
        spend: {over: 1 day, at_most: 500}
        spend_change: {over: 1 day, at_most: 90%}
        visits: {over: 1 day, at_most: 3}
        days_since_visit: {at_least: 0 days}
      not_in: [free, autumn]
      hold_out: 10%
      top: {count: 30, by: assets}
    waves: {only: {during: campaign, channels: {mail: {reach: 1, frequency: 1}}}}
  autumn:
    audience: {segments: [many, few], tiers: [plain, gold]}
    waves:
      only: {during: campaign, channels: {paper: {reach: 80%, frequency: 3}, mail: {reach: 1, frequency: 2}}}
    promise: {empathy: 6}
    promised_wait: 5 min
    announces: [spend, visit, cheap, flash, die, pack]
    fixed_cost: 9
offers:
  spend:
    during: campaign
    gifts: pens
    limit: 2
    spend_steps: {counts: one receipt, at_or_above: {50: 5, 200: 20}, response: 0.5, within: 0.5}
  visit: {during: campaign, gifts: pens, task_count: {task: errand, at: counter, face: 10}}
  cheap: {during: 8 Sep to 11 Sep, discount: {needs: [errand], off: 30%, buys_ahead: 20%}}
  flash:
    during: 8 Sep to 12 Sep
    discount:
      needs: [errand]
      off: 20%
      hours: ["10:00-11:00"]
      days: [tuesday, thursday]
      moving: 2
      buys_earlier: 0.5
  pack: {during: campaign, bundle: {goods: [book, card], price: 10, lines: {book: 8, card: 2}}}
  step:
    during: run
    step_up: {looks_back: 3, steps: [2, 5], covers: 10, months: 1, quota: 5, uses_more: 60%, worth: 80%}
    disclosure: {affects: 50%, told: 20%, promise: {reliability: 6.5}, at_visit: 30%, in_use: 1 day}
  die:
    during: campaign
    audience: {customers: everyone}
    limit: 3
    lottery: {needs: [errand], draws_at: {2: 1, 4: 2}, chances: 6, prizes: {pen: {wins: 5, face: 2, cost: 1, stock: 9}}}
  free: {during: 8 Sep to 11 Sep, audience: {customers: newcomers}, waiver: {fee: delivery, off: 90%, lasts: 2 days}}
gifts:
  pens:
    stock: 20
    cost: 80%
    per_day: {limit: 5}
    pick_up: counter
    takes: {constant: 2 min}
    comes_within: 1 day
rules: {brake: {when: {station: counter, measure: mean wait, above: 1 min}, pause: [autumn]}}
changes:
  help:
    from: 9 Sep
    cost: 10
    set: {service.stations.counter.staff: 2, service.steering.greeter.share: 50%}
budget: {amount: 300, overrun: stop campaigns, borne_by: the branch}
plans: {only: {title: the one plan}}
"""

HUGE: Final = (1e6, 1e15)
BY_QUANTITY: Final[dict[str, tuple[Any, ...]]] = {
    "Share": (0, 1, 0.5, 1e-9),
    "Minutes": ("0 min", "1 s", "10 min", "1 week", "10000000 h"),
    "Days": ("0 days", "1 h", "3 days", "100 years"),
    "Rate": ("0 per day", "1 per year", "30 per day", "1000000 per hour"),
    "Amount": (0, 0.001, 7, 999_999_999_999),
    "SignedAmount": (0, -0.005, 7, -999_999_999_999, 999_999_999_999),
    "Count": (0, 1, 3, 1_000_000_000),
    "PositiveCount": (1, 2, 3, 7, 5_000),
    "Number": (0, -3, 3, *HUGE, -1e15),
    "PositiveNumber": (1e-9, 1, *HUGE),
    "NonNegative": (0, 1e-9, 1, *HUGE),
    "Scale": (1, 4, 7),
    "Text": ("words", {"zh": "词"}),
}
NAMES: Final = (
    "counter",
    "machine",
    "desk",
    "errand",
    "loan",
    "gold",
    "plain",
    "many",
    "few",
    "autumn",
    "pens",
    "spend",
    "delivery",
)
SPANS: Final = ("campaign", "run", "7 Sep", "11 Sep", "9 Sep to 11 Sep", "1 Sep to 30 Sep 2009")
HOURS: Final = ("00:00-24:00", "22:00-06:00", "12:00-12:01", "23:59-23:58", "08:00-16:00")
TIMES: Final = (
    {"constant": "0 min"},
    {"exponential": {"mean": "1 s"}},
    {"lognormal": {"mean": "1 s", "sd": "1000 h"}},
    {"gamma": {"mean": "1 h", "sd": "1 s"}},
    {"normal": {"mean": "0 min", "sd": "5 min"}},
)
NUMBERS: Final = (
    {"constant": 0},
    {"constant": -1},
    {"constant": 1e15},
    {"normal": {"mean": 0, "sd": 100}},
    {"gamma": {"mean": 1e-6, "sd": 100}},
    {"lognormal": {"mean": 1, "sd": 1e6}},
    {"beta": {"mean": 0.5, "sd": 0.1}},
    {"exponential": {"mean": 1e15}},
)
TENURES: Final = ({"constant": "0 days"}, {"exponential": {"mean": "100 years"}})


def written() -> dict[str, Any]:
    """The scenario as plain data, without what only a file has."""
    data = parse(STANDING.encode(), "small-rehearsal.yaml").data
    return {key: value for key, value in data.items() if key not in ("scenario", "plans")}


def places(data: Any, path: Path = ()) -> Iterator[Path]:
    """Every place of the data, and every key its sections leave out; the dates of the run and of changes stay."""
    if path:
        yield path
    if isinstance(data, dict):
        for key, value in data.items():
            if path or key not in ("calendar", "changes"):
                yield from places(value, (*path, key))
        for section in (each for each in annotations_at(Document, path) if is_model(each)):
            for name, field in section.model_fields.items():
                key = written_name(name, field)
                if key not in data and key not in ("calendar", "changes"):
                    yield (*path, key)
    elif isinstance(data, list):
        for position in range(len(data)):
            yield (*path, str(position))


def candidates(path: Path) -> list[Any]:
    """Values a file might hold at the place."""
    quantities = quantities_at(Document, path)
    found = [value for name in quantities for value in BY_QUANTITY.get(name, ())]
    if "Identifier" in quantities or path[-1].isdecimal():
        found += NAMES
    found += words_at(Document, path)
    for annotation in annotations_at(Document, path):
        name = getattr(annotation, "__name__", "")
        if annotation is bool:
            found += [True, False]
        elif name == "Span":
            found += SPANS
        elif name == "ClockSpan":
            found += HOURS
        elif name.startswith("Duration"):
            found += TIMES
        elif name.startswith("Distribution"):
            found += TENURES if path[-1] == "tenure" else NUMBERS
        elif is_mapping(annotation) or is_model(annotation):
            found += [{}, *({"form": word} for word in words_at(Document, (*path, "form")))]
        elif get_origin(annotation) is list:
            found.append([])
    return found
