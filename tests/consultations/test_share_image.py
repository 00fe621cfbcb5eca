"""The picture of a run for those who share its address."""

import re
import struct

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.consultations.build import Dialogue, make_dialogue
from tests.consultations.landscape_build import publish

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import queries
from enishi.consultations.pages import result_contents, results, share_image
from enishi.consultations.pages.share_image import HEIGHT, MARGIN, WIDTH, ShareImage
from enishi.kit import db, page_cache
from enishi.kit.charts import pictures
from enishi.kit.charts.drawing import ems
from enishi.kit.i18n import Language, speaking

TOLERANCE = 1  # pixels
LONG = "生活の足がなくなる前に、町じゅうの人が話し合って、どの路線を残すかを決めたい。" * 8


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    results._images.invalidate()
    pictures._can_write.invalidate()


async def drawn(dialogue: Dialogue, language: Language = Language.JA) -> ShareImage:
    with speaking(language):
        consultation = await consultations.find_published(dialogue.slug)
        assert consultation is not None
        view = await queries.find_view(consultation)
        result = result_contents.contents(view) if view else None
        found = share_image.share_image(consultation, result) if result else None
    assert found is not None
    return found


async def lengthen(dialogue: Dialogue) -> None:
    """Statements longer than any that the form takes, as imported ones may be."""
    await db.execute(
        "UPDATE consultations_statement SET text = text || $2 WHERE consultation_id = $1",
        dialogue.id,
        LONG,
    )
    await db.execute(
        "UPDATE consultations_consultation SET title = jsonb_build_object('ja', $2::text,"
        " 'en', $3::text) WHERE id = $1",
        dialogue.id,
        LONG,
        "What should become of the bus, the ferry and the school of our town? " * 4,
    )
    consultations.invalidate()


async def test_the_picture_is_a_png_of_the_size_that_previews_show(
    visitor: httpx.AsyncClient,
) -> None:
    dialogue = await make_dialogue()
    address = f"/ja/dialogues/{dialogue.slug}/results"
    assert (await visitor.get(f"{address}/share.png")).status_code == 404
    await publish(dialogue)
    results._images.invalidate()
    answer = await visitor.get(f"{address}/share.png")
    assert answer.headers["content-type"] == "image/png"
    assert answer.content.startswith(b"\x89PNG")
    assert struct.unpack(">II", answer.content[16:24]) == (WIDTH, HEIGHT)


@pytest.mark.parametrize("language", ["ja", "en"])
async def test_the_page_names_its_picture_and_says_what_is_in_it(
    visitor: httpx.AsyncClient, language: str
) -> None:
    dialogue = await make_dialogue()
    await publish(dialogue)
    address = f"/{language}/dialogues/{dialogue.slug}/results"
    page = (await visitor.get(address)).text
    tags = dict(re.findall(r'<meta property="og:image(:?\w*)" content="([^"]*)">', page))
    assert tags[""].endswith(f"{address}/share.png?run=1")
    assert (tags[":width"], tags[":height"], tags[":type"]) == ("1200", "630", "image/png")
    assert tags[":alt"] == (await drawn(dialogue, Language(language))).alt
    assert tags[":alt"].count("見本の意見その") >= 3


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("is_long", [False, True])
async def test_everything_fits(language: Language, *, is_long: bool) -> None:
    dialogue = await make_dialogue()
    await publish(dialogue)
    if is_long:
        await lengthen(dialogue)
    image = await drawn(dialogue, language)
    for text in image.texts:
        # A closing mark may hang over the estimated end of a line.
        hangs = text.size if text.text[-1] in ")）」』、。" else 0
        assert text.right <= WIDTH - MARGIN + hangs + TOLERANCE, text
        assert text.size <= text.y <= HEIGHT - 0.3 * text.size, text
    statements = [text for text in image.texts if text.x == MARGIN and 216 < text.y < 590]
    heights = [text.y for text in statements]
    assert heights == sorted(heights)
    assert all(text.right <= image.bars[0].x + TOLERANCE for text in statements)
    for bar in image.bars:
        assert image.rules[0] <= bar.y < bar.y + bar.height <= image.rules[-1]


async def test_each_bar_has_the_shares_of_the_page() -> None:
    dialogue = await make_dialogue()
    await publish(dialogue)
    image = await drawn(dialogue)
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    view = await queries.find_view(consultation)
    assert view is not None
    shown = {share for each in view.statements for share in each.shares if share}
    assert image.bars
    assert {bar.share for bar in image.bars} <= shown


async def test_a_hidden_statement_is_in_no_later_picture() -> None:
    dialogue = await make_dialogue()
    published = await publish(dialogue)
    first = (await drawn(dialogue)).alt
    [told, *_] = re.findall(r"「(見本の意見その\d+。)」", first)
    await db.execute(
        "UPDATE consultations_statement SET state = 'hidden', hidden_reason = 'other'"
        " WHERE id = ANY($1) AND text = $2",
        published.statements,
        told,
    )
    assert told not in (await drawn(dialogue)).alt


async def test_a_sample_is_marked() -> None:
    dialogue = await make_dialogue(is_sample=True)
    await publish(dialogue)
    assert (await drawn(dialogue)).sample_mark == "見本データ（実在しません）"


async def test_without_a_japanese_font_there_is_no_picture(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "_render", lambda _svg: b"an empty box")
    dialogue = await make_dialogue()
    await publish(dialogue)
    page_cache.invalidate()
    address = f"/ja/dialogues/{dialogue.slug}/results"
    assert "og:image" not in (await visitor.get(address)).text
    assert (await visitor.get(f"{address}/share.png")).status_code == 404


@given(
    st.text(alphabet="意見カードabc WM。、（）", max_size=400),
    st.integers(1, 4),
    st.integers(18, 40),
)
def test_a_cut_text_says_that_it_is_cut(text: str, most: int, size: int) -> None:
    lines = share_image.fitted(text, size, 700, most, "「%s」")
    assert len(lines) <= most
    whole = "".join(lines).replace(" ", "")
    assert whole == f"「{text}」".replace(" ", "") or whole.endswith("…」")
    # A closing mark, and a run of them, may hang over.
    assert all(ems(line.rstrip(")）」』、。")) * size <= 700 for line in lines)
