"""One run of one plan: simulated, or read back from the folder that already has it."""

from pathlib import Path
from time import perf_counter

from experiments.design import Run
from experiments.paired import MarketSimulator
from experiments.storage.store import Store
from sim.results import RunResult
from sim.scenario.load import Scenario


def single_run(
    scenario: Scenario, plan: str, replication: int = 0, seed: int | None = None, out: Path | None = None
) -> RunResult:
    """The tables of one run; with ``out`` the run is kept in ``out/runs`` and not simulated a second time.

    Raises `RequestError` for an unknown plan.
    """
    document = scenario.document(plan)
    run = Run(plan, "stated", scenario.canonical(plan), document.seed if seed is None else seed, replication)
    if out is None:
        return MarketSimulator().run(run)
    folder = out / "runs"
    folder.mkdir(parents=True, exist_ok=True)
    with Store(folder) as store:
        if not store.has(run.key):
            began = perf_counter()
            store.write(run, MarketSimulator().run(run), perf_counter() - began)
        return store.read(run.key)
