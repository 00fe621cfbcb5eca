"""Policies are pure functions of the actor, the object and the instant."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from enishi.accounts.schemas import Actor, MembershipRef, Role, SignUpForm
from enishi.kit.localised import LocalisedText

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OURS, THEIRS = uuid.uuid4(), uuid.uuid4()


def actor(role: str | None = None, organisation_id: uuid.UUID = OURS, **more: Any) -> Any:

    membership = {"organisation_slug": "x", "organisation_name": LocalisedText(ja="x")}
    memberships = (
        (MembershipRef(organisation_id=organisation_id, role=Role(role), **membership),)
        if role
        else ()
    )
    return Actor(id=uuid.uuid4(), display_name="花子", memberships=memberships, **more)


@pytest.mark.parametrize(
    ("policy", "allowed"),
    [
        ("can_edit", {"owner", "editor"}),
        ("can_moderate", {"owner", "moderator"}),
        ("can_manage_members", {"owner"}),
    ],
)
def test_each_policy_of_an_office_allows_its_roles_only(policy: str, allowed: set[str]) -> None:
    from enishi.organisations import policies

    can = getattr(policies, policy)
    for role in ("owner", "editor", "moderator", "analyst"):
        assert can(actor(role), OURS, NOW) == (role in allowed)
        assert not can(actor(role, THEIRS), OURS, NOW)
    assert not can(actor(), OURS, NOW)
    assert not can(None, OURS, NOW)


@pytest.mark.parametrize(
    ("minor_until", "confirmed", "allowed"),
    [
        (None, False, True),
        (date(2026, 11, 24), False, False),
        (date(2026, 11, 24), True, True),
        (date(2026, 11, 23), False, True),  # 16 today
    ],
)
def test_under_16_only_a_guardians_word_opens_the_public(
    minor_until: date | None, *, confirmed: bool, allowed: bool
) -> None:
    from enishi.accounts import policies

    someone = actor(minor_until=minor_until, guardian_confirmed=confirmed)
    assert policies.can_act_in_public(someone, NOW) == allowed
    assert not policies.can_act_in_public(None, NOW)


def test_a_sixteenth_birthday_is_counted_in_japans_days() -> None:
    from enishi.accounts import policies

    someone = actor(minor_until=date(2026, 11, 24))
    midnight = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 24 November, 00:00 in Japan
    assert policies.is_minor(someone, midnight - timedelta(seconds=1))
    assert not policies.is_minor(someone, midnight)


def test_a_sign_in_is_recent_for_fifteen_minutes() -> None:
    from enishi.accounts import policies

    someone = actor(signed_in_at=NOW)
    assert policies.has_signed_in_recently(someone, NOW + timedelta(minutes=14))
    assert not policies.has_signed_in_recently(someone, NOW + timedelta(minutes=15))
    assert not policies.has_signed_in_recently(actor(), NOW)


@pytest.mark.parametrize(
    ("year", "month", "until"),
    [(2011, 11, date(2027, 12, 1)), (2011, 12, date(2028, 1, 1)), (2010, 1, date(2026, 2, 1))],
)
def test_a_month_of_birth_counts_as_under_16_until_it_has_passed(
    year: int, month: int, until: date
) -> None:

    form = SignUpForm(
        display_name="太郎", age="under_16", birth_year=year, birth_month=month, terms="yes"
    )
    assert form.minor_until == until
