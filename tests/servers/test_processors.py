"""Web processes get a processor each where there are as many of one as of the other."""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection

import pytest

from enishi.servers.processors import Processors, available

Place = tuple[list[int], int]  # processors, policy
ANYWHERE: Place = (available(), os.SCHED_OTHER)
# Of its own memory, as the server starts its processes where it cannot fork.
_context = multiprocessing.get_context("spawn")

pytestmark = pytest.mark.skipif(not available(), reason="this system has no processors to choose")


@pytest.fixture
def processors() -> Processors:
    return Processors(len(available()))


def _settle(processors: Processors, told: Connection) -> None:
    processors.settle()
    told.send((sorted(os.sched_getaffinity(0)), os.sched_getscheduler(0)))
    told.recv()  # until it is killed


class Process:
    def __init__(self, processors: Processors) -> None:
        self._told, there = _context.Pipe()
        self._process = _context.Process(target=_settle, args=(processors, there), daemon=True)
        self._process.start()
        there.close()

    def place(self) -> Place:
        place: Place = self._told.recv()
        return place

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


def alone(processor: int) -> Place:
    return [processor], os.SCHED_BATCH


def test_as_many_processes_as_processors_have_one_each(processors: Processors) -> None:
    with running(processors, len(available())) as processes:
        places = [process.place() for process in processes]
    assert sorted(places) == [alone(processor) for processor in available()]


def test_a_process_takes_over_from_one_that_was_killed(processors: Processors) -> None:
    with running(processors, len(available())) as processes:
        left = [process.place() for process in processes][-1]
        processes[-1].kill()
        with running(processors, 1) as [successor]:
            assert successor.place() == left


def test_one_too_many_stays_where_it_is(processors: Processors) -> None:
    with running(processors, len(available())) as processes:
        for process in processes:
            process.place()
        with running(processors, 1) as [late]:
            assert late.place() == ANYWHERE


def test_processes_of_another_server_are_not_in_the_way(processors: Processors) -> None:
    with running(processors, 1) as [one], running(Processors(len(available())), 1) as [other]:
        assert one.place() == other.place() == alone(available()[0])


@pytest.mark.parametrize("more", [-1, 1])
def test_more_or_fewer_processes_than_processors_go_where_they_like(more: int) -> None:
    with running(Processors(len(available()) + more), 1) as [process]:
        assert process.place() == ANYWHERE
