"""Small markets with everything in them, and ways to say whether two runs or two markets are the same.

In go words of a scenario file to add or replace; out come documents, fingerprints of results, rows that differ.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.customers import Customers
from sim.market import Market
from sim.results import RunResult
from sim.scenario.document import Document
from sim.scenario.load import read_scenario

TOWN = """\
scenario: town
currency: EUR
seed: 11
calendar: {run: 1 Jun 2026 to 25 Jun 2026, campaign: 8 Jun to 18 Jun}
market:
  customers: 300
  sites: 2
  tiers: [vip]
  segments:
    mass: {share: 80%}
    vip: {share: 20%, tier: vip, traits: {spend: {lognormal: {mean: 3, sd: 2}}}}
  needs:
    errand: {task: errand, rate: 9 per month, price: 5, cost: 1.5, responds_to_advertising: 0.5}
    signing: {task: signing, rate: 0.5 per month, price: 60, contested: false}
  spending: {rate: 6 per month, amount: {lognormal: {mean: 80, sd: 60}}, margin: 1%}
  rivals:
    others: {attractiveness: 0.3}
service:
  tasks:
    errand: {at: {counter: 70%, machine: 30%}, takes: {lognormal: {mean: 12 min, sd: 6 min}}}
    signing: {at: counter, takes: {lognormal: {mean: 20 min, sd: 5 min}}}
  stations:
    counter: {staff: 1, open: "09:00-17:00", first: [vip], wage: 20}
    machine: {staff: 1, open: "08:00-20:00"}
  patience: {exponential: {mean: 20 min}}
  balking: {constant: 9}
  standards:
    prompt: {station: counter, at_most: 10 min, share: 80%, published: true}
  recovery:
    channels: {hall: {share: 1, at: counter, takes: {constant: 10 min}}}
    compensation: 7
    fair_compensation: 10
money: {margin_per_customer: 6, fixed_cost: 900}
channels:
  press: {cost_per_day: 40}
  letter: {addressed: true, cost_per_contact: 0.6}
contact_cap: {at_most: 1, per: week}
plans:
  quiet: {}
  campaign:
    add:
      campaigns:
        summer:
          waves:
            first: {during: campaign, channels: {press: {reach: 70%, frequency: 4}, letter: {reach: 60%, frequency: 2}}}
          promised_wait: 5 min
          promise: {empathy: 6.5}
          announces: [errands, cards, cheaper]
          fixed_cost: 200
      offers:
        errands: {during: campaign, task_count: {task: errand, needs: 1, face: 20}, gifts: teapots}
        cards:
          during: campaign
          spend_steps: {counts: one receipt, at_or_above: {100: 10}, response: 50%, within: 30%}
          gifts: teapots
        cheaper: {during: campaign, discount: {needs: [errand], off: 10%}}
      gifts:
        teapots:
          {stock: 40, cost: 80%, pick_up: counter, takes: {constant: 3 min}, comes_within: 2 days, per_day: {limit: 4}}
"""

# Nobody talks, so that only a queue can carry a difference from one customer to another; everyone is served in the
# order of arrival, and no complaint keeps the staff busy.
SILENT_TOWN = (
    TOWN.replace(TOWN[TOWN.index("  recovery:") : TOWN.index("money:")], "")
    .replace(", first: [vip]", "")
    .replace("money:", "behaviour: {word_of_mouth: none}\nmoney:")
)


def document_of(text: str, plan: str = "quiet") -> Document:
    """The document of one plan of a scenario text."""
    return read_scenario(text.encode(), "town.yaml").document(plan)


def fingerprint(result: RunResult) -> str:
    """SHA-256 over every table and the manifest, each number with all its digits."""
    digest = hashlib.sha256(json.dumps(result.manifest, sort_keys=True).encode())
    for field in fields(result):
        table = getattr(result, field.name)
        if isinstance(table, pd.DataFrame):
            digest.update(f"{field.name} {list(table.dtypes)}".encode())
            digest.update(table.to_csv(index=False).encode())
    return digest.hexdigest()


def columns(customers: Customers) -> dict[str, NDArray[np.generic]]:
    """Every column in use, one entry a customer last."""
    others = ("population", "attributes")
    found = {field.name: getattr(customers, field.name) for field in fields(customers) if field.name not in others}
    return {name: column for name, column in {**found, **customers.attributes}.items() if column.size}


def differing(one: Market, other: Market) -> list[int]:
    """Rows of the customers for whom any column differs by a single bit."""
    rows = np.zeros(len(one.customers), np.bool_)
    others = columns(other.customers)
    for name, column in columns(one.customers).items():
        same = (column == others[name]) | ((column != column) & (others[name] != others[name]))
        rows |= ~np.atleast_2d(same).all(axis=0)
    return np.flatnonzero(rows).tolist()
