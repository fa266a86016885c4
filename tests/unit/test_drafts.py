"""What a killed process left unfinished is removed by the next experiment; what a living one writes is left alone."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from experiments.storage.drafts import PREFIX, Drafts
from experiments.storage.store import Store

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(os.name != "posix", reason="locks of files")


def unfinished(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name.startswith(PREFIX))


def test_what_a_killed_process_left_is_removed_by_the_next_experiment(tmp_path):
    script = textwrap.dedent(
        """
        import os, signal, sys
        from pathlib import Path
        from experiments.storage.drafts import Drafts

        drafts = Drafts(Path(sys.argv[1]), "killed")
        drafts.open()
        with drafts.new() as draft:
            (draft / "manifest.json").write_text("{}")
            os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    killed = subprocess.run([sys.executable, "-c", script, str(tmp_path)], cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL
    assert unfinished(tmp_path) == [f"{PREFIX}killed"]
    assert Store(tmp_path).finished() == []
    with Store(tmp_path, "mine"):
        assert unfinished(tmp_path) == [f"{PREFIX}mine"]
    assert list(tmp_path.iterdir()) == []


def test_what_another_experiment_is_writing_stays(tmp_path):
    theirs = Drafts(tmp_path, "theirs")
    theirs.open()
    with theirs.new() as draft, Store(tmp_path, "mine"):
        assert draft.is_dir()
    with Store(tmp_path, "mine"):
        assert unfinished(tmp_path) == [f"{PREFIX}mine", f"{PREFIX}theirs"]
    theirs.close()
    assert list(tmp_path.iterdir()) == []


def test_a_worker_holds_its_run_while_it_writes_although_it_opened_nothing(tmp_path):
    worker = Drafts(tmp_path, "worker")
    with worker.new() as draft:
        Drafts(tmp_path, "other").remove_abandoned()
        assert draft.is_dir()
    Drafts(tmp_path, "other").remove_abandoned()
    assert list(tmp_path.iterdir()) == []


def test_a_folder_removed_between_making_and_holding_it_is_made_again(tmp_path, monkeypatch):
    """The other experiment's clearing comes exactly between the two."""
    import experiments.storage.drafts

    real, cleared = experiments.storage.drafts.flock, []

    def just_before(lock, how):
        if not cleared and how == experiments.storage.drafts.LOCK_SH:
            cleared.append(True)
            Drafts(tmp_path, "other").remove_abandoned()
        real(lock, how)

    monkeypatch.setattr("experiments.storage.drafts.flock", just_before)
    with Drafts(tmp_path, "mine").new() as draft:
        assert cleared
        assert draft.is_dir()
