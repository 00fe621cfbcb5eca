"""What docs/polis-format.md says of the open data, checked on the files themselves.

The files are read with the csv module alone: the reader of the package is what the document is for.
"""

import csv
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from tests.landscape.conftest import CONVERSATIONS, REAL_DATA

Row = dict[str, str]


@dataclass(frozen=True)
class Files:
    votes: list[Row]
    comments: list[Row]
    participants: list[Row]
    summary: dict[str, str]

    def last(self) -> dict[tuple[str, str], Row]:
        """(person, statement) -> the last act, by instant and then by row."""
        ordered = sorted(self.votes, key=lambda row: int(row["timestamp"]))
        return {(row["voter-id"], row["comment-id"]): row for row in ordered}

    @property
    def columns(self) -> list[str]:
        return [name for name in self.participants[0] if name.isdigit()]


@cache
def files_of(name: str) -> Files:
    folder = REAL_DATA / name
    if not folder.is_dir():
        pytest.skip(f"no real data at {folder}: set ENISHI_REAL_DATA")
    summary = {line[0]: line[1] for line in _lines(folder / "summary.csv") if len(line) > 1}
    return Files(
        _rows(folder / "votes.csv"),
        _rows(folder / "comments.csv"),
        _rows(folder / "participants-votes.csv"),
        summary,
    )


def _rows(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(params=CONVERSATIONS)
def files(request: pytest.FixtureRequest) -> Files:
    return files_of(request.param)


def over_all(count: Callable[[Files], int]) -> dict[str, int]:
    return {name: count(files_of(name)) for name in CONVERSATIONS}


def test_a_row_is_an_act_and_people_vote_again(files: Files) -> None:
    acts = Counter((row["voter-id"], row["comment-id"]) for row in files.votes)
    assert len(acts) < len(files.votes)
    order = [(int(row["comment-id"]), int(row["voter-id"])) for row in files.votes]
    assert order == sorted(order)
    instants = [int(row["timestamp"]) for row in files.votes]
    assert instants != sorted(instants)


def test_how_often_one_person_voted_again_and_at_the_same_instant() -> None:
    again = over_all(
        lambda files: max(Counter((r["voter-id"], r["comment-id"]) for r in files.votes).values())
    )
    assert max(again.values()) == again["vtaiwan.uberx"] == 19
    ties = over_all(
        lambda files: sum(
            times > 1
            for times in Counter(
                (r["voter-id"], r["comment-id"], r["timestamp"]) for r in files.votes
            ).values()
        )
    )
    assert {name for name, times in ties.items() if times} == {
        "scoop-hivemind.affordable-housing",
        "vtaiwan.uberx",
    }


def test_instants_are_milliseconds_and_datetimes_of_one_foreign_zone(files: Files) -> None:
    assert {len(row["timestamp"]) for row in files.votes} == {13}
    [zone] = {row["datetime"].split()[4] for row in files.votes}
    assert zone in {"WIB", "PDT"}


def test_sums_count_acts_and_the_sign_is_plus_one(files: Files) -> None:
    acts = Counter((row["comment-id"], row["vote"]) for row in files.votes)
    for row in files.comments:
        assert int(row["agrees"]) == acts[row["comment-id"], "1"]
        assert int(row["disagrees"]) == acts[row["comment-id"], "-1"]
    last = Counter((row["comment-id"], row["vote"]) for row in files.last().values())
    assert any(int(row["agrees"]) != last[row["comment-id"], "1"] for row in files.comments)


def test_figures_that_the_document_names() -> None:
    uberx = files_of("vtaiwan.uberx")
    last = Counter((row["comment-id"], row["vote"]) for row in uberx.last().values())
    differ = sum(int(row["agrees"]) != last[row["comment-id"], "1"] for row in uberx.comments)
    assert (differ, len(uberx.comments)) == (89, 197)
    assert sum(row["moderated"] == "0" for row in uberx.comments) == 20
    seattle = files_of("15-per-hour-seattle")
    bodies = [row["comment-body"] for row in seattle.comments]
    assert (sum("\n" in body for body in bodies), len(bodies)) == (15, 54)
    longest = over_all(lambda files: max(len(row["comment-body"]) for row in files.comments))
    assert max(longest.values()) == 311
    assert sum(characters > 140 for characters in longest.values()) == 5
    biodiversity = files_of("scoop-hivemind.biodiversity")
    out = {row["comment-id"] for row in biodiversity.comments if row["moderated"] == "-1"}
    assert sum(row["comment-id"] in out for row in biodiversity.votes) == 532


def test_statements_without_votes_are_moderated_out_and_not_in_the_summary(files: Files) -> None:
    voted = {row["comment-id"] for row in files.votes}
    unvoted = [row for row in files.comments if row["comment-id"] not in voted]
    assert {row["moderated"] for row in unvoted} <= {"-1"}
    assert set(files.columns) == voted
    assert int(files.summary["comments"]) == len(files.comments) - len(unvoted)
    ids = [int(row["comment-id"]) for row in files.comments]
    assert ids != sorted(ids)


def test_which_statements_have_no_votes_and_which_author_never_voted() -> None:
    unvoted = {
        name: {row["comment-id"] for row in files_of(name).comments} - set(files_of(name).columns)
        for name in CONVERSATIONS
    }
    assert {name: ids for name, ids in unvoted.items() if ids} == {
        "london.youth.policing": {"0", "2", "3"},
        "scoop-hivemind.biodiversity": {"6", "7"},
    }
    silent = {
        name: {row["author-id"] for row in files_of(name).comments}
        - {row["participant"] for row in files_of(name).participants}
        for name in CONVERSATIONS
    }
    assert {name: ids for name, ids in silent.items() if ids} == {"london.youth.policing": {"0"}}


def test_cells_are_the_last_votes(files: Files) -> None:
    cells = {
        (row["participant"], column): row[column]
        for row in files.participants
        for column in files.columns
        if row[column]
    }
    assert cells == {pair: row["vote"] for pair, row in files.last().items()}


def test_recorded_groups_do_not_follow_from_the_number_of_votes() -> None:
    few = over_all(
        lambda files: sum(
            row["group-id"] != "" and int(row["n-votes"]) < 7 for row in files.participants
        )
    )
    assert few["scoop-hivemind.affordable-housing"] == 86
    sizes = Counter(row["group-id"] for row in files_of("vtaiwan.uberx").participants)
    assert sizes["0"] < sizes["1"]


def test_only_one_file_has_external_ids_and_they_are_empty() -> None:
    with_xid = {name for name in CONVERSATIONS if "xid" in files_of(name).participants[0]}
    assert with_xid == {"london.youth.policing"}
    assert {row["xid"] for row in files_of("london.youth.policing").participants} == {""}


def test_the_summary_is_a_list_that_begins_with_the_topic(files: Files) -> None:
    assert next(iter(files.summary)) == "topic"
    assert files.summary["voters-in-conv"] == files.summary["voters"]
    assert "conversation-description" in files.summary
