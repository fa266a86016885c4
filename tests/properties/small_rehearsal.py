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
  regions:
    site-2:
      opens: 8 Sep
      within_reach: 80%
      aware: 40%
      existing: 50%
      rate: 1.5
      price: 1.1
      rivals: {other: 0.2}
      opening_cost: 5
      fixed_cost: 30
  tiers: [gold, plain]
  tier_review:
    "on": [10 Sep, 12 Sep]
    spend: {over: 2 days, at_least: {gold: 12}}
    below: plain
    purchase: {over: 3 days, at_least: {gold: 300}}
    by_office: {gold: [few]}
    through: loan_check
    at_once: [gold]
  segments:
    many: {share: 80%, tier: plain}
    few:
      share: 20%
      tier: gold
      needs: {errand: 2}
      moves: all lines
      traits: {existing: 90%}
      attributes: {assets: {constant: 300}}
  traits: {activity: {gamma: {mean: 1, sd: 0.5}}, patience: {constant: 1}, influence: {uniform: {low: 0, high: 2}}}
  attributes: {assets: {lognormal: {mean: 100, sd: 80}}}
  needs:
    errand:
      task: errand
      rate: 3 per week
      price: 4
      prices: {gold: 3.5, few: 5}
      fees: {delivery: {amount: 1.5}}
      cost: 1
      line: plain_ones
      due_after: 1 day
      hours: {"10:00-12:00": 2}
      weekdays: {monday: 2}
      festivals: {payday: 1.5, fair: 0.5}
      responds_to_advertising: 0.5
    loan: {task: loan, rate: 1 per week, contested: false, customers_only: true, amount: {uniform: {low: 0, high: 9}}}
    look: {task: advice, rate: 1 per week, goods: [book, card]}
    refill: {task: errand, rate: 1 per week, price: 2}
  latent_needs: {advice: {visits_for: [errand], share: 50%, voiced: 10%, agrees: 60%, task: advice, price: 7, cost: 2}}
  goods:
    book: {price: 9, cost: 4, worth: {uniform: {low: 0, high: 20}}, segments: {few: 1.5}, lasts: 3 days}
    card: {price: 3, cost: 1, worth: {exponential: {mean: 3}}, correlated_with: {book: -0.4}}
  bills: {usual: {lognormal: {mean: 40, sd: 20}}, varies: 0.3, trend: {normal: {mean: 0, sd: 0.2}}, cost: 10%}
  spending: {rate: 2 per week, amount: {lognormal: {mean: 100, sd: 80}}, unit_price: 1.5, margin: 1%}
  lines: {plain_ones: {switching_cost: 0.5, reconsiders: 1 per week}}
  rivals:
    other:
      attractiveness: 0.5
      attractiveness_for: {gold: 1}
      price: 1
      prices: {plain_ones: 0.9}
      service: {levels: {reliability: 5, responsiveness: 4, assurance: 5, empathy: 4, tangibles: 5}, expected: 4}
      serves: [errand]
      aware: 60%
      becomes_known: 1 per week
      enters: 8 Sep
      exits: 13 Sep
      reactions:
        follows: {price_falls: 5%, after: 1 day, cut: 10%, floor: 0.5}
        defends: {share_above: 20%, over: 2 days, after: 0 days, cut: 5%, lasts: 2 days, at_most: 2}
  departures:
    moved: {rate: 1 per year, rate_for: {few: 2}}
    poached: {rate: 1 per week, rate_for: {many: 0}, rival: other, line: plain_ones, price: 1, service: 0.5}
  prefers: {mail: 2, list: 1}
  talk:
    small_world: {degree: 6, rewired: 0.1}
    strong: 50%
    links: {trade: {of: few, to: many, each: 2, tie: weak}}
    strengths: {weak: 0.3}
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
  shelves:
    carton:
      needs: [errand]
      stock: 30
      delivery: {days: [monday, thursday], up_to: 20, lot: 4, lead_time: 1 day, at_most: 12}
      out_of_stock:
        substitutes: {refill: 30%}
        illicit: {share: 20%, comes_back: 10%}
        postpones: {share: 20%, wait: 2 days}
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
money: {margin_per_customer: 10, fixed_cost: 100, paid_after: {customers: 3 days, suppliers: 2 days}}
behaviour:
  leaving: {form: hazard, period: 30 days}
  word_of_mouth: {base: 0.3}
  complaining: {voice: 1}
  promises: {weight: 0.3}
  felt_waits: {unfair: 0.3}
  fairness: {compares: 50%, loss: 3}
  goal_gradient: {steepness: 1, effort: 0.5, lasting: 20%}
  usage: {satisfaction: 0.02}
  status: {loss: 5}
targets:
  visits:
    measure: served
    during: 7 Sep to 30 Sep 2009
    amount: 200
    by: week
    months: {september: 1}
    days: [monday, tuesday, wednesday, thursday, friday]
    set_on: 1 Sep 2009
    revisions: {up: {"on": 10 Sep, amount: 220}}
surveys:
  asked: {instrument: nps, "on": [8 Sep, 11 Sep], sample: 20, response: {rate: 50%, satisfaction: 0.1}}
  pleased: {instrument: satisfaction, "on": [10 Sep], scale: 1-5, satisfied_from: 4}
  quality: {instrument: servqual, "on": [9 Sep], visited_within: 3 days}
loyalty_cells: {needs: 2}
indices: {sqi: {failures: {slow: {weight: 3, counts: long waits, longer_than: 2 min}, lost: {weight: 9, rate: 5%}}}}
scorecards:
  card:
    every: week
    checks: {visits: 2}
    components:
      skill: {weight: 30, of: spot checks failed, each: -2}
      volume: {weight: 70, of: target reached, target: visits, bands: {100%: 0, 0%: -20}}
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
  ask:
    every: 3 days
    by: desk
    takes: {constant: 2 min}
    invites: {need: refill, comes: 40%, within: 3 days}
  ask_more:
    during: 11 Sep to 13 Sep
    every: 3 days
    by: desk
    takes: {constant: 2 min}
    not_contacted_by: [ask]
    if_short: {of: ask, visits: 50, by: 10 Sep}
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
    mixed_message: {hours: "09:00-10:00", share: 20%, comes_again: 50%}
    afterwards: {need: refill, share: 50%}
    cost_per_sale: 3
    price: 30
    cost: 9
    cost_per_guest: 2
funnels:
  launch:
    states: [unaware, aware, signed]
    audience: {customers: prospects}
    opening: {aware: 20%}
    moves:
      see: {from: unaware, to: aware, per: exposure, of: [autumn], chance: 30%}
      hear: {from: unaware, to: aware, per: message, chance: 20%}
      friend: {from: unaware, to: aware, per: invitation, of: [bring], chance: 50%}
      sign: {from: aware, to: signed, rate: 1 per week, price: 9, cost: 2, joins: true}
      visit: {from: aware, to: signed, per: visit, of: [errand], chance: 10%, during: campaign}
      forget: {from: aware, to: unaware, share: 20%, after: {exponential: {mean: 2 days}}}
    talk: {states: [signed], rate: 1 per day}
referrals:
  bring:
    during: campaign
    audience: {customers: customers, tiers: [gold, plain]}
    rate: 2 per week
    joins: 10%
    pull: 0.5
    stands: 3 days
    reward: 5
    welcome: 2
    limit: 2
    after: 1 day
reviews:
  opening: {number: 5, rating: 4}
  posting: {base: 20%}
  reading: {found: 1 per week}
  replies: {share: 50%, cost: 1}
  incentive: {raises: 2, reward: 1}
press:
  scandal: {during: campaign, reach: 20%, satisfaction: 15, quality: 2.5}
channels:
  paper: {cost_per_day: 100}
  mail: {addressed: true, cost_per_contact: 0.5, read: 80%}
  list:
    addressed: true
    cost_per_contact: 1
    addresses: {customers: 40%, prospects: 20%, joins_at_visit: 30%, joins: 1 per week, price: 20}
    opt_out: {chance: 10%, grows: 1, of: every addressed channel}
    capacity: {a_day: 5, beyond: waits}
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
      funnel: {launch: [unaware, aware]}
      not_in: [free, autumn]
      hold_out: 10%
      top: {count: 30, by: assets}
    waves: {only: {during: campaign, channels: {mail: {reach: 1, frequency: 1}}}}
  news: {waves: {first: {during: 7 Sep, channels: {mail: {reach: 90%, frequency: 5}}}}, announces: [club, advance]}
  autumn:
    audience: {segments: [many, few], tiers: [plain, gold]}
    waves:
      only: {during: campaign, channels: {paper: {reach: 80%, frequency: 3}, mail: {reach: 1, frequency: 2}}}
    promise: {empathy: 6}
    promised_wait: 5 min
    announces: [spend, visit, cheap, by_hour, stacked, flash, die, pack]
    fixed_cost: 9
  lines:
    audience: {customers: customers, hold_out: 20%}
    through: preferred channel
    waves:
      short:
        during: 7 Sep to 8 Sep
        every: 3 days
        times: 2
        shape: burst
        channels: {mail: {reach: 1, frequency: 1}, list: {reach: 1, frequency: 1}}
    response_within: 2 days
    response_needs: [errand]
    revise: {compares: channels, reads: response, then: drop the worst, at_least: 2}
    costs:
      media: {group: market, kind: direct, estimate: 20, of: media}
      cards: {group: finance, kind: network direct, estimate: 9, each_response: 0.5}
      plan: {group: finance, kind: management, estimate: 5}
    forecast: {revenue: 90, go: only if the forecast is a gain}
price_rule: {at_most: 3, locked: [7 Sep 2009]}
membership:
  fee: 20
  every: 5 days
  joining: 3
  worth: {lognormal: {mean: 25, sd: 10}}
  scale: 4
  offered_by: [letter]
  considered: 80%
  shown: 10%
tariffs:
  by_hour:
    needs: [errand]
    hours: {"09:00-12:00": 1.5, "22:00-02:00": 0.5}
    costs: {"09:00-12:00": 2}
    peak: "09:00-11:00"
    known: 30%
    passed_on: 50%
    inconvenience: {exponential: {mean: 0.3}}
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
  early: {during: campaign, by_rank: {task: errand, ranks: {few: {up_to: 5, gifts: {cups: 60%, mugs: 40%}}}}}
  club: {during: run, gifts: pens, points: {per_money: 0.1, per_visit: 2, needs: 9, face: 3, asks_within: 1 day}}
  stacked:
    during: campaign
    cumulative:
      stacking: all earned
      cost: 90%
      rewards: {trip: {face: 9, any_of: {all: {during: campaign, at_least: 150}, one: {during: 9 Sep, at_least: 80}}}}
  advance:
    during: campaign
    prepay:
      tiers: {gold: {quota: 2, prepaid: 20, card: 5}, plain: {quota: 9, prepaid: 10}}
      over_quota: borne by the site
      released_over: 2
      coupon: {face: 5, cost: 90%, unused: 10%, valid: 2 days}
      contract: {lasts: 3 days, switching_cost: 1}
      accepts: 80%
      at: counter
      takes: {constant: 2 min}
      comes_within: 1 day
  free: {during: 8 Sep to 11 Sep, audience: {customers: newcomers}, waiver: {fee: delivery, off: 90%, lasts: 2 days}}
gifts:
  pens:
    stock: 20
    cost: 80%
    per_day: {limit: 5}
    pick_up: counter
    takes: {constant: 2 min}
    comes_within: 1 day
  cups: {stock: 3, line: cups}
  mugs: {stock: 2, cost: 50%}
rules:
  brake: {when: {station: counter, measure: mean wait, above: 1 min}, pause: [autumn]}
  short: {when: {stock: pens, fewer_than: 5}, slow: {autumn: 50%}}
  dear: {when: {spent_on: [autumn, lines], more_than: 90}, stop: [autumn]}
  deaf: {when: {response_to: lines, below: 5%, at_least: 5}, stop: [lines]}
changes:
  help:
    from: 9 Sep
    cost: 10
    set: {service.stations.counter.staff: 2, service.steering.greeter.share: 50%}
budget:
  amount: 300
  lines:
    cups: {price: 3.33, quantity: 3, total: 10, paid: 9 Sep, salvage: 50%}
    paper: {price: 130, quantity: 2}
    screen: {price: 40, in_kind: true}
  tolerance: 0.01
  contingency: {share: 10%, approval_takes: 1 day}
  approvals: {head: {up_to: 100, takes: 0 days}, board: {takes: 1 day}}
  submitted: 7 Sep
  overrun: stop campaigns
  borne_by: the branch
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
    "other",
    "plain_ones",
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
