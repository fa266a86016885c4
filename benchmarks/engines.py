"""What sharing runs among worker processes costs, against processes that know nothing of each other.

`python -m benchmarks.engines` (or `make bench-engines`) has two workers of the embedded cluster, and two independent
processes, make the same runs of bank-autumn in turns, each as fast as it can, and prints how much of the independent
processes' pace the workers reach; then what each run costs on top of its simulation. Exit code 1 when a promise is
not kept. Pace is wall time, so the machine should have nothing else to do; the cost of a run is processor time.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, process_time

from experiments.comparing.ensemble import Ensemble
from experiments.design import Experiment, Run
from experiments.engines.local_cluster import Workers
from experiments.engines.runner import Serial
from experiments.paired import MarketSimulator, Rule, replicate
from experiments.storage.store import Store
from sim.measures import Measure
from sim.results import RunResult
from sim.scenario.load import load_scenario

SCENARIO, PLANS = "bank-autumn", ("none", "gifts")
PROCESSES = 2
ROUNDS = 3
REPLICATIONS = 12  # a round; with two plans some thirty seconds of work on each side
WARM = 1_000_000  # the replication made before the clock starts: imports, documents and caches are then there
PROMISED_PACE = 0.8
PROMISED_OVERHEAD = 20.0  # milliseconds a run
COUNTED = 6  # replications of which the cost is counted


def _experiment() -> Experiment:
    scenario = load_scenario(SCENARIO)
    return Experiment(PLANS, PLANS[0], scenario.document(PLANS[0]).seed, scenario.canonical)


def _numbers(turn: int) -> range:
    return range(turn * REPLICATIONS, (turn + 1) * REPLICATIONS)


def shared(workers: Workers, experiment: Experiment, turn: int) -> float:
    """Seconds in which the workers make a round."""
    began = perf_counter()
    for _ in workers.evaluate(experiment.trials(_numbers(turn))):
        pass
    return perf_counter() - began


def apart(turn: int) -> float:
    """Seconds in which independent processes make the same round, each its share, from a common start."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.engines", str(turn), str(place)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for place in range(PROCESSES)
    ]  # fmt: skip
    for process in processes:
        assert process.stdin is not None
        assert process.stdout is not None
        if process.stdout.readline() != "ready\n":
            raise RuntimeError("an independent process did not start")
    began = perf_counter()
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("go\n")
        process.stdin.flush()
    for process in processes:
        assert process.stdout is not None
        if process.stdout.readline() != "done\n":
            raise RuntimeError("an independent process did not do its share")
    seconds = perf_counter() - began
    for process in processes:
        process.communicate()
    return seconds


def _share(turn: int, place: int) -> None:
    """One independent process: says that it is ready, waits for the start, and says when it is done."""
    experiment = _experiment()
    engine = Serial(MarketSimulator())
    for _ in engine.evaluate(experiment.trials([WARM])):
        pass
    print("ready", flush=True)
    sys.stdin.readline()
    for _ in engine.evaluate(experiment.trials(_numbers(turn)[place::PROCESSES])):
        pass
    print("done", flush=True)


@dataclass
class _Clocked:
    """The market, with the processor time spent inside it."""

    market: MarketSimulator = field(default_factory=MarketSimulator)
    seconds: float = 0.0

    def run(self, run: Run) -> RunResult:
        began = process_time()
        result = self.market.run(run)
        self.seconds += process_time() - began
        return result

    def measures(self, document: str, reported: Sequence[str]) -> Sequence[Measure]:
        return self.market.measures(document, reported)

    def rules(self, document: str) -> Mapping[str, Rule]:
        return self.market.rules(document)


def overhead(experiment: Experiment, store: Store | None) -> float:
    """Milliseconds of processor time a run costs on top of its simulation: the median over replications."""
    clocked, ensemble, costs = _Clocked(), Ensemble(experiment), []
    for number in range(WARM, WARM + COUNTED + 1):
        clocked.seconds = 0.0
        began = process_time()
        ensemble.add(replicate(experiment.trials([number])[0], clocked, store))
        costs.append((process_time() - began - clocked.seconds) / len(PLANS))
    return 1000.0 * statistics.median(costs[1:])


def main() -> int:
    experiment = _experiment()
    paces = []
    with Workers(PROCESSES, MarketSimulator()) as workers:
        for _ in workers.evaluate(experiment.trials([WARM + place for place in range(4 * PROCESSES)])):
            pass
        for turn in range(ROUNDS):
            if turn % 2:
                alone, together = apart(turn), shared(workers, experiment, turn)
            else:
                together, alone = shared(workers, experiment, turn), apart(turn)
            paces.append(alone / together)
            print(
                f"round {turn + 1}: workers {together:.1f} s, independent processes {alone:.1f} s, pace {paces[-1]:.2f}"
            )
    pace = statistics.median(paces)
    plain = overhead(experiment, None)
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder)) as store:
        kept = overhead(experiment, store)
    print(f"pace of {PROCESSES} workers: {pace:.2f} of independent processes (promised {PROMISED_PACE})")
    print(f"overhead a run: {plain:.1f} ms (promised {PROMISED_OVERHEAD:.0f} ms); with the run kept {kept:.1f} ms")
    return int(pace < PROMISED_PACE or plain > PROMISED_OVERHEAD)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        _share(int(sys.argv[1]), int(sys.argv[2]))
    else:
        sys.exit(main())
