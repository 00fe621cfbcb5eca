"""Who stands back does so against other sessions too, where the kernel shares time by session."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from enishi.servers.processes import Child, Command

shares_by_session = pytest.mark.skipif(
    not Path("/proc/self/autogroup").exists(), reason="this kernel knows no sessions' priority"
)
OURS = os.getpriority(os.PRIO_PROCESS, 0)

Start = Callable[[int], Child]


@pytest.fixture
def start() -> Iterator[Start]:
    children: list[Child] = []

    def start(niceness: int) -> Child:
        children.append(Child(Command("worker", ("sleep", "60"), niceness=niceness)))
        return children[-1]

    yield start
    for child in children:
        child.stop()


def session_of(child: Child) -> int:
    return int(Path(f"/proc/{child.pid}/autogroup").read_text().split()[-1])


def test_a_process_is_lowered_by_so_much(start: Start) -> None:
    child = start(5)
    assert os.getpriority(os.PRIO_PROCESS, child.pid) == OURS + 5


@shares_by_session
def test_so_is_its_session(start: Start) -> None:
    assert session_of(start(5)) == OURS + 5


@shares_by_session
def test_who_goes_first_keeps_the_session_as_it_is(start: Start) -> None:
    assert session_of(start(0)) == 0
