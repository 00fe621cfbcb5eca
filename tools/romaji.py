"""Hepburn from kana, for place names.

Modified Hepburn: long o and u carry a macron (おう, おお, うう), ei and ii are written out, n is n
before b, m and p, and an apostrophe parts n from a vowel or y. Kana alone does not tell a long
vowel from two that meet between words (かつ・うら); BOUNDARIES names every such place.
"""

import re
import unicodedata

_ROWS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "g": "がぎぐげご",
    "s": "さ.すせそ",
    "z": "ざ.ずぜぞ",
    "t": "た..てと",
    "d": "だ..でど",
    "n": "なにぬねの",
    "h": "はひ.へほ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
    "m": "まみむめも",
    "y": "や.ゆ.よ",
    "r": "らりるれろ",
    "w": "わ....",
}
_IRREGULAR = {"し": "shi", "じ": "ji", "ぢ": "ji", "ち": "chi", "つ": "tsu", "づ": "zu", "ふ": "fu"}
_SYLLABLES = _IRREGULAR | {
    kana: consonant + vowel
    for consonant, row in _ROWS.items()
    for kana, vowel in zip(row, "aiueo", strict=True)
    if kana != "."
}
_SMALL = {"ゃ": "a", "ゅ": "u", "ょ": "o"}

# Kanji of a name -> its kana with a bar where two vowels meet but are not one long vowel.
# Found by listing every う or お after a vowel it could lengthen, and reading the kanji.
BOUNDARIES = {
    "滝上": "たきの|うえ",
    "豊浦": "とよ|うら",
    "広尾": "ひろ|お",
    "山ノ内": "やまの|うち",
    "輪之内": "わの|うち",
    "真岡": "も|おか",
    "勝浦": "かつ|うら",
    "豊丘": "とよ|おか",
    "豊岡": "とよ|おか",
    "箕面": "みの|お",
    "琴浦": "こと|うら",
    "松浦": "まつ|うら",
    "瀬戸内": "せと|うち",
    "曽於": "そ|お",
    "西之表": "にしの|おもて",
    "豊後大野": "ぶんご|おおの",
    "小海": "こ|うみ",
    "古宇": "ふる|う",
}


def hepburn(kana: str, kanji: str = "") -> str:
    """`ひがしおうみ` -> `Higashiōmi`; the kanji tells where vowels do not run together."""
    for written, read in BOUNDARIES.items():
        if written in kanji:
            kana = kana.replace(read.replace("|", ""), read)
    text = _spelled(kana)
    text = re.sub("o[ou]", "ō", text)
    text = text.replace("uu", "ū").replace("|", "")
    return text[:1].upper() + text[1:]


def plain(romaji: str) -> str:
    """Without macrons and apostrophes, as English texts write names: `Sanyoonoda`."""
    decomposed = unicodedata.normalize("NFD", romaji)
    return "".join(c for c in decomposed if not unicodedata.combining(c) and c != "'")


def _spelled(kana: str) -> str:
    text, before = "", ""
    for character in kana:
        if character in _SMALL:
            # し + ゃ is sha, き + ゃ is kya.
            text = text[:-1] + ("" if text.endswith(("shi", "chi", "ji")) else "y")
            text += _SMALL[character]
        elif character == "ん":
            text += "n"
        elif character == "|":
            text += "|"
        elif character != "っ":
            syllable = _SYLLABLES[character]
            if before == "ん" and syllable[0] in "aiueoy":
                text += "'"
            if before == "っ":
                text += "t" if syllable.startswith("ch") else syllable[0]
            text += syllable
        before = character
    return text
