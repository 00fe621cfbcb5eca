"""The people of a dialogue on its page are those of the newest release, never live."""

import re
from datetime import timedelta

import httpx
from tests.consultations.build import invalidate, make_dialogue, make_participant
from tests.fixtures.accounts import SignIn, make_member, make_organisation
from tests.statistics.acts import happened

from enishi import wiring
from enishi.kit import clock, db
from enishi.kit.ids import new_id
from enishi.statistics.periods import Cadence
from enishi.statistics.queries import dialogue_people
from enishi.statistics.service import cube_releases


async def test_the_page_shows_the_number_of_the_newest_release(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}"
    organisation = new_id()

    async def join(times: int) -> None:
        day = clock.today() - timedelta(days=20)
        await happened(
            "participation.started",
            times,
            day=day,
            organisation_id=organisation,
            consultation=str(dialogue.id),
        )

    assert "参加者：" not in (await visitor.get(at)).text
    await db.fetch(
        "UPDATE consultations_consultation SET published_at = $1",
        clock.now() - timedelta(days=30),
    )
    await join(130)
    since = clock.today() - timedelta(days=40)
    await cube_releases.publish(wiring.FACT_SOURCES, since=dict.fromkeys(Cadence, since))
    dialogue_people.invalidate()
    invalidate()
    page = (await visitor.get(at)).text
    [shown] = re.findall(r"参加者：(約\d+人)（", page)
    assert shown in {f"約{number}人" for number in range(90, 180, 10)}
    assert "ゲストで参加" not in page
    await join(60)
    invalidate()
    assert (await visitor.get(at)).text.count(shown) == 1


async def test_the_office_sees_their_number_without_a_channel(browser_of: SignIn) -> None:
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    for channel in ("account", "guest", "guest"):
        await make_participant(dialogue, channel)
    analyst = await browser_of(await make_member(organisation, "analyst"))
    page = (await analyst.get(f"/ja/office/hida/dialogues/{dialogue.slug}")).text
    assert "ゲストで参加" not in page
    assert "<dd>3</dd>" in page.replace(" ", "").replace("\n", "")
