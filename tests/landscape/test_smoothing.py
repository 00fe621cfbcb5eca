from dataclasses import replace

import numpy as np
from tests.landscape.planted import plant

from enishi.landscape import Earlier, analyse_core
from enishi.landscape.smoothing import BUFFER, SteadyCount, steady_count


def shown(best: list[int]) -> list[int]:
    state: SteadyCount | None = None
    found = []
    for number in best:
        state = steady_count(state, number)
        found.append(state.count)
    return found


def test_a_new_number_of_groups_is_shown_after_four_consecutive_runs() -> None:
    assert shown([3, 2, 2, 2, 2, 2]) == [3, 3, 3, 3, 2, 2]


def test_a_number_that_fluctuates_is_not_shown() -> None:
    assert shown([3, 2, 2, 2, 4, 2, 2, 2, 3]) == [3] * 9


def test_the_groups_of_the_next_run_are_continued_until_another_number_is_steady() -> None:
    """Three corners at first; later votes come from all four."""
    planted = plant(1_200, 60, 40)
    first = analyse_core(planted.build().keep(planted.groups < 3))
    assert first.groups.count == 3
    counts, found = [], first
    votes = planted.build()
    for _ in range(BUFFER + 1):
        earlier = found.as_earlier()
        if found is first:
            earlier = replace(earlier, included=None)  # those who are new were not included
        found = analyse_core(votes, earlier=earlier)
        counts.append((found.steady.count, found.steady.best, found.groups.count))
    assert counts == [(3, 4, 3)] * (BUFFER - 1) + [(4, 4, 4)] * 2


def test_the_first_groups_appear_at_once() -> None:
    planted = plant(300, 60, 40)
    earlier = Earlier(group_centres=np.zeros((1, 2)), steady=SteadyCount(1, 1, 3))
    assert analyse_core(planted.build(), earlier=earlier).groups.count > 1


def test_groups_keep_their_numbers_while_their_number_is_kept() -> None:
    planted = plant(600, 60, 40)
    first = analyse_core(planted.build())
    turned = replace(first.as_earlier(), group_centres=first.groups.centres[::-1])
    again = analyse_core(planted.build(), earlier=turned)
    assert (again.labels == first.groups.count - 1 - first.labels).mean() > 0.99
