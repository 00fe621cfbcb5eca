"""Charts: all figures in the table, a safe drawing, nothing cut off, drawn once."""

import asyncio
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from enishi.kit import charts
from enishi.kit.charts import About, drawing, specs
from enishi.kit.charts.tiles import COLUMNS, ROWS, TILES
from enishi.kit.i18n import Language, speaking

PEOPLE = About("参加者の数", unit="人", source="見本")
NAMES = {code: f"{tile.ja}の正式な名前" for code, tile in TILES.items()}
HOSTILE = "<script>alert(1)</script>\"'\\u2028 ] + 1 & 飛騨市"


async def all_kinds(name: str) -> list[charts.Chart]:
    return [
        await charts.bars(PEOPLE, [(name, 3), ("加古川市", 12345)]),
        await charts.lines(PEOPLE, [name, "5月"], {name: [1, 2], "退会": [None, 1]}),
        await charts.shares(PEOPLE, [name, "反対"], {"住まい": [3, 1], name: [0, 0]}),
        await charts.prefectures(PEOPLE, {"01": 5, "47": 2}, NAMES | {"01": name}),
    ]


async def test_every_figure_is_in_the_table() -> None:
    bars, lines, shares, map_ = await all_kinds("飛騨市")
    assert bars.table.rows == (("飛騨市", "3人"), ("加古川市", "12,345人"))
    assert lines.table.rows == (("飛騨市", "1人", "該当なし"), ("5月", "2人", "1人"))
    assert shares.table.rows == (
        ("住まい", "3人 (75%)", "1人 (25%)", "4人"),
        ("飛騨市", "0人", "0人", "0人"),
    )
    assert len(map_.table.rows) == 47
    assert map_.table.rows[0] == ("飛騨市", "5人")
    assert map_.table.rows[12] == (NAMES["13"], "該当なし")


async def test_the_summary_says_what_the_eye_would_see() -> None:
    bars, lines, shares, _ = await all_kinds("飛騨市")
    assert bars.summary == "最も大きいのは加古川市（12,345人）、最も小さいのは飛騨市（3人）です。"
    assert "飛騨市は、飛騨市の1人から5月の2人になりました。" in lines.summary
    assert shares.summary == "住まいでは飛騨市が最も多く、75%です。"
    with speaking(Language.EN):
        english = await charts.bars(PEOPLE, [("Hida", 3), ("Kakogawa", 5)])
    assert english.summary.startswith("The largest is Kakogawa (5")


async def test_what_is_not_over_is_no_fall() -> None:
    months, series = ["9月", "10月", "11月"], {"参加者": [150, 172, 3]}
    chart = await charts.lines(PEOPLE, months, series, is_running=True)
    assert chart.summary == "参加者は、9月の150人から10月の172人になりました。"
    assert chart.table.rows[-1] == ("11月（途中）", "3人")
    assert chart.legend[-1].name == "途中（まだ終わっていない期間）"
    whole = await charts.lines(PEOPLE, months, series)
    assert "から11月の3人" in whole.summary

    def length(svg: str) -> int:
        return max(path.count("L") for path in re.findall(r' d="(M[^"]+)"', svg))

    assert (length(chart.svg), length(whole.svg)) == (1, 2)


async def test_a_drawing_needs_no_exception_from_the_content_security_policy() -> None:
    for chart in await all_kinds(HOSTILE):
        whole = chart.svg + "".join(entry.swatch for entry in chart.legend)
        assert not re.search(r"style=|<style|<script|\son\w+=|href|foreignObject|url\(", whole)
        assert 'aria-hidden="true"' in chart.svg
        assert whole.count("<svg") >= 2


@pytest.mark.parametrize(
    "inside",
    [
        '<rect style="fill:red"/>',
        "<script>1</script>",
        '<image x="1"/>',
        '<g onclick="x()"/>',
        "<foreignObject/>",
    ],
)
def test_what_the_renderer_should_not_write_is_refused(inside: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1">{inside}</svg>'
    with pytest.raises(drawing.UnsafeDrawingError):
        drawing.cleaned(svg)


@pytest.mark.parametrize("form", [specs.WIDE, specs.NARROW], ids=["desk", "phone"])
async def test_a_long_name_has_its_room(form: drawing.Format) -> None:
    """The name of a bar is whole and inside the drawing, by the estimate of its width."""
    name = "鹿児島県大島郡宇検村と徳島県名東郡佐那河内村の協議会"
    svg = str(await drawing.draw(specs.bars, form, [(name, 5)], ["5人"]))
    width = float(re.findall(r'viewBox="0 0 ([\d.]+)', svg)[0])
    assert width <= form.width + 1
    lines = [line for line in re.findall(r">([^<>]+)</t", svg) if line != "5人"]
    assert len(lines) > 1
    assert "".join(lines) == name
    # On a phone a long name stands above its bar, in the whole width; on a desk before it.
    left = float(re.findall(r"translate\(([\d.]+),", svg)[0]) if form.is_wide else width
    assert max(map(drawing.ems, lines)) * form.font <= left


@given(st.text(st.sampled_from("飛騨市（）、 abc-1"), max_size=40), st.integers(2, 12))
def test_wrapping_loses_no_letter_and_keeps_to_the_width(text: str, most: int) -> None:
    lines = drawing.wrapped(text, most).split("\n")
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    for line in lines:
        closing = re.search(r"[)）」』、。]*$", line)
        assert closing is not None
        assert drawing.ems(line) - drawing.ems(closing[0]) <= most


async def test_a_drawing_asked_for_by_many_at_once_is_made_once() -> None:
    made = []

    def counted(form: drawing.Format, figures: list[Any]) -> dict[str, Any]:
        made.append(figures)
        return specs.bars(form, [("飛騨市", 1)], ["1人"])

    first, *others = await asyncio.gather(
        *(drawing.draw(counted, specs.WIDE, ["once"]) for _ in range(8))
    )
    assert await drawing.draw(counted, specs.WIDE, ["once"]) is first
    assert all(each is first for each in others)
    assert len(made) == 1
    assert await drawing.draw(counted, specs.WIDE, ["other figures"]) is not first
    assert len(made) == 2


async def test_a_drawing_that_failed_is_tried_again() -> None:
    tries = []

    def failing_once(form: drawing.Format) -> dict[str, Any]:
        tries.append(form)
        if len(tries) == 1:
            raise RuntimeError("on purpose")
        return specs.bars(form, [("飛騨市", 1)], ["1人"])

    with pytest.raises(RuntimeError, match="on purpose"):
        await drawing.draw(failing_once, specs.WIDE)
    assert "<svg" in await drawing.draw(failing_once, specs.WIDE)


async def test_nothing_to_show_is_said_and_no_error() -> None:
    for chart in (
        await charts.bars(PEOPLE, []),
        await charts.lines(PEOPLE, [], {}),
        await charts.lines(PEOPLE, ["4月"], {"登録": [None]}),
        await charts.shares(PEOPLE, ["賛成"], {}),
        await charts.prefectures(PEOPLE, {}, NAMES),
    ):
        assert chart.summary == "データはまだありません。"
        assert "<svg" in chart.svg


async def test_a_missing_value_breaks_the_line() -> None:
    whole = await charts.lines(PEOPLE, list("1234"), {"登録": [1, 2, 3, 4]})
    broken = await charts.lines(PEOPLE, list("1234"), {"登録": [1, 2, None, 4]})
    assert broken.svg != whole.svg
    path = max(re.findall(r' d="(M[^"]+)"', broken.svg), key=lambda d: d.count("L"))
    assert path.count("M") == 2


async def test_more_series_than_can_be_told_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 6"):
        await charts.shares(PEOPLE, list("1234567"), {"住まい": [1] * 7})


def test_the_map_has_a_tile_for_every_prefecture_and_none_twice() -> None:
    assert list(TILES) == [f"{number:02}" for number in range(1, 48)]
    assert len({(tile.column, tile.row) for tile in TILES.values()}) == 47
    assert len({tile.ja for tile in TILES.values()}) == 47
    assert len({tile.en for tile in TILES.values()}) == 47
    assert {tile.column for tile in TILES.values()} == set(range(COLUMNS))
    assert max(tile.row for tile in TILES.values()) == ROWS - 1


def _luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("fill", "ink"), [*specs.SERIES, *specs.CLASSES, specs.UNKNOWN])
def test_what_is_written_on_a_colour_can_be_read(fill: str, ink: str) -> None:
    assert contrast(fill, ink) >= 4.5


def test_shapes_and_lines_stand_out_from_the_paper() -> None:
    assert contrast(specs.OUTLINE, "#ffffff") >= 3
    for index in range(len(specs.SERIES)):
        assert contrast(specs.line_colour(index), "#ffffff") >= 4.5
    for (one, _), (other, _) in zip(specs.SERIES, specs.SERIES[1:], strict=False):
        assert contrast(one, other) >= 3
