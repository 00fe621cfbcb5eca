"""One spelling for the many ways of writing one text: for search, look-alikes and names of places.

NFKC folds width and most compatibility characters. Of the radicals that copied PDFs hold in the
place of kanji it leaves half (⻘ for 青), and turns others into forms that Japanese does not use
(⿊ into 黑). It knows nothing of small ヶ, of old kanji, and of a voiced mark by itself (か゛).
"""

import re
import unicodedata

# CJK Radicals Supplement, U+2E80 to U+2EF3: radical and kanji, where the two look alike. Those
# that NFKC knows, and components without a kanji of their own, are left out.
_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺌小⺍小⺎尢⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬"
    "⺤爫⺥爫⺦丬⺧牛⺨犭⺩王⺪疋⺬示⺭礻⺮竹⺯糹⺱罓⺲罒⺳网⺶羊⺷羊⺹耂⺻聿⺼月⺽臼⺾艹⺿艹⻀艹⻁虎⻂衤⻃覀⻄西"
    "⻅见⻆角⻈讠⻉贝⻊足⻋车⻌辶⻍辶⻎辶⻏阝⻐钅⻑長⻒镸⻓长⻔门⻕阜⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻞食⻟飠⻠饣⻡首⻢马"
    "⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
# Old and variant kanji, with the form that Japanese texts use today. NFKC turns Kangxi radicals
# into some of the old ones.
_KANJI = (
    "戶戸黑黒黃黄靑青麥麦齒歯齊斉龜亀龍竜髙高﨑崎嵜崎槗橋桒桑邉辺邊辺濵浜濱浜澤沢嶋島嶌島廣広國国學学藝芸縣県區区"
    "檮梼惠恵條条竈釜竃釜澁渋櫻桜曾曽藪薮鰺鯵舘館壹壱諫諌槇槙埜野瀧滝彌弥佛仏榮栄會会眞真靜静當当鹽塩攝摂豐豊體体"
    "德徳圓円淸清敎教內内戾戻每毎步歩毁毀"
)
_EARLY = {
    **dict(zip(map(ord, _RADICALS[::2]), _RADICALS[1::2], strict=True)),
    # Voiced marks that stand by themselves, where the IME or a PDF did not combine them.
    ord("゛"): "\u3099",
    ord("゜"): "\u309a",
    # Variation selectors choose among the forms of one kanji.
    **dict.fromkeys([*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)]),
}
_MODERN = dict(zip(map(ord, _KANJI[::2]), _KANJI[1::2], strict=True))
# Katakana to hiragana; then the small ヵ and ヶ, which are ゕ and ゖ by then: 鎌ヶ谷 is 鎌ケ谷.
_HIRAGANA = {code: code - 0x60 for code in range(ord("ァ"), ord("ヷ"))}
_SMALL = {ord("ゕ"): "か", ord("ゖ"): "け"}
_GAPS = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


def fold(text: str) -> str:
    """The text without differences of width, case, kana, old kanji, radicals and voiced marks."""
    if text.isascii():
        return text.casefold()
    return fold_kanji(text).translate(_HIRAGANA).translate(_SMALL)


def fold_kanji(text: str) -> str:
    """As `fold`, but katakana and hiragana stay apart."""
    return unicodedata.normalize("NFKC", text.translate(_EARLY)).casefold().translate(_MODERN)


def words(text: str) -> str:
    """The letters and digits of the folded text, to compare and search.

    What stands between two digits parts two numbers: 12〜15 and 3.5 become "12~15" and "3.5",
    which are neither 1215 nor 35. Only the comma of 1,215 goes.
    """
    return _GAPS.sub(_mark, fold(text))


def _mark(gap: re.Match[str]) -> str:
    text, begin, end = gap.string, gap.start(), gap.end()
    if not (text[max(begin - 1, 0) : begin].isdigit() and text[end : end + 1].isdigit()):
        return ""
    digits = _DIGITS.match(text, end)
    if gap[0] == "," and digits is not None and len(digits[0]) == 3:
        return ""
    return "." if gap[0] == "." else "~"
