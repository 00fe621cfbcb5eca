"""What a reader with accounts of their own learns from successive runs about a stranger's votes."""

from collections.abc import Iterable, Iterator, Mapping

import pytest
from tests.consultations.build import close
from tests.consultations.landscapes import cast, join, make_conversation, opinions, run

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import queries, stored_runs
from enishi.consultations.landscape_runs.schemas import LandscapeView

OWN = 9  # accounts of the reader
STRANGERS = 11  # who complete the twenty people of a run
pytestmark = pytest.mark.usefixtures("own_database")

Counts = tuple[int, int, int]
Shown = Mapping[tuple[str, int], Counts]
"""(letter, number of the statement) -> percent of agreement, disagreement, pass."""


def shown(view: LandscapeView | None) -> Shown:
    assert view is not None
    return {
        (group.letter, each.statement.number): (share.agree, share.disagree, share.passed)
        for each in view.statements
        for group, share in zip(view.groups, each.shares, strict=True)
        if share
    }


async def seen(slug: str) -> Shown:
    consultations.invalidate()
    consultation = await consultations.find_published(slug)
    assert consultation is not None
    return shown(await queries.find_view(consultation))


async def test_nine_own_accounts_cannot_bring_about_a_run_around_a_stranger() -> None:
    """The reader moves their own nine votes to and fro; a stranger votes between two looks."""
    dialogue, statements = await make_conversation()
    voters = await join(dialogue, 60)
    await cast(opinions(voters[:30], statements, 1) | opinions(voters[30:], statements, -1))
    own, [stranger] = await join(dialogue, OWN), await join(dialogue, 1)
    await cast(opinions(own, statements, 1, seed=1))
    assert await run(dialogue) == 1
    before = await seen(dialogue.slug)
    for minutes, value in enumerate((1, -1, 0, 1), start=1):
        await cast({(each, statements[0]): value for each in own})
        await cast({(stranger, statements[minutes]): 1})
        assert await run(dialogue, minutes=30 * minutes) is None
        assert await seen(dialogue.slug) == before
    assert await stored_runs.count_waiting(dialogue.id) == OWN + 1


def percents(counts: Counts) -> Counts:
    """Whole percent of agreement, disagreement and pass, from disagrees, passes, agrees."""
    total = sum(counts)
    disagree, passed, agree = ((200 * each + total) // (2 * total) for each in counts)
    return agree, disagree, passed


def splits(total: int) -> Iterator[Counts]:
    """All counts of so many votes."""
    for disagrees in range(total + 1):
        for passes in range(total + 1 - disagrees):
            yield disagrees, passes, total - disagrees - passes


def possible_votes(
    earlier: Iterable[Counts], after: Counts, known: Counts, strangers: int
) -> set[int]:
    """Votes that a stranger may have cast, if the others may have cast any.

    earlier: counts of the group before that are possible. known: the reader's own votes.
    """
    return {
        vote
        for before in earlier
        for others in splits(strangers - 1)
        for vote in (-1, 0, 1)
        if percents(_summed(before, known, others, _one(vote))) == after
    }


def _summed(*counts: Counts) -> Counts:
    disagrees, passes, agrees = (sum(each) for each in zip(*counts, strict=True))
    return disagrees, passes, agrees


def _one(vote: int) -> Counts:
    return int(vote == -1), int(vote == 0), int(vote == 1)


async def test_two_runs_name_no_ballot_of_a_stranger() -> None:
    """The reader knows that the stranger was one of eleven who joined a group, and its size nearly.

    Where all eleven agree, that they did can follow, as from any share near a hundred percent; of
    most statements it does not, so no ballot follows.
    """
    dialogue, statements = await make_conversation()
    voters = await join(dialogue, 60)
    await cast(opinions(voters[:35], statements, 1) | opinions(voters[35:], statements, -1))
    assert await run(dialogue) == 1
    before = await seen(dialogue.slug)
    own, strangers = await join(dialogue, OWN), await join(dialogue, STRANGERS)
    mine = opinions(own, statements, 1, seed=1)
    await cast(mine | opinions(strangers, statements, 1, seed=2))
    assert await run(dialogue, minutes=11) == 2
    after = await seen(dialogue.slug)
    numbers = sorted({number for _, number in after})
    followed = 0
    for number, statement in zip(numbers, statements, strict=True):
        votes = [mine[each, statement] for each in own]
        known = votes.count(-1), votes.count(0), votes.count(1)
        earlier = [
            counts
            for people in range(30, 43)
            for counts in splits(people)
            if percents(counts) == before["A", number]
        ]
        left = possible_votes(earlier, after["A", number], known, STRANGERS)
        assert left
        followed += len(left) == 1
    assert followed <= len(statements) // 4


async def test_an_office_that_closes_and_opens_again_brings_about_no_final_run() -> None:
    """Nine own accounts move their votes, a stranger votes, and the office closes each time."""
    dialogue, statements = await make_conversation()
    voters = await join(dialogue, 60)
    await cast(opinions(voters[:30], statements, 1) | opinions(voters[30:], statements, -1))
    own, [stranger] = await join(dialogue, OWN), await join(dialogue, 1)
    await cast(opinions(own, statements, 1, seed=1))
    assert await run(dialogue) == 1
    before = await seen(dialogue.slug)
    for round_, value in enumerate((1, -1, 0), start=1):
        await cast({(each, statements[0]): value for each in own})
        await cast({(stranger, statements[round_]): 1})
        await close(dialogue)
        consultations.invalidate()
        assert await run(dialogue, minutes=60 * round_) is None
        assert await seen(dialogue.slug) == before


@pytest.mark.parametrize("vote", [-1, 0, 1])
def test_without_these_rules_the_vote_would_follow(vote: int) -> None:
    """The control: counts instead of percent, a run after each vote, and the nine hold still."""
    before = (4, 3, 23)
    after = percents(_summed(before, _one(vote)))
    assert possible_votes([before], after, (0, 0, 0), 1) == {vote}
