"""An office adds, describes, orders and removes photographs; the public sees them."""

import asyncio
import re
import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from tests.fixtures.accounts import Browser, SignIn, make_member, make_organisation
from tests.programmes.build import draft, form, move, published
from tests.programmes.listed import make_programme
from tests.programmes.test_pictures import drawn, encoded, with_exif

from enishi.kit import db, files
from enishi.programmes.listings.schemas import OfficeActor
from enishi.programmes.photographs import queries, service
from enishi.programmes.photographs.errors import TooManyError
from enishi.programmes.photographs.pictures import LARGEST_FILE, WEBP, Picture
from enishi.programmes.photographs.schemas import PhotographForm
from enishi.web.app import LARGEST_BODY

ABOUT = {"alt.ja": "苗を植える人たち", "rights": "own", "people": "consented"}


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder of files of this test's own."""
    monkeypatch.setattr(files, "_root", lambda: tmp_path / "files")
    return tmp_path / "files"


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "editor"))


async def add(editor: Browser, address: str, sent: bytes | None = None, **about: str) -> Any:
    content = sent if sent is not None else encoded(drawn(600, 400))
    return await editor.post(
        f"{address}/photographs",
        data=form() | ABOUT | {"alt.en": ""} | about,
        files={"file": ("IMG_0001.jpg", content, "image/jpeg")},
    )


async def change(editor: Browser, address: str, number: int, step: str, **about: str) -> Any:
    """Open the page of the photograph at this place, and press a button."""
    page = await editor.get(f"{address}/photographs")
    one = re.findall(r'href="([^"]+/photographs/[0-9a-f-]+)"', page.text)[number]
    opened = await editor.get(one)
    seen = opened.text.split('name="seen" value="')[1].split('"')[0]
    return await editor.post(one, data=form(seen=seen, step=step) | ABOUT | about)


def on_disk(folder: Path) -> int:
    return sum(1 for path in folder.glob("*/*") if path.is_file())


async def alts() -> list[str]:
    rows = await db.fetch("SELECT alt FROM programmes_photograph ORDER BY position")
    return [db.document(row["alt"])["ja"] for row in rows]


async def test_a_photograph_is_shown_in_sizes_with_its_words(
    editor: Browser, visitor: httpx.AsyncClient
) -> None:
    address, _ = await published(editor)
    about = {"alt.ja": "棚田と子ども", "alt.en": "Children on a terrace", "credit": "山田花子"}
    assert (await add(editor, address, with_exif(), **about)).status_code == 303
    assert (await add(editor, address)).status_code == 303
    page = (await visitor.get("/ja/programmes/tanada")).text
    first, second = re.findall(r"<picture>.*?</picture>", page, re.DOTALL)
    assert 'alt="棚田と子ども"' in first
    assert 'loading="lazy"' not in first
    assert 'loading="lazy"' in second
    assert 'width="1600" height="800"' in first
    assert "写真：山田花子" in page
    assert 'alt="Children on a terrace"' in (await visitor.get("/en/programmes/tanada")).text
    [webp] = re.findall(r'type="image/webp"[^>]*srcset="([^"]+)"', first)
    for address_of, width in (each.split() for each in webp.split(", ")):
        answer = await visitor.get(address_of)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/webp"
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert width in {"400w", "800w", "1600w"}
        assert b"KeitaiOfHanako" not in answer.content


async def test_photographs_of_a_draft_are_for_its_office_only(
    editor: Browser, visitor: httpx.AsyncClient, browser_of: SignIn
) -> None:
    address = await draft(editor)
    await add(editor, address)
    [row] = await db.fetch("SELECT public_id FROM kit_file WHERE media_type = 'image/webp' LIMIT 1")
    at = f"/files/{row['public_id']}"
    own = await editor.get(at)
    assert (own.status_code, own.headers["cache-control"]) == (200, "no-store")
    stranger = await browser_of(await make_member(await make_organisation("other"), "owner"))
    assert (await stranger.get(at)).status_code == 404
    assert (await visitor.get(at)).status_code == 404


@pytest.mark.parametrize(
    ("about", "field"),
    [({"alt.ja": ""}, "alt.ja"), ({"rights": ""}, "rights"), ({"people": "unknown"}, "people")],
)
async def test_words_rights_and_consent_are_required(
    editor: Browser, folder: Path, about: dict[str, str], field: str
) -> None:
    address = await draft(editor)
    answer = await add(editor, address, **about)
    assert answer.status_code == 422
    assert f'href="#f-{field}"' in answer.text
    assert on_disk(folder) == 0


@pytest.mark.parametrize("sent", [b"", b"not a photograph", encoded(drawn(100, 100))])
async def test_what_is_no_photograph_is_refused_at_its_field(
    editor: Browser, folder: Path, sent: bytes
) -> None:
    address = await draft(editor)
    answer = await add(editor, address, sent, **{"alt.ja": "書いたことば"})
    assert answer.status_code == 422
    assert 'href="#f-file"' in answer.text
    assert 'value="書いたことば"' in answer.text
    assert on_disk(folder) == 0


async def test_a_photograph_of_a_phone_is_taken_and_a_heap_of_bytes_is_not(
    editor: Browser, folder: Path
) -> None:
    address = await draft(editor)
    noise = encoded(Image.effect_noise((2000, 1500), 90).convert("RGB"), quality=97)
    assert len(noise) > LARGEST_BODY  # of other forms
    assert (await add(editor, address, noise)).status_code == 303
    before = on_disk(folder)
    heavy = await add(editor, address, noise + b"\0" * LARGEST_FILE)
    assert heavy.status_code == 413
    assert on_disk(folder) == before


async def test_they_are_ordered_described_and_removed_with_their_files(
    editor: Browser, folder: Path
) -> None:
    address = await draft(editor)
    for name in ("一", "二", "三"):
        await add(editor, address, **{"alt.ja": name})
    one = on_disk(folder) // 3
    assert (await change(editor, address, 2, "earlier", **{"alt.ja": "三"})).status_code == 303
    assert await alts() == ["一", "三", "二"]
    await change(editor, address, 0, "later", **{"alt.ja": "一"})
    assert await alts() == ["三", "一", "二"]
    await change(editor, address, 2, "save", **{"alt.ja": "変えた", "credit": "撮影者"})
    assert await alts() == ["三", "一", "変えた"]
    unsure = await change(editor, address, 1, "remove")
    assert unsure.status_code == 422
    assert 'href="#f-sure"' in unsure.text
    assert (await change(editor, address, 1, "remove", sure="yes")).status_code == 303
    assert await alts() == ["三", "変えた"]
    rows = await db.fetch("SELECT position FROM programmes_photograph ORDER BY position")
    assert [row["position"] for row in rows] == [1, 2]
    assert await db.fetch_value("SELECT count(*) FROM kit_file") == 2 * one


async def test_a_colleagues_change_is_not_undone_unseen(editor: Browser) -> None:
    address = await draft(editor)
    await add(editor, address)
    page = await editor.get(f"{address}/photographs")
    [one] = re.findall(r'href="([^"]+/photographs/[0-9a-f-]+)"', page.text)
    stale = await editor.post(one, data=form(seen="0" * 16, step="remove", sure="yes") | ABOUT)
    assert stale.status_code == 409
    assert len(await alts()) == 1


async def test_another_office_reaches_none(editor: Browser, browser_of: SignIn) -> None:
    address = await draft(editor)
    await add(editor, address)
    page = await editor.get(f"{address}/photographs")
    [one] = re.findall(r'href="([^"]+/photographs/[0-9a-f-]+)"', page.text)
    stranger = await browser_of(await make_member(await make_organisation("other"), "owner"))
    theirs = one.replace("/office/hida/", "/office/other/")
    assert (await stranger.get(theirs)).status_code == 404
    assert (await stranger.post(theirs, data=form(step="save") | ABOUT)).status_code == 404
    assert (await stranger.get(one)).status_code in {403, 404}


async def test_the_thirteenth_is_refused(organisation: uuid.UUID, editor: Browser) -> None:
    address = await draft(editor)
    programme_id = uuid.UUID(address.rpartition("/")[2])
    actor = OfficeActor(account_id=uuid.uuid4(), organisation_id=organisation)
    about = PhotographForm.model_validate({"alt": {"ja": "x"}, "rights": "own", "people": "nobody"})
    size = Picture(400, 400, {WEBP: encoded(drawn(400, 400), "WEBP")})
    for _ in range(12):
        await service.add(actor, programme_id, about, [size])
    with pytest.raises(TooManyError):
        await service.add(actor, programme_id, about, [size])
    assert len(await queries.list_photographs(programme_id)) == 12
    assert f'href="{address}/photographs"' in (await editor.get(address)).text
    assert "これ以上は加えられません" in (await editor.get(f"{address}/photographs")).text


async def test_a_deleted_draft_leaves_no_file(editor: Browser) -> None:
    address = await draft(editor)
    await add(editor, address)
    assert (await move(editor, address, "delete")).status_code == 303
    assert await db.fetch_value("SELECT count(*) FROM kit_file") == 0
    assert await db.fetch_value("SELECT count(*) FROM programmes_photograph") == 0


async def test_two_that_add_at_once_get_two_places(
    own_database: None, organisation: uuid.UUID, wide_pool: None
) -> None:
    programme = await make_programme(organisation_id=organisation)
    actor = OfficeActor(account_id=uuid.uuid4(), organisation_id=organisation)
    about = PhotographForm.model_validate({"alt": {"ja": "x"}, "rights": "own", "people": "nobody"})
    size = Picture(400, 400, {WEBP: encoded(drawn(400, 400), "WEBP")})
    sent = [service.add(actor, programme.id, about, [size]) for _ in range(16)]
    outcomes = await asyncio.gather(*sent, return_exceptions=True)
    assert sum(isinstance(each, TooManyError) for each in outcomes) == 4
    found = await queries.list_photographs(programme.id)
    assert [each.position for each in found] == list(range(1, 13))
