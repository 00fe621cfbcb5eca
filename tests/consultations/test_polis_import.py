"""Real conversations are imported completely; damaged files are refused."""

import csv
import os
from collections import Counter
from pathlib import Path

import asyncpg
import pytest
from tests.consultations.build import Dialogue, make_dialogue, make_statement

from enishi.consultations.polis_import import loader
from enishi.consultations.polis_import.errors import AlreadyImportedError
from enishi.consultations.polis_import.schemas import ImportCounts
from enishi.consultations.voting import results
from enishi.kit import db
from enishi.kit.i18n import Language, speaking
from enishi.landscape.errors import ExportError
from enishi.landscape.polis_conversation import PolisConversation
from enishi.landscape.polis_files import read_polis_files

CONVERSATIONS = (
    "15-per-hour-seattle",
    "brexit-consensus",
    "london.youth.policing",
    "scoop-hivemind.affordable-housing",
    "scoop-hivemind.biodiversity",
    "vtaiwan.uberx",
)


def real(name: str) -> Path:
    folder = Path(os.environ.get("ENISHI_REAL_DATA", "../shared/data")) / "polis" / name
    if not folder.is_dir():
        pytest.skip("ENISHI_REAL_DATA does not lead to the Polis open data")
    return folder


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


async def import_folder(folder: Path) -> tuple[Dialogue, object]:
    dialogue = await make_dialogue()
    conversation = read_polis_files(folder)
    return dialogue, await loader.load(dialogue.id, conversation)


@pytest.mark.parametrize("name", CONVERSATIONS)
async def test_last_votes_equal_the_matrix_and_all_votes_equal_the_counts(name: str) -> None:
    folder = real(name)
    dialogue, counts = await import_folder(folder)
    rows = await db.fetch(
        "SELECT p.source_ref person, s.source_ref comment, v.value FROM consultations_vote v"
        " JOIN consultations_participant p ON p.id = v.participant_id"
        " JOIN consultations_statement s ON s.id = v.statement_id WHERE s.consultation_id = $1",
        dialogue.id,
    )
    imported = {(row["person"], row["comment"]): row["value"] for row in rows}
    cells = {
        (line["participant"], column): int(cell)
        for line in table(folder / "participants-votes.csv")
        for column, cell in line.items()
        if column.isdecimal() and cell
    }
    assert imported == cells
    events = await db.fetch(
        "SELECT s.source_ref comment, e.value, count(*) FROM consultations_vote_event e"
        " JOIN consultations_statement s ON s.id = e.statement_id GROUP BY 1, 2"
    )
    acts = Counter({(row["comment"], row["value"]): row["count"] for row in events})
    for line in table(folder / "comments.csv"):
        comment = line["comment-id"]
        assert (acts[comment, 1], acts[comment, -1]) == (
            int(line["agrees"]),
            int(line["disagrees"]),
        )
    values = list(cells.values())
    authors = {line["author-id"] for line in table(folder / "comments.csv")}
    voters = {person for person, _ in cells}
    assert counts == ImportCounts(
        participants=len(voters | authors),
        voters=len(voters),
        statements=len(table(folder / "comments.csv")),
        votes=len(cells),
        agrees=values.count(1),
        disagrees=values.count(-1),
    )
    assert await results.drift() == []


async def test_moderation_and_authors_who_never_voted_are_kept() -> None:
    folder = real("london.youth.policing")
    await import_folder(folder)
    states = await db.fetch("SELECT source_ref, state, author_id FROM consultations_statement")
    assert {row["source_ref"]: row["state"] for row in states} == {
        line["comment-id"]: {"1": "accepted", "0": "pending", "-1": "hidden"}[line["moderated"]]
        for line in table(folder / "comments.csv")
    }
    assert all(row["author_id"] for row in states)
    silent = await db.fetch(
        "SELECT source_ref FROM consultations_participant p WHERE NOT EXISTS"
        " (SELECT 1 FROM consultations_vote v WHERE v.participant_id = p.id)"
    )
    voters = {line["voter-id"] for line in table(folder / "votes.csv")}
    authors = {line["author-id"] for line in table(folder / "comments.csv")}
    assert {row["source_ref"] for row in silent} == authors - voters != set()


async def test_a_conversation_is_imported_once() -> None:
    folder = real("london.youth.policing")
    dialogue, _ = await import_folder(folder)
    with pytest.raises(AlreadyImportedError):
        await loader.load(dialogue.id, read_polis_files(folder))
    assert len(await db.fetch("SELECT 1 FROM consultations_statement")) == 39


def last_votes(conversation: PolisConversation) -> dict[tuple[int, int], int]:
    votes = conversation.votes
    return {
        (int(votes.participants[i]), int(votes.statements[i])): int(votes.values[i])
        for i in votes.last()
    }


SMALL = {
    "comments.csv": (
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        '1600000000000,x,0,9,2,1,1,"Buses, and ""trams"""\n'
        "1600000001000,x,7,1,0,0,-1,Hidden\n"
    ),
    "votes.csv": (
        "timestamp,datetime,comment-id,voter-id,vote\n"
        "1600000002000,x,0,1,-1\n"
        "1600000004000,x,0,1,1\n"
        "1600000003000,x,0,2,1\n"
    ),
    "participants-votes.csv": (
        "participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,7\n"
        "1,0,1,1,1,0,1,\n"
        "2,0,0,1,1,0,1,\n"
    ),
}


def write(folder: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content.encode())
    return folder


async def test_a_small_conversation_is_read_in_either_layout(tmp_path: Path) -> None:
    plain = read_polis_files(write(tmp_path, SMALL))
    newer = {
        "2026-11-23-abc-comments.csv": "\ufeff" + SMALL["comments.csv"].replace("\n", "\r\n"),
        "2026-11-23-abc-votes.csv": "vote,voter-id,comment-id,timestamp\n"
        "-1,1,0,1600000002000\n1,1,0,1600000004000\n1,2,0,1600000003000\n",
        "2026-11-23-abc-participants-votes.csv": SMALL["participants-votes.csv"]
        .replace("participant,", "participant,xid,")
        .replace("\n1,", "\n1,someone@example.jp,")
        .replace("\n2,", "\n2,,"),
    }
    (tmp_path / "newer").mkdir()
    other = read_polis_files(write(tmp_path / "newer", newer))
    assert other.statements == plain.statements
    assert plain.people == other.people == [1, 2, 9]
    assert last_votes(plain) == last_votes(other) == {(1, 0): 1, (2, 0): 1}


async def test_a_second_import_is_refused_by_the_constraints_of_the_source(tmp_path: Path) -> None:
    dialogue, _ = await import_folder(write(tmp_path, SMALL))
    with pytest.raises(AlreadyImportedError):
        await loader.load(dialogue.id, read_polis_files(tmp_path))
    assert len(await db.fetch("SELECT 1 FROM consultations_statement")) == 2


async def test_another_violated_constraint_is_not_reported_as_a_second_import(
    tmp_path: Path,
) -> None:
    dialogue = await make_dialogue()
    await make_statement(dialogue)
    await db.fetch("UPDATE consultations_statement SET number = 1")
    conversation = read_polis_files(write(tmp_path, SMALL))
    with pytest.raises(asyncpg.UniqueViolationError, match="consultations_statement_number_once"):
        await loader.load(dialogue.id, conversation)


DAMAGE = [
    ("comments.csv", "moderated", "state", 1, "moderated"),
    ("votes.csv", "voter-id", "who", 1, "voter-id"),
    ("participants-votes.csv", "participant,", "person,", 1, "participant"),
    ("votes.csv", ",0,2,1\n", ",5,2,1\n", 4, "Statement 5 is not in comments.csv"),
    ("votes.csv", ",0,2,1\n", ",0,2,1\n1600000005000,x,7,3,0\n", 5, "is not in participants-"),
    ("votes.csv", ",0,2,1\n", ",0,3,1\n", None, "no vote in votes.csv"),
    ("votes.csv", ",0,2,1\n", ",0,x,1\n", 4, "not a number"),
    ("votes.csv", ",0,2,1\n", ",0,1_0,1\n", 4, "“1_0” in column “voter-id” is not a number"),
    ("votes.csv", ",0,2,1\n", ",0,-2,1\n", 4, "“-2” in column “voter-id” is not a number"),
    ("votes.csv", ",0,2,1\n", f",0,{2**64},1\n", 4, "is not a number of up to 18 digits"),
    ("votes.csv", "1600000003000", f"{10**20}", 4, "is not a number of up to 18 digits"),
    ("votes.csv", ",0,2,1\n", ",0,2,2\n", 4, "is not -1, 0 or 1"),
    ("votes.csv", ",0,2,1\n", ",0,2", 4, "4 columns"),
    ("votes.csv", "1600000003000,x,0,2,1\n", "", None, "no vote in votes.csv"),
    ("votes.csv", "1600000003000", "16000000030", 4, "not an instant"),
    ("votes.csv", "1600000003000", "1600000003", 4, "in the unit of the other rows"),
    ("comments.csv", '""trams"""\n', '""trams\n', None, "not CSV"),
    ("comments.csv", "Hidden\n", "Hid", 3, "is the file cut"),
    ("comments.csv", "7,1,0,0,-1,Hidden\n", "7,1,0,0,0,\n", 3, "Statement 7 has no text"),
    ("comments.csv", "000,x,7,1,", "000,x,0,1,", 3, "Statement 0 stands in an earlier"),
    ("comments.csv", "000,x,7,1,", f"000,x,7{'0' * 18},1,", 3, "18 digits"),
    ("comments.csv", ",2,1,1,", ",3,1,1,", 2, "3 agrees"),
    ("comments.csv", "Hidden", "Hid\0den", 3, "NUL"),
    (
        "participants-votes.csv",
        ",1,\n2",
        ",-1,\n2",
        None,
        "participant 1 on statement 0 is -1 here",
    ),
    ("participants-votes.csv", "1,0,1,1,1,0,1,", "1,1000,1,1,1,0,1,", 2, "1000 of a group"),
    ("participants-votes.csv", ",0,7\n", ",0,8\n", 1, "Statement 8 is not in"),
    ("participants-votes.csv", ",0,7\n", ",0,7_0\n", 1, "is not the number of a statement"),
    ("participants-votes.csv", ",0,7\n", ",0,0\n", 1, "two columns"),
]


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: f"{damage[0]}-{damage[4]}")
async def test_a_damaged_file_is_refused_with_its_place(
    tmp_path: Path, damage: tuple[str, str, str, int | None, str]
) -> None:
    name, old, new, line, reason = damage
    damaged = SMALL[name].replace(old, new)
    assert damaged != SMALL[name]
    write(tmp_path, SMALL | {name: damaged})
    with pytest.raises(ExportError) as caught:
        read_polis_files(tmp_path)
    assert caught.value.file.name in SMALL
    assert line is None or (caught.value.line == line)
    with speaking(Language.EN):
        assert reason in str(caught.value)


@pytest.mark.parametrize("name", ["comments.csv", "votes.csv"])
async def test_bad_encoding_is_refused(tmp_path: Path, name: str) -> None:
    write(tmp_path, SMALL)
    (tmp_path / name).write_bytes(SMALL[name].encode() + "縁\n".encode("cp932"))
    with pytest.raises(ExportError, match="UTF-8") as caught:
        read_polis_files(tmp_path)
    assert caught.value.line == SMALL[name].count("\n") + 1


async def test_a_real_file_cut_anywhere_is_refused(tmp_path: Path) -> None:
    folder = real("london.youth.policing")
    names = ("comments.csv", "votes.csv", "participants-votes.csv")
    whole = {name: (folder / name).read_bytes() for name in names}
    for name in names:
        for share in (0.1, 0.37, 0.5, 0.83, 0.999):
            for each, content in whole.items():
                (tmp_path / each).write_bytes(content)
            cut = whole[name][: int(len(whole[name]) * share)]
            (tmp_path / name).write_bytes(cut)
            with pytest.raises(ExportError):
                read_polis_files(tmp_path)
