"""Each layout of a Polis export is read alike by both commands, or refused alike, with its place.

All files here are made up.
"""

import csv
import io
import json
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from tests.consultations.build import make_dialogue, make_statement
from tests.consultations.test_polis_import import last_votes
from tests.fixtures.polis_layouts import (
    PEOPLE,
    READ,
    REFUSED,
    STATEMENTS,
    comments,
    value,
    votes,
    write,
)

from enishi.cli import main
from enishi.consultations.landscape_runs import stored_runs
from enishi.consultations.polis_import import loader
from enishi.consultations.polis_import import service as records
from enishi.consultations.polis_import.errors import NoTextsError
from enishi.kit import db, markdown
from enishi.kit.i18n import Language, speaking
from enishi.landscape.errors import ExportError
from enishi.landscape.polis_files import read_polis_files


@pytest.mark.parametrize("layout", READ)
async def test_a_layout_is_read_by_both_commands(tmp_path: Path, layout: str) -> None:
    write(tmp_path, READ[layout])
    conversation = read_polis_files(tmp_path)
    wanted = {
        (i, j): cast
        for i in range(PEOPLE)
        for j in range(STATEMENTS)
        if (cast := value(i, j)) is not None
    }
    assert last_votes(conversation) == wanted
    dialogue = await make_dialogue()
    counts = await loader.load(dialogue.id, conversation)
    found = json.loads(CliRunner().invoke(main, ["landscape", str(tmp_path)]).stdout)
    assert found["input"]["votes"] == counts.votes == len(wanted)
    assert found["input"]["participants"] == counts.voters == PEOPLE
    assert STATEMENTS - 1 in found["input"]["statements_without_votes"]
    [row] = await db.fetch("SELECT count(*)::int AS statements FROM consultations_statement")
    assert row["statements"] == counts.statements == len(conversation.statements)
    untimed = layout == "the wide file alone"
    assert counts.votes_without_time == (len(wanted) if untimed else 0)


@pytest.mark.parametrize("layout", REFUSED)
def test_a_layout_is_refused_by_both_commands_with_the_same_words(
    tmp_path: Path, layout: str
) -> None:
    files, wanted = REFUSED[layout]
    write(tmp_path, files)
    last = files.get("votes.csv", "").count("\n")
    message = f"Error: {wanted.format(folder=tmp_path.name, last=last)}\n"
    run = CliRunner().invoke
    landscape = run(main, ["landscape", str(tmp_path), "--language", "en"])
    imported = run(main, ["import", "polis", str(tmp_path), "--dialogue", "x"])
    assert (landscape.exit_code, landscape.stderr) == (1, message)
    assert (imported.exit_code, imported.stderr) == (1, message)


@pytest.mark.parametrize(
    "layout", ["the reversed sign", "the reversed sign in the wide file alone"]
)
def test_the_reversed_sign_is_read_when_it_is_named(tmp_path: Path, layout: str) -> None:
    write(tmp_path, REFUSED[layout][0])
    read = read_polis_files(tmp_path, agree=-1)
    (tmp_path / "plain").mkdir()
    plain = read_polis_files(write(tmp_path / "plain", READ["no wide file"]))
    assert last_votes(read) == last_votes(plain)
    with speaking(Language.EN):
        assert [str(note) for note in read.notes] == ["As --agree=-1 says, -1 was read as agree."]


def test_sums_may_have_the_reversed_sign_too_if_it_is_named(tmp_path: Path) -> None:
    write(tmp_path, READ["no wide file"])
    with speaking(Language.EN):
        notes = [str(note) for note in read_polis_files(tmp_path, agree=-1).notes]
    assert "the reverse of what --agree says" in notes[1]


def test_the_wide_file_may_not_have_more_votes_than_were_cast(tmp_path: Path) -> None:
    write(tmp_path, READ["the wide file alone"])
    lines = comments().splitlines()
    agrees = sum(value(i, 0) == 1 for i in range(PEOPLE))
    lines[1] = lines[1].replace(f",0,0,{agrees},", f",0,0,{agrees - 1},")
    (tmp_path / "comments.csv").write_text("\n".join(lines) + "\n")
    with pytest.raises(ExportError) as caught:
        read_polis_files(tmp_path)
    assert (caught.value.file.name, caught.value.line) == ("comments.csv", 2)


def test_of_votes_in_the_same_second_the_wide_file_tells_the_last(tmp_path: Path) -> None:
    texts = "comment-id,moderated,comment-body\n0,1,x\n"
    cast = "timestamp,comment-id,voter-id,vote\n1726870000,0,1,1\n1726870000,0,1,-1\n"
    write(tmp_path, {"comments.csv": texts, "votes.csv": cast})
    assert last_votes(read_polis_files(tmp_path)) == {(1, 0): -1}
    write(tmp_path, {"participant-votes.csv": "participant,0\n1,1\n"})
    assert last_votes(read_polis_files(tmp_path)) == {(1, 0): 1}
    write(tmp_path, {"votes.csv": cast.replace("0000,0,1,-1", "0001,0,1,-1")})
    with pytest.raises(ExportError, match="participant-votes"):
        read_polis_files(tmp_path)


async def test_texts_are_needed_to_import_and_not_for_the_landscape(tmp_path: Path) -> None:
    conversation = read_polis_files(write(tmp_path, {"votes.csv": votes()}))
    with pytest.raises(NoTextsError):
        await records.import_as_consultation(conversation, "buses")
    assert CliRunner().invoke(main, ["landscape", str(tmp_path)]).exit_code == 0


async def test_statements_about_the_dialogue_itself_stay_marked(
    tmp_path: Path, visitor: httpx.AsyncClient
) -> None:
    marked = comments(columns=",is-meta", cell=",false").replace(",1,false,", ",1,true,", 1)
    conversation = read_polis_files(write(tmp_path, {"comments.csv": marked, "votes.csv": votes()}))
    dialogue = await make_dialogue()
    await loader.load(dialogue.id, conversation)
    page = (await visitor.get(f"/ja/dialogues/{dialogue.slug}/statements")).text
    assert page.count("この対話そのものについてのカード") == 1
    answer = await visitor.get(f"/api/v1/dialogues/{dialogue.slug}/statements")
    assert [each["is_meta"] for each in answer.json()["items"]] == [True] + [False] * 4
    # They are outside the landscape, as the statement is that was moderated out.
    assert await stored_runs.list_out(dialogue.id) == (1, STATEMENTS)


def _named(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_our_own_statements_file_is_read_back(
    tmp_path: Path, visitor: httpx.AsyncClient, language: str
) -> None:
    dialogue = await make_dialogue()
    texts = ["二行に\nわたる文", "=1+1", '引用符"と,カンマ']
    for text in texts:
        await make_statement(dialogue, text)
    await db.fetch("UPDATE consultations_statement SET is_meta = true WHERE text = $1", texts[1])
    at = f"dialogues/{dialogue.slug}/statements.csv"
    answer = await visitor.get(f"/{language}/{at}")
    (tmp_path / f"{dialogue.slug}-statements.csv").write_bytes(answer.content)
    conversation = read_polis_files(tmp_path)
    rows = _named(await visitor.get(f"/en/{at}"))
    read = [conversation.statements[int(row["number"])] for row in rows]
    assert [each.text for each in read] == texts
    assert [each.meta for each in read] == [False, True, False]
    assert {each.language for each in read} == {"ja"}
    counts = await records.import_as_consultation(conversation, "again", publish=True)
    assert (counts.statements, counts.votes, counts.participants) == (3, 0, 0)
    again = await visitor.get("/en/dialogues/again/statements.csv")
    columns = ("text", "language", "is_meta", "written_on")
    assert [[row[c] for c in columns] for row in _named(again)] == [
        [row[c] for c in columns] for row in rows
    ]
    refused = CliRunner().invoke(main, ["landscape", str(tmp_path), "--language", "en"])
    assert refused.stderr == f"Error: {tmp_path.name}: There are no votes.\n"


async def test_as_many_people_on_the_page_as_in_the_counts(
    tmp_path: Path, visitor: httpx.AsyncClient
) -> None:
    """An author who never voted took part, too."""
    silent = comments() + "1726860590000,x,8,99,0,0,1,Silent\n"
    conversation = read_polis_files(write(tmp_path, {"comments.csv": silent, "votes.csv": votes()}))
    counts = await records.import_as_consultation(conversation, "buses", publish=True)
    assert (counts.participants, counts.voters) == (PEOPLE + 1, PEOPLE)
    [row] = await db.fetch("SELECT count(*)::int AS people FROM consultations_participant")
    assert row["people"] == counts.participants
    found = json.loads(CliRunner().invoke(main, ["landscape", str(tmp_path)]).stdout)["input"]
    assert found["participants"] + found["people_without_votes"] == counts.participants


async def test_the_description_is_shown_without_its_marks(
    tmp_path: Path, visitor: httpx.AsyncClient
) -> None:
    conversation = read_polis_files(write(tmp_path, READ["open data, milliseconds"]))
    await records.import_as_consultation(conversation, "buses", publish=True)
    page = (await visitor.get("/ja/dialogues/buses")).text
    assert "Bold words" in page
    assert "**" not in page


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("**Bold** and _thin_", "Bold and thin"),
        ("# Why\n\nOne\ntwo", "Why\n\nOne\ntwo"),
        ("See [the plan](https://x.example/a).", "See the plan (https://x.example/a)."),
        ("<https://x.example/>", "https://x.example/"),
        ("Before\n\n* one\n* two\n\nAfter", "Before\n\n• one\n• two\n\nAfter"),
        ("![a picture](https://x.example/p.png)", "a picture"),
        ("5 * 3 < 20 & more", "5 * 3 < 20 & more"),
    ],
)
def test_markdown_as_plain_text(text: str, wanted: str) -> None:
    assert markdown.plain(text) == wanted
