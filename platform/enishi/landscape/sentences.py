"""Claims in words: each sentence is made from one claim, in Japanese, English or plain Japanese.

A sentence says nothing that its claim does not hold: tests parse it back and compare.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from enishi.landscape import wording
from enishi.landscape.claims import Claim, GroupShare, Kind
from enishi.landscape.wording import OTHER, SIDES, Tongue, Wording

_TEMPLATES: dict[Kind, Wording] = {
    Kind.DIVIDES: wording.DIVIDES,
    Kind.CARD: wording.CARD,
    Kind.SMALL: wording.SMALL,
    Kind.UNSTABLE: wording.UNSTABLE,
    Kind.FEW_VOTES: wording.FEW_VOTES,
    Kind.NEAREST: wording.NEAREST,
    Kind.DIFFERS: wording.DIFFERS,
}
_BASIS: dict[Kind, tuple[str, ...]] = {
    Kind.COMMON: ("share", "sure"),
    Kind.MARKS: ("share", "metric"),
    Kind.DIVIDES: ("share", "divides"),
    Kind.BRIDGES: ("share", "bridging"),
    Kind.CARD: ("share", "slate"),
    Kind.DIFFERS: ("share",),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What people see instead of indices: the letter of each group, the number of each statement.

    letters: of the groups, at least as many as there are. numbers: of the statements.
    """

    letters: Sequence[str]
    numbers: Sequence[int]


def sentence(claim: Claim, tongue: Tongue, names: Names) -> str:
    """The claim in words."""
    values = _values(claim, tongue, names)
    parts = [template.text(tongue, **values) for template in _templates(claim)]
    return wording.SENTENCE_SEPARATOR.text(tongue).join(parts)


def basis(claim: Claim, tongue: Tongue) -> list[str]:
    """How the numbers of the claim come about."""
    return [wording.BASIS[name].text(tongue) for name in _BASIS.get(claim.kind, ())]


def _templates(claim: Claim) -> list[Wording]:
    match claim.kind:
        case Kind.COMMON:
            first = wording.COMMON_COMPARED if claim.left_out else wording.COMMON
            return [first, wording.SURE if claim.sure else wording.NOT_SURE]
        case Kind.BRIDGES:
            return [wording.BRIDGES_COMPARED if claim.left_out else wording.BRIDGES]
        case Kind.MARKS:
            others = [] if claim.others is None else [wording.MARKS_OTHERS]
            return [wording.MARKS, *others]
        case Kind.SIZE:
            return [_size_template(claim)]
    return [_TEMPLATES[claim.kind]]


def _size_template(claim: Claim) -> Wording:
    if claim.tens is not None:
        return wording.SIZE_PERCENT
    return wording.SIZE_FIFTHS if claim.number else wording.SIZE_LESS


def _values(claim: Claim, tongue: Tongue, names: Names) -> dict[str, object]:
    letters = [names.letters[share.group] for share in claim.shares]
    joined = wording.GROUPS_SEPARATOR.text(tongue).join(letters)
    group_list = wording.ONE_GROUP if len(letters) == 1 else wording.GROUP_LIST
    values: dict[str, object] = {
        "group": letters[0] if letters else "",
        "groups": group_list.text(tongue, letters=joined),
        "shares": _shares(claim, tongue, names),
        "left": wording.SEPARATOR.text(tongue).join(names.letters[each] for each in claim.left_out),
        "percent": claim.shares[0].percent if claim.shares else 0,
        "others": claim.others,
        "number": claim.number,
        "tens": claim.tens,
    }
    if claim.statement is not None:
        values["n"] = names.numbers[claim.statement]
    if claim.side is not None:
        values |= {
            "verb": SIDES[claim.side].verb.text(tongue),
            "noun": SIDES[claim.side].noun.text(tongue),
            "other": SIDES[OTHER[claim.side]].noun.text(tongue),
        }
    if claim.own is not None:
        values["own"] = SIDES[claim.own].noun.text(tongue)
    return values


def _shares(claim: Claim, tongue: Tongue, names: Names) -> str:
    texts = [_share(claim.kind, share, tongue, names) for share in claim.shares]
    return wording.SEPARATOR.text(tongue).join(texts)


def _share(kind: Kind, share: GroupShare, tongue: Tongue, names: Names) -> str:
    template = wording.SHARE
    if kind is Kind.DIVIDES:
        template = wording.SHARE_OF_SIDE if share.side else wording.SHARE_EQUAL
    noun = SIDES[share.side].noun.text(tongue) if share.side else ""
    letter = names.letters[share.group]
    return template.text(tongue, group=letter, percent=share.percent, noun=noun)
