"""Applicants, parties, and a connection pool for tests of races."""

from collections.abc import AsyncIterator

import pytest

from enishi.kit import db, ids
from enishi.programmes.applications.schemas import Applicant, ApplicationForm, MemberForm
from enishi.programmes.applications.tables import MemberKind


@pytest.fixture
async def wide_pool() -> AsyncIterator[None]:
    """A pool of 64 connections, one for each applicant of a rush."""
    await db.close_pool()
    await db.DB.start_connection_pool(min_size=64, max_size=64)
    return


def somebody() -> Applicant:
    return Applicant(account_id=ids.new_id(), home_municipality="131016", age_band="30-39")


def party(size: int = 1) -> ApplicationForm:
    members = [MemberForm(kind=MemberKind.ADULT, name="山田花子", age=34)]
    members += [MemberForm(kind=MemberKind.CHILD, name=f"子{n}", age=7) for n in range(size - 1)]
    return ApplicationForm(party=members)
