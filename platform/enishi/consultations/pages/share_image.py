"""The picture of a run for those who share its address: a few cards in which each group is heard.

It has the sides and shares that the page has, so nothing in it is more exact. Text is placed here,
by estimated widths, because SVG breaks no lines; the template only draws.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.landscape_runs.schemas import Share
from enishi.consultations.pages.result_contents import Contents, Line
from enishi.kit import formatting
from enishi.kit.charts.drawing import ems, wrapped
from enishi.kit.i18n import Language, current_language, gettext

WIDTH, HEIGHT = 1200, 630
MARGIN = 56
LEAST_SHOWN_CARDS = 3
_INK, _SOFT, _MADDER = "#23201d", "#544e47", "#a4262c"
_ROWS_TOP, _ROWS_BOTTOM = 216, 574
_BARS_X, _BAR_WIDTH = 804, 160  # where the letters of the bars begin
_TEXT_WIDTH = _BARS_X - MARGIN - 32
_TITLE_SIZE, _TITLE_LINES, _TITLE_HEIGHT = 36, 2, 46
_MOST_BAR = 26
_LEADING = 1.3
# Rows -> size of their text, and how many lines of it fit.
_SIZES = {1: (34, 3), 2: (32, 3), 3: (28, 3), 4: (26, 2), 5: (24, 2), 6: (21, 2), 7: (18, 2)}


@dataclass(frozen=True, slots=True)
class Text:
    """One line. x, y: of its baseline's beginning, in pixels."""

    x: float
    y: float
    size: float
    text: str
    colour: str = _INK
    is_bold: bool = False

    @property
    def right(self) -> float:
        """Where it ends, as estimated."""
        return self.x + ems(self.text) * self.size


@dataclass(frozen=True, slots=True)
class Bar:
    """The shares of one group, in whole percent from the left: agreement, pass, disagreement."""

    x: float
    y: float
    height: float
    share: Share


@dataclass(frozen=True, slots=True)
class ShareImage:
    """What the template draws. rules: heights of the lines between rows. alt: all of it as text."""

    texts: Sequence[Text]
    bars: Sequence[Bar]
    rules: Sequence[float]
    alt: str
    sample_mark: str
    width: int = WIDTH
    height: int = HEIGHT
    margin: int = MARGIN
    bar_width: int = _BAR_WIDTH


def shown_cards(result: Contents) -> Sequence[Line]:
    """The best shared card, if there is one, and a smallest set in which each group is heard."""
    return result.cards[: max(LEAST_SHOWN_CARDS, 1 + (result.covering or 0))]


def share_image(consultation: ConsultationRef, result: Contents) -> ShareImage | None:
    """None where there are no cards."""
    cards = shown_cards(result)
    if not cards:
        return None
    height = (_ROWS_BOTTOM - _ROWS_TOP) / len(cards)
    texts, bars = _heading(consultation, result, len(cards)), []
    for index, card in enumerate(cards):
        top = _ROWS_TOP + index * height
        texts += _statement(card, top, height, len(cards))
        words, drawn = _shares(card, top, height)
        texts += words
        bars += drawn
    source = _source(result)
    texts.append(Text(MARGIN, 608, min(18, (WIDTH - 2 * MARGIN) / ems(source)), source, _SOFT))
    is_sample = consultation.is_sample
    return ShareImage(
        texts=texts,
        bars=bars,
        rules=[_ROWS_TOP + index * height for index in range(len(cards) + 1)],
        alt=alternative(consultation, result),
        sample_mark=gettext("見本データ（実在しません）") if is_sample else "",
    )


def alternative(consultation: ConsultationRef, result: Contents) -> str:
    """The picture as text; empty where there are no cards."""
    if not result.cards:
        return ""
    told = [f"{_quoted(_wording(card))} {card.text}" for card in shown_cards(result)]
    return " ".join([f"{consultation.title}: {_count(result, len(told))}", *told])


def _count(result: Contents, shown: int) -> str:
    if shown == len(result.cards):
        return gettext("%(n)s枚のカードで全体", n=shown)
    return gettext("%(n)s枚のカードで全体（そのうち%(shown)s枚）", n=len(result.cards), shown=shown)


def _heading(consultation: ConsultationRef, result: Contents, shown: int) -> list[Text]:
    title = fitted(str(consultation.title), _TITLE_SIZE, WIDTH - 2 * MARGIN, _TITLE_LINES)
    top = 108 if len(title) == _TITLE_LINES else 128
    lines = [
        Text(MARGIN, top + index * _TITLE_HEIGHT, _TITLE_SIZE, line, is_bold=True)
        for index, line in enumerate(title)
    ]
    return [
        Text(MARGIN, 58, 24, gettext("縁 Enishi"), _MADDER, is_bold=True),
        *lines,
        Text(MARGIN, 198, 24, _count(result, shown), _MADDER, is_bold=True),
    ]


def _source(result: Contents) -> str:
    until = gettext("%(day)sまでの投票。", day=formatting.format_date(result.stamp.votes_until))
    chosen = gettext("参加者は自ら加わった人たちで、住民全体の縮図とは限りません。")
    return until + (" " if current_language() is Language.EN else "") + chosen


def _wording(card: Line) -> str:
    return " ".join(card.statement.shown.split()) if card.statement else ""


def _quoted(text: str) -> str:
    return gettext("「%(text)s」", text=text)


def _statement(card: Line, top: float, height: float, rows: int) -> list[Text]:
    size, most = _SIZES[rows]
    lines = fitted(_wording(card), size, _TEXT_WIDTH, most, _quoted("%s"))
    leading = size * _LEADING
    # The middle of the lines is the middle of the row; a letter is about 0.75 em above its line.
    first = top + height / 2 - (len(lines) - 1) * leading / 2 + 0.36 * size
    return [
        Text(MARGIN, first + index * leading, size, line, is_bold=True)
        for index, line in enumerate(lines)
    ]


def _shares(card: Line, top: float, height: float) -> tuple[list[Text], list[Bar]]:
    """Of each group a bar, with its letter before and its larger side in words behind it."""
    texts, bars = [], []
    step = min(_MOST_BAR * 1.4, (height - 12) / max(len(card.shares), 1))
    size = min(20.0, step * 0.8)
    first = top + height / 2 - step * len(card.shares) / 2
    for index, (letter, share) in enumerate(card.shares):
        y = first + index * step
        line = y + step / 2 + 0.36 * size
        texts.append(Text(_BARS_X, line, size, letter, is_bold=True))
        bars.append(Bar(_BARS_X + 26, y + step * 0.15, step * 0.7, share))
        texts.append(Text(_BARS_X + 26 + _BAR_WIDTH + 10, line, size, _side(share), _SOFT))
    return texts, bars


def _side(share: Share) -> str:
    if share.agree >= share.disagree:
        return gettext("賛成 %(n)s%%", n=share.agree)
    return gettext("反対 %(n)s%%", n=share.disagree)


def fitted(text: str, size: float, width: float, most: int, frame: str = "%s") -> list[str]:
    """The text in its frame, in at most so many lines of this width; cut where it does not fit."""
    lines, short = wrapped(frame % text, width / size).split("\n"), text
    while len(lines) > most:
        short = short[:-1]
        lines = wrapped(frame % (short.rstrip("、。 ,.") + "…"), width / size).split("\n")
    return lines
