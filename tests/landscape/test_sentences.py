"""Sentences about groups say what the ballots say: printed text is read back and counted again."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.landscape.planted import plant
from tests.landscape.reading import Read, read
from tests.landscape.recount import OTHER, Ballots, problems

from enishi.landscape import Landscape, Votes, analyse, sentences, wording
from enishi.landscape.claims import (
    Claim,
    GroupShare,
    Kind,
    bridges,
    common_ground,
    divides,
    marks,
    sizes,
    uncertainty,
)
from enishi.landscape.engines import use_engine
from enishi.landscape.figures import Figures
from enishi.landscape.polis_export import PolisExport
from enishi.landscape.slate import representative_slate
from enishi.landscape.wording import Tongue

TONGUES: tuple[Tongue, ...] = ("ja", "en", "easy_ja")


def seen_number(index: int) -> int:
    """The number that people see: not the index, so that a mix-up is found."""
    return 3 * index + 7


NAMES = sentences.Names("ACDEFG", [seen_number(index) for index in range(2000)])


def letter(group: int) -> str:
    return NAMES.letters[group]


def all_claims(figures: Figures) -> list[Claim]:
    common = common_ground(figures)
    return [
        *common,
        *(claim for group in range(len(figures.members)) for claim in marks(figures, group)),
        *divides(figures),
        *bridges(figures, common),
        *sizes(figures, is_open=True),
        *sizes(figures, is_open=False),
        *uncertainty(figures),
        *representative_slate(figures).claims,
    ]


def ballots_of(found: Landscape) -> Ballots:
    participants, statements, votes = (each.tolist() for each in found.votes.events())
    firm = found.sizes.firm if found.sizes is not None else np.zeros(0)
    return Ballots(
        [(p, seen_number(j), v) for p, j, v in zip(participants, statements, votes, strict=True)],
        {p: letter(group) for p, group in enumerate(found.labels.tolist()) if group >= 0},
        frozenset(seen_number(j) for j in np.flatnonzero(~found.moderation.zeroed).tolist()),
        {letter(group): value for group, value in enumerate(firm.tolist())},
    )


def as_read(claim: Claim) -> Read:
    return Read(
        str(claim.kind),
        None if claim.statement is None else seen_number(claim.statement),
        claim.side,
        tuple((letter(s.group), s.side, s.percent) for s in claim.shares),
        claim.others,
        tuple(letter(group) for group in claim.left_out),
        claim.sure,
        claim.own,
        claim.number,
        claim.tens,
    )


def false_sentences(found: Landscape) -> list[str]:
    """The printed sentences about the compiled engine's run that the reference's ballots refute."""
    told = all_claims(Figures.of(found))
    ballots = ballots_of(
        analyse(found.votes, moderation=found.moderation, engine=use_engine("reference"))
    )
    wrong = []
    for claim in told:
        for tongue in TONGUES:
            printed = sentences.sentence(claim, tongue, NAMES)
            wrong += [f"{printed}: {each}" for each in problems(read(printed, tongue), ballots)]
    return wrong


@pytest.fixture(scope="module")
def planted() -> Landscape:
    return analyse(plant(400, 60, votes_each=35).build())


def test_each_sentence_is_true_of_the_ballots(planted: Landscape) -> None:
    kinds = {claim.kind for claim in all_claims(Figures.of(planted))}
    assert kinds >= {Kind.MARKS, Kind.DIVIDES, Kind.CARD, Kind.SIZE}
    assert false_sentences(planted) == []


def test_each_sentence_about_a_real_conversation_is_true(conversation: PolisExport) -> None:
    found = analyse(conversation.votes, moderation=conversation.moderation)
    assert false_sentences(found) == []


@pytest.mark.parametrize("tongue", TONGUES)
def test_a_template_with_the_sides_exchanged_is_found(
    planted: Landscape, monkeypatch: pytest.MonkeyPatch, tongue: Tongue
) -> None:
    exchanged = {side: wording.SIDES[other] for side, other in wording.OTHER.items()}
    monkeypatch.setattr(sentences, "SIDES", exchanged)
    ballots = ballots_of(planted)
    with_a_side = [
        claim
        for claim in all_claims(Figures.of(planted))
        if claim.side or any(share.side and share.percent != 50 for share in claim.shares)
    ]
    assert with_a_side
    for claim in with_a_side:
        said = read(sentences.sentence(claim, tongue, NAMES), tongue)
        assert problems(said, ballots), said


def test_every_kind_is_read_back_as_it_was_meant() -> None:
    share = GroupShare(0, "agree", 62)
    claims = [
        Claim(Kind.COMMON, 1, "agree", (share, GroupShare(1, "agree", 90)), sure=True),
        Claim(
            Kind.COMMON, 1, "disagree", (GroupShare(0, "disagree", 62),), None, (1, 2), sure=False
        ),
        Claim(Kind.MARKS, 2, "agree", (share,), others=11),
        Claim(
            Kind.DIVIDES, 3, shares=(share, GroupShare(1, None, 40), GroupShare(2, "disagree", 70))
        ),
        Claim(Kind.BRIDGES, 4, "disagree", (GroupShare(0, "disagree", 48),)),
        Claim(Kind.BRIDGES, 4, "agree", (share,), left_out=(3,)),
        Claim(Kind.CARD, 5, "agree", (share, GroupShare(2, "agree", 55))),
        Claim(Kind.CARD, 5, "agree", (share,)),
        *(Claim(Kind.SIZE, shares=(GroupShare(1, None, 0),), number=n) for n in (0, 1, 4)),
        Claim(Kind.SIZE, shares=(GroupShare(1, None, 0),), number=41, tens=120),
        Claim(Kind.SMALL, shares=(GroupShare(1, None, 0),)),
        Claim(Kind.UNSTABLE, shares=(GroupShare(1, None, 0),)),
        Claim(Kind.FEW_VOTES, number=14),
        Claim(Kind.NEAREST, shares=(GroupShare(1, None, 0),), number=62),
        Claim(Kind.DIFFERS, 6, "disagree", (GroupShare(0, "disagree", 83),), own="agree"),
    ]
    assert {claim.kind for claim in claims} == set(Kind)
    for claim in claims:
        for tongue in TONGUES:
            assert read(sentences.sentence(claim, tongue, NAMES), tongue) == as_read(claim)


def flipped(votes: Votes) -> Votes:
    rows, columns, values = votes.events()
    people, statements = votes.shape
    return Votes.from_indices(
        rows, columns, -values, participant_ids=people, statement_ids=statements
    )


def with_sides_exchanged(said: Read) -> Read:
    return replace(
        said,
        side=said.side and OTHER[said.side],
        own=said.own and OTHER[said.own],
        shares=tuple((group, side and OTHER[side], told) for group, side, told in said.shares),
    )


@given(st.integers(0, 2**32), st.sampled_from([60, 150, 400]))
@settings(max_examples=25, deadline=None)
def test_negating_all_votes_exchanges_the_sides_and_nothing_else(seed: int, people: int) -> None:
    one = analyse(plant(people, 30, votes_each=14, seed=seed).build())
    two = analyse(flipped(one.votes))
    if one.labels.tolist() != two.labels.tolist():  # equal places on a border between two groups
        return
    for tongue in TONGUES:
        before, after = (
            [read(sentences.sentence(c, tongue, NAMES), tongue) for c in all_claims(Figures.of(f))]
            for f in (one, two)
        )
        assert after == [with_sides_exchanged(said) for said in before]


def test_nothing_is_said_while_one_group_has_fewer_than_ten(planted: Landscape) -> None:
    figures = Figures.of(planted)
    members = figures.members.copy()
    members[-1] = 9
    small = replace(figures, members=members)
    assert all_claims(replace(small, members=np.maximum(members, 10))) != []
    assert all_claims(small) == []


def test_a_share_needs_ten_votes_of_the_group(planted: Landscape) -> None:
    figures = Figures.of(planted)
    counts = figures.counts.copy()
    counts[0, 0] = [0, 0, 9]
    assert replace(figures, counts=counts).percent(0, 0, "agree") is None
    counts[0, 0] = [1, 0, 9]
    assert replace(figures, counts=counts).percent(0, 0, "agree") == 90


def test_each_basis_names_how_numbers_come_about() -> None:
    for tongue in TONGUES:
        for kind in (Kind.COMMON, Kind.MARKS, Kind.DIVIDES, Kind.BRIDGES, Kind.CARD):
            texts = sentences.basis(Claim(kind), tongue)
            assert len(texts) == 2
            assert not any("%%" in text for text in texts)
