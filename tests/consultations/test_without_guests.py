"""Groups with and without guests, for the office: after the close, of many, and coarse."""

import re
import uuid

import numpy as np
import pytest
from tests.consultations.build import Dialogue, close
from tests.consultations.landscapes import cast, join, make_conversation, opinions, run
from tests.consultations.test_landscape_exports import read
from tests.consultations.test_landscape_office import read_workbook
from tests.fixtures.accounts import SignIn, make_member

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import policies, queries
from enishi.consultations.landscape_runs.kinds import Disclosure
from enishi.consultations.landscape_runs.schemas import GuestComparison
from enishi.consultations.landscape_runs.without_guests import WithoutGuests
from enishi.consultations.voting import vote_steps
from enishi.kit import db

MANY = WithoutGuests(guests=20, others=20, members=(10, 10), same=0.93)
own_database = pytest.mark.usefixtures("own_database")


async def conversation(
    guests: int, accounts: int, *, promised: bool = False
) -> tuple[Dialogue, list[uuid.UUID]]:
    """Two sides of accounts, and guests who are all on one of them."""
    dialogue, statements = await make_conversation(ballots_promised=promised)
    people = await join(dialogue, 2 * accounts, "account")
    visitors = await join(dialogue, guests) if guests else []
    one, other = people[:accounts], people[accounts:]
    await cast(opinions([*one, *visitors], statements, 1) | opinions(other, statements, -1))
    return dialogue, people


async def comparison(dialogue: Dialogue) -> GuestComparison | None:
    consultations.invalidate()
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    return await queries.find_guest_comparison(consultation)


@own_database
async def test_guests_who_agree_with_a_group_do_not_change_the_groups() -> None:
    dialogue, _ = await conversation(guests=20, accounts=20)
    assert await run(dialogue) == 1
    assert await comparison(dialogue) is None, "while votes are accepted"
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=24 * 60 + 3) == 2
    assert await comparison(dialogue) == GuestComparison(2, 2, 100)


@own_database
@pytest.mark.parametrize("turned", [0, 1])
async def test_the_ballot_of_one_guest_moves_nothing(turned: int) -> None:
    """Whoever knows all other ballots learns nothing of the last guest's from what is shown."""
    dialogue, statements = await make_conversation()
    people = await join(dialogue, 40, "account")
    visitors = await join(dialogue, 20)
    await cast(opinions(people[:20], statements, 1) | opinions(people[20:], statements, -1))
    await cast(opinions(visitors[:-1], statements, 1))
    await cast(opinions(visitors[-1:], statements, (-1) ** turned))
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) == 1
    assert await comparison(dialogue) == GuestComparison(2, 2, 100)


@own_database
@pytest.mark.parametrize(
    ("guests", "accounts", "promised"),
    [(19, 20, False), (20, 9, False), (0, 30, False), (20, 20, True)],
)
async def test_few_guests_or_accounts_or_public_ballots_show_nothing(
    guests: int, accounts: int, *, promised: bool
) -> None:
    dialogue, _ = await conversation(guests, accounts, promised=promised)
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) == 1
    assert await comparison(dialogue) is None


@pytest.mark.parametrize(
    ("disclosure", "members", "stored"),
    [
        (Disclosure.OPEN, (30, 30), MANY),
        (Disclosure.BALLOTS, (30, 30), MANY),
        (Disclosure.CLOSED, (30, 9), MANY),
        (Disclosure.CLOSED, (), MANY),
        (Disclosure.CLOSED, (30, 30), None),
        (Disclosure.CLOSED, (30, 30), WithoutGuests(19, 40, (20, 20), 1.0)),
        (Disclosure.CLOSED, (30, 30), WithoutGuests(40, 19, (10, 10), 1.0)),
        (Disclosure.CLOSED, (30, 30), WithoutGuests(40, 40, (31, 9), 1.0)),
        (Disclosure.CLOSED, (30, 30), WithoutGuests(40, 40, (), None)),
    ],
)
def test_when_nothing_is_shown(
    disclosure: Disclosure, members: tuple[int, ...], stored: WithoutGuests | None
) -> None:
    assert policies.compared_without_guests(disclosure, members, stored) is None


def test_the_share_is_in_fives() -> None:
    """One person of twenty is five percent, so one who moves changes at most one step."""
    shown = [
        policies.compared_without_guests(
            Disclosure.CLOSED, (30, 30), WithoutGuests(20, 20, (10, 10), same)
        )
        for same in np.linspace(0, 1, 201)
    ]
    assert all(each and each.same_percent % 5 == 0 for each in shown)
    found = policies.compared_without_guests(Disclosure.CLOSED, (30, 30), MANY)
    assert found == GuestComparison(2, 2, 95)


@own_database
async def test_the_page_of_the_office_says_it_or_why_not(browser_of: SignIn) -> None:
    dialogue, _ = await conversation(guests=25, accounts=25)
    assert await vote_steps.take_due() == 1
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=3) == 1
    slug = await db.fetch_value(
        "SELECT slug FROM organisations_organisation WHERE id = $1", dialogue.organisation_id
    )
    owner = await browser_of(await make_member(dialogue.organisation_id, "owner"))
    at = f"/ja/office/{slug}/dialogues/{dialogue.slug}"
    address = f"{at}/landscape"
    page = (await owner.get(address)).text
    assert "グループの数は2（全員では2）です。" in page
    assert "約100%が" in page
    assert f'href="{at}/guests.csv"' in page
    table = read((await owner.get(f"{at}/guests.csv")).content)
    shares = [(int(row["全員の賛成の割合"]), int(row["アカウントの賛成の割合"])) for row in table]
    gaps = [abs(everybody - accounts) for everybody, accounts in shares]
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[0] > 0, "the guests are all on one side"
    for everybody, accounts in shares:
        assert re.search(rf">{everybody}%</td>\s*<td[^>]*>{accounts}%</td>", page)
    *_, sheet, hours, _columns = read_workbook((await owner.get(f"{address}/tables.xlsx")).content)
    assert [tuple(row[1:3]) for row in sheet[1:]] == shares
    [hour] = read((await owner.get(f"{at}/hours.csv")).content)
    votes = await db.fetch(
        "SELECT p.channel, count(*) / 10 * 10 AS tens FROM consultations_vote"
        " JOIN consultations_participant p ON p.id = participant_id GROUP BY 1 ORDER BY 1"
    )
    counts = [int(hour[name]) for name in ("そのほかの投票", "ゲストの投票")]
    assert counts == [row["tens"] for row in votes]
    assert [hour["新しいゲスト"], hour["そのほかの新しい参加者"]] == ["20", "50"]
    assert [len(row) for row in hours] == [10, 9], "the last note is empty"
    await db.execute(
        "UPDATE consultations_landscape_run SET stability = jsonb_set(stability,"
        " '{without_guests,guests}', '19')"
    )
    page = (await owner.get(address)).text
    assert "グループの数は2（全員では2）です。" not in page
    assert "この対話では、示しません。" in page
    assert (await owner.get(f"{at}/guests.csv")).status_code == 404
