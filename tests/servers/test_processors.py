"""Web processes are pinned to a processor each if there are as many of one as of the other."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import pytest

from enishi.servers.processors import Processors, available_processors

Scheduling = tuple[list[int], int]  # processors, policy
UNPINNED: Scheduling = (available_processors(), os.SCHED_OTHER)
# Not forked: granian also spawns its workers on some systems.
_context = multiprocessing.get_context("spawn")

pytestmark = pytest.mark.skipif(
    not available_processors(), reason="this system has no processor affinity"
)


@pytest.fixture
def processors() -> Processors:
    return Processors(len(available_processors()))


def _pin(processors: Processors, pipe: Connection) -> None:
    processors.pin_process()
    pipe.send((sorted(os.sched_getaffinity(0)), os.sched_getscheduler(0)))
    pipe.recv()  # blocks until the process is killed


class Process:
    def __init__(self, processors: Processors) -> None:
        self._pipe, other_end = _context.Pipe()
        self._process = _context.Process(target=_pin, args=(processors, other_end), daemon=True)
        self._process.start()
        other_end.close()

    def scheduling(self) -> Scheduling:
        scheduling: Scheduling = self._pipe.recv()
        return scheduling

    def kill(self) -> None:
        self._process.kill()
        self._process.join()


@contextmanager
def running(processors: Processors, count: int) -> Iterator[list[Process]]:
    processes = [Process(processors) for _ in range(count)]
    try:
        yield processes
    finally:
        for process in processes:
            process.kill()


def pinned_to(processor: int) -> Scheduling:
    return [processor], os.SCHED_BATCH


def test_as_many_processes_as_processors_have_one_each(processors: Processors) -> None:
    with running(processors, len(available_processors())) as processes:
        found = [process.scheduling() for process in processes]
    assert sorted(found) == [pinned_to(processor) for processor in available_processors()]


def test_a_process_takes_the_processor_of_one_that_was_killed(processors: Processors) -> None:
    with running(processors, len(available_processors())) as processes:
        released = [process.scheduling() for process in processes][-1]
        processes[-1].kill()
        with running(processors, 1) as [successor]:
            assert successor.scheduling() == released


def test_a_process_without_a_free_processor_stays_unpinned(processors: Processors) -> None:
    with running(processors, len(available_processors())) as processes:
        for process in processes:
            process.scheduling()
        with running(processors, 1) as [late]:
            assert late.scheduling() == UNPINNED


def test_processes_of_another_server_do_not_count(processors: Processors) -> None:
    first = pinned_to(available_processors()[0])
    others = Processors(len(available_processors()))
    with running(processors, 1) as [one], running(others, 1) as [other]:
        assert one.scheduling() == other.scheduling() == first


@pytest.mark.parametrize("more", [-1, 1])
def test_more_or_fewer_processes_than_processors_stay_unpinned(more: int) -> None:
    with running(Processors(len(available_processors()) + more), 1) as [process]:
        assert process.scheduling() == UNPINNED
