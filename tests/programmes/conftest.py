"""A published programme with sessions, and people who apply."""

import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest
from tests.fixtures.accounts import make_organisation

from enishi.kit import clock, db, ids
from enishi.programmes.schemas import Applicant, ApplicationForm, MemberForm
from enishi.programmes.tables import MemberKind, Programme, ProgrammeKind, ProgrammeSession

MakeSession = Callable[..., Awaitable[uuid.UUID]]


@pytest.fixture
def make_session() -> MakeSession:
    async def make(
        capacity: int = 10, waiting_limit: int = 100, starts_in_days: int = 30
    ) -> uuid.UUID:
        now = clock.now()
        programme_id, session_id = ids.new_id(), ids.new_id()
        organisation_id = await make_organisation(f"office-{programme_id.hex}")
        async with db.unit_of_work():
            await Programme(
                id=programme_id,
                organisation_id=organisation_id,
                slug=f"rice-{programme_id.hex}",
                state="published",
                municipality_code="212172",
                prefecture_code="210005",
                kind=ProgrammeKind.EXPERIENCE,
                title={"ja": "田植え"},
                summary={"ja": "棚田で苗を植えます。"},
                body={"ja": "午前に集合します。"},
                conditions={},
                money={},
                access={},
                contact={},
                created_at=now,
                changed_at=now,
                published_at=now,
            ).save()
            await ProgrammeSession(
                id=session_id,
                programme_id=programme_id,
                organisation_id=organisation_id,
                starts_at=now + timedelta(days=starts_in_days),
                ends_at=now + timedelta(days=starts_in_days, hours=4),
                opens_at=now - timedelta(days=1),
                closes_at=now + timedelta(days=starts_in_days - 1),
                meeting_place={"ja": "公民館"},
                capacity=capacity,
                waiting_limit=waiting_limit,
                created_at=now,
            ).save()
        return session_id

    return make


@pytest.fixture
async def wide_pool() -> AsyncIterator[None]:
    """As many connections as there are people in the rush."""
    await db.close_pool()
    await db.DB.start_connection_pool(min_size=64, max_size=64)
    return


def somebody() -> Applicant:
    return Applicant(account_id=ids.new_id(), home_municipality="131016", age_band="30-39")


def party(size: int = 1) -> ApplicationForm:
    members = [MemberForm(kind=MemberKind.ADULT, name="山田花子", age=34)]
    members += [MemberForm(kind=MemberKind.CHILD, name=f"子{n}", age=7) for n in range(size - 1)]
    return ApplicationForm(party=members)
