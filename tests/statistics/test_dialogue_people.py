"""The people of a dialogue on its page are those of the newest release, never live."""

from datetime import timedelta

import httpx
from tests.consultations.build import invalidate, make_dialogue, make_participant
from tests.fixtures.accounts import SignIn, make_member, make_organisation
from tests.statistics.acts import happened

from enishi import wiring
from enishi.kit import clock
from enishi.statistics.queries import dialogue_people
from enishi.statistics.service import releases


async def test_the_page_shows_the_band_of_the_newest_release(visitor: httpx.AsyncClient) -> None:
    dialogue = await make_dialogue()
    at = f"/ja/dialogues/{dialogue.slug}"
    for channel in ("account", "guest"):
        await make_participant(dialogue, channel)
    assert "人（" not in (await visitor.get(at)).text
    day = clock.today() - timedelta(days=3)
    await happened("participation.started", 47, day=day, consultation=str(dialogue.id))
    await releases.publish(wiring.FACT_SOURCES)
    dialogue_people.invalidate()
    invalidate()
    page = (await visitor.get(at)).text
    assert "参加者：10–49人（" in page
    assert "ゲストで参加" not in page
    await happened("participation.started", 60, day=clock.today(), consultation=str(dialogue.id))
    invalidate()
    assert (await visitor.get(at)).text.count("10–49人") == 1


async def test_the_office_sees_their_number_without_a_channel(browser_of: SignIn) -> None:
    organisation = await make_organisation("hida")
    dialogue = await make_dialogue(organisation_id=organisation)
    for channel in ("account", "guest", "guest"):
        await make_participant(dialogue, channel)
    analyst = await browser_of(await make_member(organisation, "analyst"))
    page = (await analyst.get(f"/ja/office/hida/dialogues/{dialogue.slug}")).text
    assert "ゲストで参加" not in page
    assert "<dd>3</dd>" in page.replace(" ", "").replace("\n", "")
