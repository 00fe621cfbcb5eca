from enishi.landscape.smoothing import SteadyCount, steady_count


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
