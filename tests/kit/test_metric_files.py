"""Metrics that processes share in files: allocated, so that no disk is too full to count on."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fixtures.disks import fill, small_disk

# Counts under many labels, as the routes of a site do, in a process of its own: without room for a
# page of its file, that process would be killed by SIGBUS.
COUNTING = """
import sys
from enishi.kit import metrics
counter = metrics.Counter("tests_total", "Tests.", ("name",))
counter.labels("early").inc(2)
print("begun", flush=True)
sys.stdin.readline()
for number in range(4_000):
    counter.labels(f"late-{number}").inc()
counter.labels("early").inc(3)
sys.stdout.write(metrics.exposition().decode())
"""


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    with small_disk(tmp_path / "disk", 2 << 20) as folder:
        yield folder


def counting(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", COUNTING],
        env=os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(folder)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "begun\n"
    return process


def test_a_file_of_metrics_has_its_room_on_the_disk(tmp_path: Path) -> None:
    process = counting(tmp_path)
    files = [path.stat() for path in tmp_path.iterdir()]
    assert files
    assert all(file.st_blocks * 512 >= file.st_size for file in files)
    process.communicate("go on\n")
    assert process.returncode == 0


def test_a_disk_that_fills_up_ends_no_process_that_counts(disk: Path) -> None:
    process = counting(disk)
    fill(disk)
    figures, _ = process.communicate("go on\n")
    assert process.returncode == 0
    assert 'tests_total{name="early"} 5.0' in figures
    assert 'name="late-1"' in figures  # what fits is counted
    assert 'name="late-3999"' not in figures  # what does not is left out


def test_a_process_starts_on_a_full_disk_and_is_left_out(disk: Path) -> None:
    fill(disk)
    process = counting(disk)
    figures, _ = process.communicate("go on\n")
    assert process.returncode == 0
    assert "tests_total" not in figures
