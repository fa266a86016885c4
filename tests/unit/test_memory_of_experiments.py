"""However many runs an experiment has, the process that asked holds little of them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST = 500.0  # MB for ten thousand runs
EMPTY = 30.0  # MB of imports and caches that come with the first results

SCRIPT = """
import json, sys
from dataclasses import replace
from pathlib import Path

import pandas as pd

from experiments.comparing.ensemble import Ensemble
from experiments.engines.runner import Serial
from experiments.study import Point, Study, outcomes
from sim.scenario.load import read_scenario
from tests.unit.synthetic_market import SCENARIO, SyntheticMarket, experiment

kind, runs = sys.argv[1], int(sys.argv[2])
MORE = [f"measure_{number}" for number in range(130)]  # as many as a run of the gallery's largest file reports


class Large(SyntheticMarket):
    def run(self, run):
        document = {"effects": {}, "draw": 0.5}
        result = super().run(replace(run, document=json.dumps(document)))
        more = pd.DataFrame(
            [(period, name, run.replication / 7) for period in ("before", "campaign", "aftermath", "whole")
             for name in MORE], columns=["period", "measure", "value"],
        )
        return replace(result, periods=pd.concat([result.periods, more], ignore_index=True))


def megabytes(name):
    (kilobytes,) = (row.split()[1] for row in Path("/proc/self/status").read_text().splitlines() if name in row)
    return int(kilobytes) / 1024


def compared(replications):
    design = experiment({"gifts": {"profit": -50_000.0}})
    ensemble = Ensemble(design)
    for replication in Serial(Large()).evaluate(design.trials(range(replications))):
        ensemble.add(replication)
    table = ensemble.all_values()
    bands = [ensemble.values(measure, "campaign").mean() for measure in ensemble.measures]
    return ensemble, table, bands, ensemble.daily(), ensemble.offers()


def studied(points):
    scenario = read_scenario(SCENARIO.encode(), "branch-autumn.yaml")
    study = Study(scenario, ("none", "gifts"), 5)
    settings = [Point({"market.customers": 1000 + number}) for number in range(points)]
    return outcomes(study, settings, [0], ["profit", "satisfaction"], Serial(Large()))


make = {"compare": compared, "outcomes": studied}[kind]
make(2)
before = megabytes("VmHWM")
held = make(runs // 2)
print(json.dumps({"whole": megabytes("VmHWM"), "grown": megabytes("VmHWM") - before}))
"""


def memory(kind: str, runs: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, kind, str(runs)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


linux = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads /proc")


@linux
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["compare", "outcomes"])
def test_what_two_hundred_runs_add_is_their_share_of_what_ten_thousand_may(kind):
    assert memory(kind, 200)["grown"] < EMPTY + MOST * 200 / 10_000


@linux
@pytest.mark.study
@pytest.mark.parametrize("kind", ["compare", "outcomes"])
def test_ten_thousand_runs_are_held_in_half_a_gigabyte(kind):
    assert memory(kind, 10_000)["whole"] < MOST
