"""The files of a run: no cell says more than the page, and a set can be verified and read back."""

import csv
import io
import json
import uuid
import zipfile
from collections.abc import Iterable
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner
from tests.consultations.build import Dialogue, close
from tests.consultations.landscapes import A_DAY, cast, join, make_conversation, opinions, run
from tests.fixtures.accounts import SignIn, make_member

from enishi.cli.verify import verify
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.landscape_runs import exports, polis_set, queries, verification
from enishi.consultations.landscape_runs.errors import NotVerifiableError
from enishi.kit import db
from enishi.kit.i18n import Language, speaking
from enishi.kit.spreadsheets import Layout, Row
from enishi.landscape.polis_files import read_polis_files

pytestmark = pytest.mark.usefixtures("own_database")
ADDRESS = "https://enishi.example/ja/dialogues/bus"


async def conversation(*, promised: bool) -> tuple[Dialogue, list[uuid.UUID]]:
    dialogue, statements = await make_conversation(ballots_promised=promised)
    voters = await join(dialogue, 60)
    await cast(opinions(voters[:36], statements, 1) | opinions(voters[36:], statements, -1))
    await db.execute(
        "UPDATE consultations_statement SET state = 'hidden', hidden_reason = 'other',"
        " author_id = $2 WHERE id = $1",
        statements[3],
        voters[0],
    )
    return dialogue, statements


async def ref(dialogue: Dialogue) -> ConsultationRef:
    consultations.invalidate()
    found = await consultations.find_published(dialogue.slug)
    assert found is not None
    return found


async def closed(*, promised: bool) -> polis_set.FinalRun:
    dialogue, _ = await conversation(promised=promised)
    await close(dialogue)
    assert await run(dialogue, minutes=3) == 1
    final = await queries.find_final(await ref(dialogue), ADDRESS)
    assert final is not None
    return final


def rows(layout: Layout, table: Iterable[Row]) -> list[dict[str, str]]:
    with speaking(Language.EN):
        return read(b"".join(layout.lines(table)))


def read(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def written(final: polis_set.FinalRun, path: Path) -> Path:
    path.write_bytes(b"".join(polis_set.archive_of(final)))
    return path


async def test_the_tables_say_what_the_page_says() -> None:
    dialogue, _ = await conversation(promised=True)
    await run(dialogue)
    view = await queries.find_view(await ref(dialogue))
    assert view is not None
    groups = rows(exports.GROUPS, exports.group_rows(view))
    assert [(row["group"], row["fifths"], row["people"]) for row in groups] == [
        ("A", "3", ""),
        ("B", "2", ""),
    ]
    shares = rows(exports.SHARES, exports.share_rows(view))
    assert len(shares) == 2 * len(view.statements) == 22
    assert {row["votes"] for row in shares} == {""}
    cells = rows(exports.CELLS, exports.cell_rows(view))
    assert view.map is not None
    assert len(cells) == len(view.map.cells) > 0


async def test_the_panel_of_an_office_has_fifths_and_firmness() -> None:
    dialogue, _ = await conversation(promised=False)
    await run(dialogue)
    [panel] = await queries.list_runs(dialogue.id)
    assert (panel.number, panel.groups, panel.letters, panel.fifths) == (1, 2, ("A", "B"), (3, 2))
    assert all(firm is not None and firm > 80 for firm in panel.firm)
    assert set(panel.silhouettes) >= {2, 3}
    assert len(rows(exports.RUNS, exports.run_rows([panel]))) == 2


async def test_a_group_of_nine_is_in_no_panel() -> None:
    dialogue, _ = await conversation(promised=False)
    await run(dialogue)
    await db.execute(
        "UPDATE consultations_landscape_run SET stability = stability || '{\"members\": [51, 9]}'"
    )
    [panel] = await queries.list_runs(dialogue.id)
    assert (panel.letters, panel.fifths, panel.firm) == ((), (), ())


async def test_a_set_is_verified_from_its_ballots(tmp_path: Path) -> None:
    path = written(await closed(promised=True), tmp_path / "set.zip")
    found = verification.verify_export(path)
    assert found.differences == ()
    assert found.numbers > 400
    result = CliRunner().invoke(verify, ["landscape", str(path)])
    assert result.exit_code == 0, result.output
    assert "all agree" in result.output


async def test_a_changed_ballot_is_told(tmp_path: Path) -> None:
    path = written(await closed(promised=True), tmp_path / "set.zip")
    folder = tmp_path / "set"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    votes = (folder / "votes.csv").read_text()
    changed = votes.replace(",0,1\n", ",0,-1\n", 1)
    assert changed != votes
    (folder / "votes.csv").write_text(changed)
    for other in ("participants-votes.csv", "comments.csv"):  # the reader compares with them
        (folder / other).unlink()
    result = CliRunner().invoke(verify, ["landscape", str(folder)])
    assert result.exit_code == 1
    assert "SHA-256" in result.output
    assert "counts[" in result.output


async def test_a_changed_number_is_told(tmp_path: Path) -> None:
    path = written(await closed(promised=True), tmp_path / "set.zip")
    folder = tmp_path / "set"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    told = json.loads((folder / "format.json").read_text())
    told["result"]["group_counts"][1][2][0] += 1
    told["result"]["priorities"][4] *= 1 + 1e-8
    (folder / "format.json").write_text(json.dumps(told))
    differences = verification.verify_export(folder).differences
    assert [each.split(":")[0] for each in differences] == [
        "group_counts[1][2][0]",
        "priorities[4]",
    ]


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ({"0": "B", "1": "A"}, ["letters of group 0: A in the result, B beside"]),
        ({"0": "A"}, ["letters of group 1: B in the result, none beside"]),
        ({"0": "A", "1": "?"}, ["letters of group 1: B in the result, none beside"]),
    ],
)
async def test_a_changed_mapping_of_letters_is_told(
    tmp_path: Path, planted: dict[str, str], told: list[str]
) -> None:
    path = written(await closed(promised=True), tmp_path / "set.zip")
    folder = tmp_path / "set"
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder)
    kept = json.loads((folder / "format.json").read_text())
    assert kept["letters"] == {"0": "A", "1": "B"}
    kept["letters"] = planted
    (folder / "format.json").write_text(json.dumps(kept))
    differences = verification.verify_export(folder).differences
    assert list(differences)[: len(told)] == told


async def test_what_cannot_be_compared_is_said() -> None:
    """Letters of a first run follow from the votes; those of a later one from who was where."""
    dialogue, _ = await conversation(promised=False)
    assert await run(dialogue) == 1
    assert len((await verification.verify_stored(dialogue.id)).not_compared) == 1
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=A_DAY) == 2
    found = await verification.verify_stored(dialogue.id)
    assert [each.split(":")[0] for each in found.not_compared] == [
        "ids of authors",
        "how letters came to the groups",
    ]
    await db.execute(
        "UPDATE consultations_landscape_run SET stability = stability || '{\"letters\": [1, 0]}'"
        " WHERE number = 2"
    )
    assert len((await verification.verify_stored(dialogue.id)).differences) == 2


async def test_the_set_is_read_back(tmp_path: Path) -> None:
    final = await closed(promised=True)
    with zipfile.ZipFile(written(final, tmp_path / "set.zip")) as archive:
        archive.extractall(tmp_path / "set")
        names = archive.namelist()
    assert set(names) == {
        *("comments.csv", "votes.csv", "participants-votes.csv", "summary.csv", "format.json")
    }
    read = read_polis_files(tmp_path / "set")
    assert len(read.votes.values) == 60 * 12
    assert sorted(read.groups) == list(range(60))
    hidden = [each for each in read.statements.values() if each.moderated < 0]
    assert [(each.text, each.agrees) for each in hidden] == [("", None)]
    assert len(read.statements) == 12


async def test_without_a_promise_the_set_has_no_ballots_and_no_exact_group(tmp_path: Path) -> None:
    path = written(await closed(promised=False), tmp_path / "set.zip")
    with zipfile.ZipFile(path) as archive:
        assert set(archive.namelist()) == {"comments.csv", "summary.csv", "format.json"}
        told = json.loads(archive.read("format.json"))
    assert "result" not in told
    assert "letters" not in told
    with pytest.raises(NotVerifiableError):
        verification.verify_export(path)


async def test_there_is_no_set_before_the_final_run() -> None:
    dialogue, _ = await conversation(promised=True)
    await run(dialogue)
    assert await queries.find_final(await ref(dialogue), ADDRESS) is None


async def test_stored_runs_are_verified() -> None:
    dialogue, statements = await conversation(promised=False)
    with pytest.raises(NotVerifiableError):
        await verification.verify_stored(dialogue.id)
    for number in (1, 2):
        assert await run(dialogue, minutes=11 * number) == number
        found = await verification.verify_stored(dialogue.id)
        assert (found.run, found.differences) == (f"live {number}", ())
        await cast(opinions(await join(dialogue, 25), statements, -1, seed=number))
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=30) == 3
    found = await verification.verify_stored(dialogue.id)
    assert (found.run, found.differences) == ("final 3", ())
    await db.execute(
        "UPDATE consultations_landscape_run SET input_hash = repeat('0', 64) WHERE number = 3"
    )
    assert len((await verification.verify_stored(dialogue.id)).differences) == 1


async def test_the_public_files_of_a_run(visitor: httpx.AsyncClient) -> None:
    dialogue, _ = await conversation(promised=False)
    address = f"/ja/dialogues/{dialogue.slug}"
    for name in ("results/groups.csv", "results/others.csv", "ballots.zip"):
        assert (await visitor.get(f"{address}/{name}")).status_code == 404
    await run(dialogue)
    shares = await visitor.get(f"{address}/results/shares.csv")
    assert shares.headers["content-type"] == "text/csv; charset=utf-8"
    assert len(read(shares.content)) == 22
    assert (await visitor.get(f"{address}/ballots.zip")).status_code == 404
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=A_DAY) == 2
    assert (await visitor.get(f"{address}/ballots.zip")).status_code == 404


async def test_the_ballots_are_for_everybody_where_they_were_promised(
    visitor: httpx.AsyncClient, tmp_path: Path
) -> None:
    dialogue, _ = await conversation(promised=True)
    await close(dialogue)
    consultations.invalidate()
    await run(dialogue, minutes=3)
    consultations.invalidate()
    found = await visitor.get(f"/ja/dialogues/{dialogue.slug}/ballots.zip")
    assert found.headers["content-type"] == "application/zip"
    (tmp_path / "set.zip").write_bytes(found.content)
    assert verification.verify_export(tmp_path / "set.zip").differences == ()


async def test_the_runs_are_a_file_for_the_office_alone(
    visitor: httpx.AsyncClient, browser_of: SignIn
) -> None:
    dialogue, _ = await conversation(promised=False)
    await run(dialogue)
    slug = await db.fetch_value(
        "SELECT slug FROM organisations_organisation WHERE id = $1", dialogue.organisation_id
    )
    address = f"/ja/office/{slug}/dialogues/{dialogue.slug}/runs.csv"
    assert (await visitor.get(address)).status_code != 200
    analyst = await make_member(dialogue.organisation_id, "analyst")
    file = await (await browser_of(analyst)).get(address)
    assert [row["グループ"] for row in read(file.content)] == ["A", "B"]
