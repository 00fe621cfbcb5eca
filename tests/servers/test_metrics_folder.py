"""The metrics of a site are kept in memory, in a folder that a later start finds and empties."""

import os
import time
from pathlib import Path

import pytest

from enishi.servers import metrics_folder as module
from enishi.servers.folders import locked
from enishi.servers.metrics_folder import memory_folders, metrics_folder

needs_memory = pytest.mark.skipif(not memory_folders(), reason="no folder in memory here")


@needs_memory
def test_it_is_in_memory_private_and_removed_at_the_end(folder: Path) -> None:
    with metrics_folder(folder) as metrics:
        assert metrics.parent in memory_folders()
        assert metrics.stat().st_mode & 0o777 == 0o700
    assert not metrics.exists()
    assert list(folder.iterdir()) == []


@needs_memory
def test_what_a_killed_site_left_is_emptied_by_its_next_start(folder: Path) -> None:
    with metrics_folder(folder) as metrics:
        pass
    metrics.mkdir(mode=0o700)
    (metrics / "counter_1.db").touch()
    with metrics_folder(folder) as again:
        assert again == metrics
        assert list(again.glob("*.db")) == []


@needs_memory
def test_what_a_killed_site_left_is_removed_by_the_start_of_another(
    folder: Path, tmp_path: Path
) -> None:
    with metrics_folder(folder) as left:
        pass
    left.mkdir(mode=0o700)
    hour_ago = time.time() - 3600
    os.utime(left, (hour_ago, hour_ago))
    with metrics_folder(tmp_path):
        assert not left.exists()


@needs_memory
def test_the_folder_of_a_site_that_runs_stays(folder: Path, tmp_path: Path) -> None:
    with metrics_folder(folder) as running:
        os.utime(running, (0, 0))
        with metrics_folder(tmp_path):
            assert running.exists()


def test_without_memory_it_is_beside_the_data(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "memory_folders", list)
    with locked(folder), metrics_folder(folder) as metrics:
        assert metrics == folder / "metrics"
        assert metrics.is_dir()
