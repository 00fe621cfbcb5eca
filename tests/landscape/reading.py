"""A reader of printed sentences: text in three languages back into what it claims.

Written by hand against what a person reads, without the templates or word lists of the package:
a template that says the opposite of its claim is read as it is printed.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Read:
    """What a sentence says; groups by letter, statements by the number that people see."""

    kind: str
    statement: int | None = None
    side: str | None = None
    shares: tuple[tuple[str, str | None, int], ...] = ()
    others: int | None = None
    left_out: tuple[str, ...] = ()
    sure: bool | None = None
    own: str | None = None
    number: int | None = None
    tens: int | None = None


_N = r"(?P<n>\d+)"
_G = r"(?P<group>[A-Z])"
_P = r"(?P<percent>\d+)%"
_NUM = r"(?P<number>\d+)"
_SHARES = r"（(?P<shares>[^）]*)）"
_EN_SHARES = r"\((?P<shares>[^)]*)\)"
_JA_SIDE = "賛成|反対"
_EASY_SIDE = "賛成（さんせい）|反対（はんたい）"
_EN_SIDE = "agree|disagree"
_LEFT_JA = r"(?:人数が少なく、比べていないグループ：(?P<left>[A-Z、]+)。)?"
_LEFT_EASY = r"(?:人が少ないので、くらべていないグループ：(?P<left>[A-Z、]+)。)?"
_LEFT_EN = r"(?: Too small to be compared: (?P<left>[A-Z, ]+)\.)?"

_FORMS: dict[str, list[tuple[str, str]]] = {
    "ja": [
        (
            "common",
            (
                rf"(?P<every>どのグループも|比べたグループは、いずれも)、?多くが意見カード{_N}に(?P<side>{_JA_SIDE})しています"
                rf"{_SHARES}。{_LEFT_JA}(?P<sure>票は十分にあり|票がまだ少なく).*"
            ),
        ),
        (
            "marks",
            (
                rf"グループ{_G}の{_P}が意見カード{_N}に(?P<side>{_JA_SIDE})しています。"
                r"(?:ほかのグループでは(?P<others>\d+)%です。)?"
            ),
        ),
        ("divides", rf"意見カード{_N}では、グループによって意見が分かれています{_SHARES}。"),
        (
            "bridges",
            (
                rf"意見カード{_N}には、ほかのことで意見が違う.*でも、"
                rf"(?P<fewer>{_JA_SIDE})より(?P<side>{_JA_SIDE})が多く集まっています{_SHARES}。{_LEFT_JA}"
            ),
        ),
        (
            "card",
            (
                rf"意見カード{_N}には、グループ(?P<groups>[A-Z・]+)の多くが"
                rf"(?P<side>{_JA_SIDE})しています{_SHARES}。"
            ),
        ),
        ("size", rf"グループ{_G}は、グループに入った人のおよそ5分の{_NUM}です。"),
        ("size", rf"グループ{_G}は、グループに入った人の5分の1より、ずっと少ない人たちです。"),
        ("size", rf"グループ{_G}は、グループに入った人の{_NUM}%（およそ(?P<tens>\d+)人）です。"),
        ("small", rf"グループ{_G}は人数が少ないので、ほかのグループと比べていません。"),
        ("unstable", rf"グループ{_G}の境目ははっきりしていません。.*"),
        ("few_votes", rf"票が少なく、まだ何ともいえない意見カードが{_NUM}枚あります。"),
        (
            "nearest",
            rf"あなたに近い人たち：グループ{_G}（あなたの票の{_NUM}%が、このグループの多数と同じ）",
        ),
        (
            "differs",
            (
                rf"意見カード{_N}：グループ{_G}の{_P}が(?P<side>{_JA_SIDE})、"
                rf"あなたは(?P<own>{_JA_SIDE})です。"
            ),
        ),
    ],
    "easy_ja": [
        (
            "common",
            (
                rf"(?P<every>どのグループでも|くらべたグループでは)、半分より多い人が、カード{_N}に(?P<side>{_EASY_SIDE})です"
                rf"{_SHARES}。{_LEFT_EASY}(?P<sure>これは、たしか|これは、まだ).*"
            ),
        ),
        (
            "marks",
            (
                rf"グループ{_G}の{_P}の人が、カード{_N}に(?P<side>{_EASY_SIDE})です。"
                r"(?:ほかのグループでは、(?P<others>\d+)%です。)?"
            ),
        ),
        ("divides", rf"カード{_N}は、グループで意見がちがいます{_SHARES}。"),
        (
            "bridges",
            (
                rf"カード{_N}は、(?:どのグループでも|くらべたグループでは)、"
                rf"(?P<fewer>{_JA_SIDE})より(?P<side>{_JA_SIDE})の人が多いです{_SHARES}。{_LEFT_EASY}"
            ),
        ),
        (
            "card",
            (
                rf"グループ(?P<groups>[A-Z・]+)では、半分より多い人が、"
                rf"カード{_N}に(?P<side>{_EASY_SIDE})です{_SHARES}。"
            ),
        ),
        ("size", rf"グループ{_G}は、5人いたら{_NUM}人くらいです。"),
        ("size", rf"グループ{_G}は、5人に1人より、ずっと少ないです。"),
        ("size", rf"グループ{_G}は、{_NUM}%です。およそ(?P<tens>\d+)人です。"),
        ("small", rf"グループ{_G}は人が少ないです。だから、ほかのグループとくらべていません。"),
        ("unstable", rf"グループ{_G}は、まだはっきりしません。.*"),
        ("few_votes", rf"投票が少ないカードが{_NUM}まいあります。.*"),
        ("nearest", rf"あなたに近い人たち：グループ{_G}（あなたの投票の{_NUM}%が、.*同じ）"),
        (
            "differs",
            (
                rf"カード{_N}：グループ{_G}の{_P}は(?P<side>{_JA_SIDE})です。"
                rf"あなたは(?P<own>{_JA_SIDE})です。"
            ),
        ),
    ],
    "en": [
        (
            "common",
            (
                rf"Most of (?P<every>every group|each compared group) (?P<side>{_EN_SIDE}) with"
                rf" statement {_N} {_EN_SHARES}\.{_LEFT_EN} (?P<sure>There are enough|With few).*"
            ),
        ),
        (
            "marks",
            (
                rf"{_P} of group {_G} (?P<side>{_EN_SIDE}) with statement {_N}\."
                r"(?: In the other groups it is (?P<others>\d+)%\.)?"
            ),
        ),
        ("divides", rf"Groups are divided over statement {_N} {_EN_SHARES}\."),
        (
            "bridges",
            (
                rf"In (?:every|each compared) group, whatever else divides them, more people"
                rf" (?P<side>{_EN_SIDE}) than (?P<fewer>{_EN_SIDE}) with statement {_N}"
                rf" {_EN_SHARES}\.{_LEFT_EN}"
            ),
        ),
        (
            "card",
            (
                rf"Most of groups? (?P<groups>[A-Z, ]+) (?P<side>{_EN_SIDE}) with"
                rf" statement {_N} {_EN_SHARES}\."
            ),
        ),
        ("size", rf"Group {_G} is about {_NUM} in 5 of the people in groups\."),
        ("size", rf"Group {_G} is far less than 1 in 5 of the people in groups\."),
        (
            "size",
            rf"Group {_G} is {_NUM}% of the people in groups \(about (?P<tens>\d+) people\)\.",
        ),
        ("small", rf"Group {_G} is too small to be compared with the others\."),
        ("unstable", rf"The border of group {_G} is not clear.*"),
        ("few_votes", rf"Statements with too few votes to tell anything yet: {_NUM}\."),
        ("nearest", rf"People close to you: group {_G} \({_NUM}% of your votes are those of .*\)"),
        (
            "differs",
            (
                rf"Statement {_N}: {_P} of group {_G} (?P<side>{_EN_SIDE}), and you"
                rf" (?P<own>{_EN_SIDE})\."
            ),
        ),
    ],
}
_WORDS = {"賛成": "agree", "反対": "disagree", "agree": "agree", "disagree": "disagree"}
_SHARE = {
    "ja": r"([A-Z]) (賛成・反対とも|賛成|反対)?(\d+)%",
    "easy_ja": r"([A-Z])(?: |は)(賛成と反対が同じで|賛成|反対)?が?(\d+)%",
    "en": r"([A-Z]) (\d+)%(?: (each way|agree|disagree))?",
}


def read(printed: str, tongue: str) -> Read:
    """The claim of a printed sentence. Raises ValueError for one that says nothing known."""
    for kind, form in _FORMS[tongue]:
        if match := re.fullmatch(form, printed):
            return _read(kind, match.groupdict(), tongue)
    raise ValueError(f"not a sentence about groups: {printed}")


def _read(kind: str, found: dict[str, str | None], tongue: str) -> Read:
    side, own, fewer = (_side(found.get(name)) for name in ("side", "own", "fewer"))
    if fewer is not None and fewer == side:
        raise ValueError("the same side is said to have more and fewer votes")
    shares = _shares(found.get("shares") or "", tongue, side)
    if (groups := found.get("groups")) is not None:
        named = re.findall("[A-Z]", groups)
        if named != [group for group, _side, _percent in shares]:
            raise ValueError("the groups differ from those of the shares")
    if (group := found.get("group")) is not None:
        shares = ((group, side, int(found.get("percent") or 0)),)
    left = tuple(re.findall("[A-Z]", found.get("left") or ""))
    every = found.get("every")
    if every in {"どのグループも", "どのグループでも", "every group"} and left:
        raise ValueError("every group, but some are left out")
    sure = found.get("sure")
    return Read(
        kind,
        statement=_int(found.get("n")),
        side=side,
        shares=shares,
        others=_int(found.get("others")),
        left_out=left,
        sure=None
        if sure is None
        else sure in {"票は十分にあり", "これは、たしか", "There are enough"},
        own=own,
        number=_int(found.get("number")) if "number" in found else (0 if kind == "size" else None),
        tens=_int(found.get("tens")),
    )


def _shares(text: str, tongue: str, side: str | None) -> tuple[tuple[str, str | None, int], ...]:
    shares = []
    for group, one, two in re.findall(_SHARE[tongue], text):
        word, percent = (two, one) if tongue == "en" else (one, two)
        said = _WORDS.get(word) if word else side
        shares.append((group, said, int(percent)))
    return tuple(shares)


def _side(word: str | None) -> str | None:
    return None if word is None else _WORDS[word.partition("（")[0]]


def _int(text: str | None) -> int | None:
    return None if text is None else int(text)
