"""One process or several, the results are the same; and a run that fails says so."""

import pandas as pd
import pytest

from experiments.comparing.ensemble import Ensemble
from experiments.design import Trial, Trials
from experiments.engines.local_cluster import Workers
from experiments.engines.runner import Automatic, Serial, evaluator
from experiments.paired import RunFailedError
from experiments.storage.store import Store
from sim.errors import RequestError
from tests.unit.synthetic_market import MEANS, RIGHT_FIRST_TIME, STAFF, SyntheticMarket, experiment

PLANS = experiment({"gifts": {"profit": -50_000.0}, "desk": {"profit": 40_000.0}})
UNCERTAIN = experiment({"gifts": {"profit": -50_000.0, "profit_slope": 9e5}}, uncertain=True)


class CountingMarket(SyntheticMarket):
    """Remembers which runs it was asked for."""

    def __init__(self):
        super().__init__()
        object.__setattr__(self, "runs", [])

    def run(self, run):
        self.runs.append((run.plan, run.replication))
        return super().run(run)


def together(replications):
    return pd.concat([replication.periods for replication in replications], ignore_index=True)


def test_plans_of_a_replication_share_their_luck_and_replications_do_not():
    gifts = experiment({"gifts": {"profit": -50_000.0}})
    ensemble = Ensemble(gifts)
    for replication in Serial(SyntheticMarket()).evaluate(gifts.trials(range(60))):
        ensemble.add(replication)
    profit = ensemble.values("profit", "campaign")
    # luck sd 100,000 is shared and own noise is 20,000: correlation 1 / (1 + .2^2) = .96, lower limit by Fisher's z
    assert pd.Series(profit[:, 0]).corr(pd.Series(profit[:, 1])) > 0.90
    assert abs(pd.Series(profit[1:, 0]).corr(pd.Series(profit[:-1, 0]))) < 3.3 / 60**0.5


def test_the_assumptions_drawn_are_the_same_for_every_plan_and_others_in_every_replication():
    first, second = UNCERTAIN.draws(0), UNCERTAIN.draws(1)
    assert set(first) == {STAFF, RIGHT_FIRST_TIME}
    assert len({*first.values(), *second.values()}) == 4
    drawn = [run for run in UNCERTAIN.runs(0) if run.world == "drawn"]
    assert [run.plan for run in drawn] == ["none", "gifts"]
    assert all(f'"draw": {first[STAFF]}' in run.document for run in drawn)


def test_a_plan_run_alone_or_with_others_gives_the_same_numbers():
    alone = experiment({"desk": {"profit": 40_000.0}})
    few = next(Serial(SyntheticMarket()).evaluate(alone.trials([4]))).periods
    many = next(Serial(SyntheticMarket()).evaluate(PLANS.trials([4]))).periods
    many = many[many["plan"].isin(["none", "desk"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(few, many)


@pytest.fixture(scope="module")
def two_workers():
    """Two processes of the machine, started once for all tests of the file."""
    with Workers(2, SyntheticMarket()) as workers:
        yield workers


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_two_workers_give_the_same_results_as_one_in_the_same_order(two_workers):
    serial = list(Serial(SyntheticMarket()).evaluate(UNCERTAIN.trials(range(7))))
    first = list(two_workers.evaluate(UNCERTAIN.trials(range(4))))
    later = list(two_workers.evaluate(UNCERTAIN.trials(range(4, 7))))
    two_workers.simulator = SyntheticMarket(fails_in=1)
    with pytest.raises(RunFailedError, match="till is empty"):
        list(two_workers.evaluate(PLANS.trials(range(3))))
    assert [replication.number for replication in first + later] == list(range(7))
    pd.testing.assert_frame_equal(together(first + later), together(serial))


def test_a_failed_run_is_an_error_with_its_cause_and_never_a_missing_row():
    done = []
    with pytest.raises(RunFailedError, match=r"plan 'none', replication 2, failed: ValueError: the till is empty"):
        done.extend(Serial(SyntheticMarket(fails_in=2)).evaluate(PLANS.trials(range(4))))


def test_an_interrupted_experiment_resumes_with_the_runs_it_has(tmp_path):
    with Store(tmp_path) as store:
        whole = together(Serial(SyntheticMarket(), store).evaluate(PLANS.trials(range(3))))
        assert len(store.finished()) == 9
        # a simulator that fails in every replication proves that nothing is run again
        for number in range(3):
            again = next(Serial(SyntheticMarket(fails_in=number), store).evaluate(PLANS.trials([number])))
            # Of each plan: in four periods measures and returns; in the campaign and the whole also the payback.
            rows = 3 * (4 * (len(MEANS) + 2) + 2 * 2)
            before = whole.iloc[number * rows : (number + 1) * rows].reset_index(drop=True)
            pd.testing.assert_frame_equal(again.periods, before)


def test_short_work_stays_in_this_process_and_progress_counts_to_the_end():
    seen = []
    with Automatic(SyntheticMarket()) as automatic:
        results = list(automatic.evaluate(PLANS.trials(range(5)), lambda *progress: seen.append(progress)))
        assert automatic._workers is None
    assert [result.number for result in results] == list(range(5))
    assert [(done, asked) for done, asked, _ in seen] == [(1, 5), (2, 5), (3, 5), (4, 5), (5, 5)]
    assert seen[-1][2] == 0.0


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_work_that_takes_longer_than_starting_them_goes_to_workers(monkeypatch):
    monkeypatch.setattr("experiments.engines.runner.WORTH_A_CLUSTER", 0.0)
    with Automatic(SyntheticMarket()) as automatic:
        results = list(automatic.evaluate(PLANS.trials(range(3))))
        workers = automatic._workers
        assert isinstance(workers, Workers) or _one_processor()
    assert workers is None or workers._client is None, "they end with the experiment"
    pd.testing.assert_frame_equal(
        together(results), together(Serial(SyntheticMarket()).evaluate(PLANS.trials(range(3))))
    )


def test_the_run_that_is_timed_is_not_made_again_and_what_the_store_has_is_not_timed(tmp_path):
    market = CountingMarket()
    with Automatic(market) as automatic:
        assert len(list(automatic.evaluate(PLANS.trials(range(2))))) == 2
    assert market.runs == [("none", 0), ("gifts", 0), ("desk", 0), ("none", 1), ("gifts", 1), ("desk", 1)]
    with Store(tmp_path) as store:
        list(Serial(SyntheticMarket(), store).evaluate(PLANS.trials([0])))
        market = CountingMarket()
        with Automatic(market, store) as automatic:
            list(automatic.evaluate(PLANS.trials(range(2))))
        assert market.runs == [("none", 1), ("gifts", 1), ("desk", 1)]


class SlowMarket(CountingMarket):
    """Its runs take some time by the clock of the runner, the first one more."""

    def __init__(self, monkeypatch, first, others):
        super().__init__()
        object.__setattr__(self, "seconds", [first, others])
        object.__setattr__(self, "clock", [0.0])
        for module in ("engines.runner", "paired"):
            monkeypatch.setattr(f"experiments.{module}.perf_counter", lambda: self.clock[0])

    def run(self, run):
        self.clock[0] += self.seconds[min(len(self.runs), 1)]
        return super().run(run)


class NoWorkers(Serial):
    """In the place of worker processes, which these tests do not need."""

    def __init__(self, workers, simulator, store=None):
        super().__init__(simulator, store)


@pytest.fixture
def no_processes(monkeypatch):
    monkeypatch.setattr("dask.system.CPU_COUNT", 2)
    monkeypatch.setattr("experiments.engines.local_cluster.Workers", NoWorkers)


def test_a_first_run_that_pays_for_the_imports_does_not_start_workers(monkeypatch, no_processes):
    """30 runs of 0.1 s are 3 s, although the first took 2 s."""
    market = SlowMarket(monkeypatch, 2.0, 0.1)
    with Automatic(market) as automatic:
        assert len(list(automatic.evaluate(PLANS.trials(range(10))))) == 10
        assert automatic._workers is None
    assert len(market.runs) == len(set(market.runs)) == 30


def test_long_work_in_small_batches_goes_to_workers_when_as_much_was_done_alone(monkeypatch, no_processes):
    """Batches of 3 s each: after seven of them 21 s were done alone."""
    market = SlowMarket(monkeypatch, 1.0, 1.0)
    with Automatic(market) as automatic:
        for number in range(10):
            assert len(list(automatic.evaluate(PLANS.trials([number])))) == 1
            assert (automatic._workers is None) == (number < 7)


def test_a_batch_that_is_only_read_decides_nothing_for_the_next(monkeypatch, no_processes, tmp_path):
    with Store(tmp_path) as store:
        list(Serial(SyntheticMarket(), store).evaluate(PLANS.trials(range(2))))
        with Automatic(SlowMarket(monkeypatch, 1.0, 1.0), store) as automatic:
            assert len(list(automatic.evaluate(PLANS.trials(range(2))))) == 2
            assert automatic._workers is None
            list(automatic.evaluate(PLANS.trials(range(2, 12))))
            assert automatic._workers is not None


def test_trials_are_made_when_they_are_asked_for():
    made = []

    def make(place):
        made.append(place)
        return Trial(PLANS.runs(place))

    trials = Trials(10_000, make)
    assert (len(trials), len(trials[20:40]), trials[20:40][3].runs[0].replication) == (10_000, 20, 23)
    assert made == [23]
    list(zip(range(5), Serial(SyntheticMarket()).evaluate(trials), strict=False))
    assert max(made[1:]) <= 6


def test_the_number_of_workers_chooses_the_engine():
    market = SyntheticMarket()
    assert isinstance(evaluator(1, market), Serial)
    assert isinstance(evaluator(2, market), Workers)
    assert isinstance(evaluator(None, market), Automatic)
    with pytest.raises(RequestError, match="0 workers"):
        evaluator(0, market)


def test_a_comparison_needs_two_plans_and_its_baseline():
    with pytest.raises(RequestError, match="at least one other plan"):
        experiment({})


def _one_processor():
    from dask.system import CPU_COUNT

    return CPU_COUNT == 1


@pytest.mark.study
@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_run_that_kills_its_worker_every_time_is_an_error_and_not_a_hang():
    with (
        Workers(1, SyntheticMarket(dies_in=1)) as workers,
        pytest.raises(RunFailedError, match="died again and again"),
    ):
        list(workers.evaluate(PLANS.trials(range(3))))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_worker_that_dies_once_costs_time_and_no_results(tmp_path):
    market = SyntheticMarket(dies_in=1, dies_once=str(tmp_path / "died"))
    with Workers(1, market) as workers:
        found = list(workers.evaluate(PLANS.trials(range(4))))
    assert (tmp_path / "died").exists()
    pd.testing.assert_frame_equal(together(found), together(Serial(SyntheticMarket()).evaluate(PLANS.trials(range(4)))))
