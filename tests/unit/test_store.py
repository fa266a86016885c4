"""A finished run is kept whole or not at all, and read back as it was."""

import json
import os
import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from experiments.storage.store import TABLES, Store, read_table, write_tables
from sim.errors import RehearsalError
from tests.unit.synthetic_market import SyntheticMarket, experiment

ROOT = Path(__file__).parents[2]


@pytest.fixture
def run():
    return experiment({"gifts": {"profit": 1.0}}).runs(3)[1]


@pytest.fixture
def result(run):
    return SyntheticMarket().run(run)


def test_a_run_is_read_back_as_it_was_written(tmp_path, run, result):
    store = Store(tmp_path)
    store.write(run, result, 0.1)
    again = store.read(run.key)
    for name in TABLES:
        pd.testing.assert_frame_equal(getattr(again, name), getattr(result, name))
    assert again.encounters is None
    assert again.manifest == result.manifest
    assert (tmp_path / run.key / "scenario.json").read_text() == run.document


def test_the_same_run_gives_the_same_bytes(tmp_path, run, result):
    for name in ("a", "b"):
        Store(tmp_path / name).write(run, result, 1.0 if name == "a" else 2.0)
    files = sorted(path.name for path in (tmp_path / "a" / run.key).iterdir() if path.name != "timing.json")
    assert files == sorted(["manifest.json", "scenario.json", *(f"{name}.parquet" for name in TABLES)])
    for name in files:
        assert (tmp_path / "a" / run.key / name).read_bytes() == (tmp_path / "b" / run.key / name).read_bytes()


def test_the_key_is_the_document_the_seed_and_the_replication(run):
    assert replace(run, plan="another name").key == run.key
    others = [replace(run, seed=6), replace(run, replication=4), replace(run, document=run.document + " ")]
    assert len({run.key, *(other.key for other in others)}) == 4


def test_another_program_version_has_other_keys(run, monkeypatch):
    before = run.key
    monkeypatch.setattr("experiments.design.environment", lambda: {"code": "changed"})
    assert run.key != before


def test_a_run_that_is_already_there_stays_as_it_is(tmp_path, run, result):
    store = Store(tmp_path)
    store.write(run, result, 1.0)
    stamp = (tmp_path / run.key / "manifest.json").stat().st_mtime_ns
    store.write(run, result, 2.0)
    assert (tmp_path / run.key / "manifest.json").stat().st_mtime_ns == stamp
    assert [path.name for path in tmp_path.iterdir() if not path.name.startswith(".")] == [run.key]


def test_several_writers_of_one_run_leave_one_folder(tmp_path, run, result):
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: Store(tmp_path, "shared").write(run, result, 1.0), range(8)))
    with Store(tmp_path, "shared"):
        pass
    assert [path.name for path in tmp_path.iterdir()] == [run.key]
    assert Store(tmp_path).finished() == [run.key]


def test_a_writer_killed_half_way_leaves_nothing_that_is_read(tmp_path, run):
    """Killed between the tables and the rename: the store has no run, and the owner clears the rest."""
    script = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from experiments.storage.store import Store
        from tests.unit.synthetic_market import SyntheticMarket, experiment

        run = experiment({"gifts": {"profit": 1.0}}).runs(3)[1]
        result = SyntheticMarket().run(run)
        Path.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
        Store(Path(sys.argv[1]), "owner").write(run, result, 1.0)
        """
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert list(tmp_path.rglob("manifest.json")), "the test must stop after the tables are written"
    assert Store(tmp_path).finished() == []
    assert not Store(tmp_path).has(run.key)
    with Store(tmp_path, "owner"):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_missing_run_and_a_later_format_are_said_in_a_sentence(tmp_path, run, result):
    store = Store(tmp_path)
    with pytest.raises(RehearsalError, match="not in the store"):
        store.read("0" * 64)
    store.write(run, result, 1.0)
    file = tmp_path / run.key / "manifest.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 99}))
    with pytest.raises(RehearsalError, match="format 99"):
        store.read(run.key)


def test_an_empty_table_keeps_its_columns_and_a_quote_in_a_path_is_no_trouble(tmp_path):
    folder = tmp_path / "o'clock"
    folder.mkdir()
    table = pd.DataFrame({"offer": pd.Series([], dtype="str"), "paid": pd.Series([], dtype="int64")})
    write_tables(folder, {"offers": table})
    pd.testing.assert_frame_equal(read_table(folder / "offers.parquet"), table)
