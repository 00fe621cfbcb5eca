"""The pure parts of the comparison with an earlier commit."""

import pytest
from tests.bench.__main__ import parse
from tests.bench.against.processor import OTHER, POSTGRESQL, VALKEY, WEB, WORKER, part_of, tree
from tests.bench.against.processor import parse as parse_stat
from tests.bench.against.scenarios import ROWS, rows_named
from tests.bench.against.turns import BASE, NOW, Comparison, Turn, order, table

_STAT = (
    "4711 (postgres: (a) b) S 42 4711 4711 0 -1 4194304 2839 6524 0 0 301 102 33 14"
    " 20 0 1 0 75170 16961536 3350"
)


def test_a_line_of_proc_stat_gives_parent_and_ticks_also_of_ended_children() -> None:
    process = parse_stat(_STAT)
    assert (process.pid, process.parent, process.ticks) == (4711, 42, 301 + 102 + 33 + 14)


def test_a_tree_holds_all_descendants_and_nothing_else() -> None:
    parents = {1: 0, 5: 1, 9: 5, 7: 9, 6: 1, 8: 6}
    processes = [parse_stat(_line(pid, parent)) for pid, parent in parents.items()]
    assert {process.pid for process in tree(5, processes)} == {5, 9, 7}
    assert tree(99, processes) == []


def _line(pid: int, parent: int) -> str:
    return _STAT.replace("4711 (", f"{pid} (").replace("S 42", f"S {parent}")


@pytest.mark.parametrize(
    ("command", "part"),
    [
        ("/env/bin/postgres -D data", POSTGRESQL),
        ("/env/valkey-server unixsocket:/run/valkey.sock", VALKEY),
        ("/env/bin/python -P -m enishi.cli web --port 1", WEB),
        ("/env/bin/python -P -m enishi.cli worker", WORKER),
        ("/env/bin/python -P -m enishi_jobs", WORKER),
        ("/env/bin/python -P -m enishi.cli migrate", OTHER),
        ("", OTHER),
    ],
)
def test_a_part_is_known_by_its_command_line(command: str, part: str) -> None:
    assert part_of(command.split()) == part


def test_the_side_that_begins_a_turn_is_the_second_one_in_the_next() -> None:
    assert list(order(3)) == [(BASE, NOW), (NOW, BASE), (BASE, NOW)]


def _turn(total: float, errors: int = 0) -> Turn:
    parts = {"web": total - 10, "load generator": 10.0}
    return Turn(1000, errors, rate=5_000, p50_ms=1, p99_ms=9, parts=parts)


def test_a_ratio_is_of_the_medians_and_has_the_spread_of_neighbouring_turns() -> None:
    base = [_turn(total) for total in (100, 200, 110)]
    now = [_turn(total) for total in (121, 190, 110)]
    row = Comparison("votes", base, now)
    assert row.ratio == pytest.approx(121 / 110)
    assert row.ratios.median == pytest.approx(1.0)
    assert (row.ratios.least, row.ratios.most) == pytest.approx((0.95, 1.21))
    assert row.failures() == []


def test_the_table_says_each_part_the_sum_and_the_ratio() -> None:
    row = Comparison("votes", [_turn(100), _turn(120)], [_turn(90), _turn(110)])
    head, _, base, now = table([row]).splitlines()
    assert "| web | load generator | sum µs | now ÷ base |" in head
    assert (
        base
        == "| votes | base | 5,000 (5,000..5,000) | 1.0 | 9.0 | 100 | 10.0 | 110 (100..120) |  |"
    )
    assert now.endswith("| 90.0 | 10.0 | 100 (90.0..110) | **0.91** (0.90..0.92) |")


def test_a_turn_with_errors_is_named() -> None:
    row = Comparison("votes", [_turn(100)], [_turn(100, errors=11)])
    assert row.failures() == ["votes, now: 11 of 1000 answers were errors"]


def test_options_may_stand_among_the_rows() -> None:
    wanted = parse(["against", "votes", "--turns", "15", "card", "--base", "375654b"])
    assert wanted.names == ["against", "votes", "card"]
    assert (wanted.base, wanted.turns, wanted.fail_over) == ("375654b", 15, None)


@pytest.mark.parametrize("arguments", [["against"], ["votes", "--base", "375654b"]])
def test_a_base_is_named_for_comparisons_and_for_nothing_else(arguments: list[str]) -> None:
    with pytest.raises(SystemExit):
        parse(arguments)


def test_rows_are_found_by_name() -> None:
    assert [row.name for row in rows_named(["votes"])] == [row.name for row in ROWS["votes"]]
    assert len(rows_named([])) == sum(len(rows) for rows in ROWS.values())
    with pytest.raises(SystemExit, match="there are votes, card"):
        rows_named(["vote"])
