"""The Polis export set for the office: after the close, with ballots only where they are public."""

import io
import json
import zipfile

import httpx
import pytest
from tests.consultations.build import close
from tests.consultations.landscapes import cast, join, make_conversation, opinions, run
from tests.fixtures.accounts import SignIn, make_member

from enishi.consultations.core import queries as consultations
from enishi.kit import db

pytestmark = pytest.mark.usefixtures("own_database")


@pytest.mark.parametrize("promised", [True, False])
async def test_the_set_of_the_office_has_ballots_only_where_they_were_promised(
    visitor: httpx.AsyncClient, browser_of: SignIn, *, promised: bool
) -> None:
    dialogue, statements = await make_conversation(ballots_promised=promised)
    voters = await join(dialogue, 60)
    await cast(opinions(voters[:30], statements, 1) | opinions(voters[30:], statements, -1))
    await db.execute(
        "UPDATE consultations_statement SET is_meta = true WHERE id = $1", statements[2]
    )
    slug = await db.fetch_value(
        "SELECT slug FROM organisations_organisation WHERE id = $1", dialogue.organisation_id
    )
    analyst = await browser_of(await make_member(dialogue.organisation_id, "analyst"))
    address = f"/ja/office/{slug}/dialogues/{dialogue.slug}/landscape"
    assert (await analyst.get(f"{address}/polis.zip")).status_code == 404, "before the final run"
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) == 1
    assert (await visitor.get(f"{address}/polis.zip")).status_code != 200
    answer = await analyst.get(f"{address}/polis.zip")
    assert answer.headers["cache-control"] == "private, no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        names = set(archive.namelist())
        told = json.loads(archive.read("format.json"))
    assert ("votes.csv" in names) == ("participants-votes.csv" in names) == promised
    assert {"comments.csv", "summary.csv"} < names
    number = await db.fetch_value(
        "SELECT number FROM consultations_statement WHERE id = $1", statements[2]
    )
    assert told["moderation"]["meta"] == told["moderation"]["not_public_in_run"] == [number]
    page = (await analyst.get(address)).text
    assert ("（一人ひとりの投票は入りません）" in page) != promised
    assert f"{address}/polis.zip" in page
