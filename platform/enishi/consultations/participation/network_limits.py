"""Limits by network and consultation: on new guests, guests' votes, texts and reports.

A limit by participant stops no script: a request without a cookie is a new guest. A network
(an IPv4 /24 or an IPv6 /56) is not chosen so easily. A school or a town hall shares one, so the
limits let a class through, and an office can lift them for a network for a day.

New guests, texts and reports are counted in PostgreSQL, for all processes together. Votes are
counted in memory, so that a vote needs no query; each process counts those that reach it.
"""

import time
from datetime import timedelta
from functools import cache

from enishi.accounts.schemas import Actor
from enishi.audit import service as audit
from enishi.consultations.core.schemas import ConsultationRef
from enishi.consultations.participation.schemas import LimitKey
from enishi.kit import clock, db, ratelimit
from enishi.kit.errors import TooManyRequestsError
from enishi.kit.i18n import gettext_lazy
from enishi.kit.lru import LruMap
from enishi.kit.token_buckets import TokenBuckets
from enishi.settings import get_settings

LIFTED_FOR = timedelta(days=1)
_LIFT = "consultations.network"
_HOUR = timedelta(hours=1)
# How long a process remembers whether a limit is lifted: refusals must not cost a query each.
_REMEMBERED_SECONDS = 10.0
_remembered: LruMap[LimitKey, tuple[float, bool]] = LruMap(10_000)


class NetworkLimitError(TooManyRequestsError):
    """Refused for the network, which others may share."""

    def __init__(self, seconds: int) -> None:
        minutes = -(-seconds // 60)
        message = gettext_lazy(
            "同じ回線（ネットワーク）から、短い時間に参加が集まりました。"
            "あと%(wait)s分ほどお待ちください。教室や会場で使うときは、"
            "主催者がこの制限を1日だけ外せます。",
            wait=minutes,
        )
        super().__init__(seconds, message)


@cache
def _guests() -> ratelimit.Limit:
    burst = get_settings().new_guests_per_network
    return ratelimit.Limit("consultations.network.guest", burst, timedelta(minutes=10))


@cache
def _texts() -> ratelimit.Limit:
    return ratelimit.Limit("consultations.network.text", get_settings().texts_per_network, _HOUR)


@cache
def _reports() -> ratelimit.Limit:
    """As many as texts, counted apart: reports must not stop others from writing."""
    return ratelimit.Limit("consultations.network.report", get_settings().texts_per_network, _HOUR)


@cache
def _votes() -> TokenBuckets:
    burst = get_settings().guest_votes_per_network
    return TokenBuckets(burst, burst / _HOUR.total_seconds())


async def take_guest(key: LimitKey) -> None:
    """Count a new guest, before it is inserted. Raises NetworkLimitError."""
    await _take(_guests(), key)


async def take_text(key: LimitKey) -> None:
    """Count a statement or an opinion. Raises NetworkLimitError."""
    await _take(_texts(), key)


async def take_report(key: LimitKey) -> None:
    """Count a report of a text. Raises NetworkLimitError."""
    await _take(_reports(), key)


async def take_vote(key: LimitKey) -> None:
    """Count a guest's vote, without a query while tokens are left. Raises NetworkLimitError."""
    try:
        _votes().take(key)
    except TooManyRequestsError as refused:
        await _refuse_unless_lifted(key, refused.retry_after)


async def _take(limit: ratelimit.Limit, key: LimitKey) -> None:
    try:
        await ratelimit.take(limit, *key)
    except TooManyRequestsError as refused:
        await _refuse_unless_lifted(key, refused.retry_after)


async def _refuse_unless_lifted(key: LimitKey, retry_after: int) -> None:
    now = time.monotonic()
    checked_at, is_lifted = _remembered.get(key) or (now - _REMEMBERED_SECONDS, False)
    if now - checked_at >= _REMEMBERED_SECONDS:
        is_lifted = await ratelimit.is_lifted(_LIFT, *key)
        _remembered.put(key, (now, is_lifted))
    if not is_lifted:
        raise NetworkLimitError(retry_after)


async def lift(actor: Actor, consultation: ConsultationRef, network: str) -> None:
    """Lift the limits of a consultation for a network, for a day.

    Other processes follow within ten seconds. The audit entry does not hold the network.
    """
    key = LimitKey(network, consultation.id)
    async with db.unit_of_work():
        await ratelimit.lift(clock.now() + LIFTED_FOR, _LIFT, *key)
        await audit.record(
            "consultations.limits.lifted",
            actor_id=actor.id,
            subject=("consultation", consultation.id),
            organisation_id=consultation.organisation_id,
        )
        db.after_commit(_forget)


async def _forget() -> None:
    _remembered.clear()
