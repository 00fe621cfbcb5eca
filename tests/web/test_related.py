"""A dialogue leads to programmes of its theme and place, and a programme back to dialogues."""

import re
import uuid

import httpx
from tests.consultations.build import make_dialogue
from tests.programmes.listed import make_date, make_programme

from enishi.kit import db, ids


async def _about(slug: str, theme: str) -> None:
    """Give a dialogue a national theme, as saving it does."""
    await db.execute(
        "UPDATE consultations_consultation SET theme_code = $2 WHERE slug = $1", slug, theme
    )
    await db.execute(
        "INSERT INTO consultations_theme (id, consultation_id, theme_id) SELECT $3, c.id, t.id"
        " FROM consultations_consultation c, themes_theme t"
        " WHERE c.slug = $1 AND t.slug = $2 AND t.organisation_id IS NULL",
        slug,
        theme,
        ids.new_id(),
    )


async def _listed(**changes: object) -> str:
    programme = await make_programme(**changes)
    await make_date(programme)
    return programme.slug


def _led_to(page: httpx.Response, kind: str) -> list[str]:
    assert page.status_code == 200
    return re.findall(rf'activity-list__title"><a href="/ja/{kind}/([a-z0-9-]+)"', page.text)


async def test_a_dialogue_leads_to_programmes_of_its_theme_and_place(
    visitor: httpx.AsyncClient, organisation: uuid.UUID
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation)
    await _about(dialogue.slug, "birth-rate")
    here = {"prefecture_code": "210005", "municipality_code": "212172"}
    themed = await _listed(theme_code="birth-rate", **here)
    away = await _listed(
        theme_code="birth-rate", prefecture_code="470007", municipality_code="473821"
    )
    local = await _listed(theme_code="local-industry", **here)
    assert (
        f'/ja/dialogues/{dialogue.slug}/programmes"'
        in (await visitor.get(f"/ja/dialogues/{dialogue.slug}")).text
    )
    page = await visitor.get(f"/ja/dialogues/{dialogue.slug}/programmes")
    led_to = _led_to(page, "programmes")
    assert themed in led_to
    assert away not in led_to  # the theme has programmes in the prefecture
    assert local in led_to
    assert 'href="/ja/programmes?prefecture=210005&amp;theme=birth-rate"' in page.text


async def test_without_a_nearby_programme_the_theme_is_looked_for_everywhere(
    visitor: httpx.AsyncClient, organisation: uuid.UUID
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation)
    await _about(dialogue.slug, "birth-rate")
    page = await visitor.get(f"/ja/dialogues/{dialogue.slug}/programmes")
    assert "いまありません" in page.text.replace("<wbr>", "")
    away = await _listed(
        theme_code="birth-rate", prefecture_code="470007", municipality_code="473821"
    )
    page = await visitor.get(f"/ja/dialogues/{dialogue.slug}/programmes")
    assert _led_to(page, "programmes") == [away]


async def test_a_programme_leads_back_to_open_dialogues(
    visitor: httpx.AsyncClient, organisation: uuid.UUID
) -> None:
    themed = await make_dialogue()
    await _about(themed.slug, "birth-rate")
    local = await make_dialogue(organisation_id=organisation)
    await make_dialogue()
    slug = await _listed(theme_code="birth-rate")
    assert f'/ja/programmes/{slug}/dialogues"' in (await visitor.get(f"/ja/programmes/{slug}")).text
    page = await visitor.get(f"/ja/programmes/{slug}/dialogues")
    assert _led_to(page, "dialogues") == [themed.slug, local.slug]


async def test_what_is_not_public_leads_nowhere(visitor: httpx.AsyncClient) -> None:
    hidden = await make_dialogue(published_at=None)
    draft = await make_programme(state="draft", published_at=None)
    assert (await visitor.get(f"/ja/dialogues/{hidden.slug}/programmes")).status_code == 404
    assert (await visitor.get(f"/ja/programmes/{draft.slug}/dialogues")).status_code == 404
