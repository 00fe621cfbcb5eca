"""The figures of a dialogue, through SQL, are what the words mean, whatever happens to its log."""

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.statistics import meaning
from tests.statistics.random_dialogue import RandomDialogue

from enishi import wiring
from enishi.kit import db
from enishi.statistics.errors import UndefinedBreakdownError
from enishi.statistics.metrics import FUNNEL, Dimension, get_metrics
from enishi.statistics.queries import figures
from enishi.statistics.schemas import Scope
from enishi.statistics.service import facts

pytestmark = pytest.mark.usefixtures("own_database")
_PEOPLE = 6
_MONTHS = ((date(2026, 9, 1), date(2026, 9, 30)), (date(2026, 10, 1), date(2026, 10, 31)))
_FIRST, _LAST = _MONTHS[0][0], _MONTHS[-1][1]
_WORDS = ("dialogue.joined", "dialogue.active", "dialogue.returning")
_people = st.integers(0, _PEOPLE - 1)
_days = st.integers(0, (_LAST - _FIRST).days).map(lambda n: _FIRST + timedelta(days=n))
_kinds = st.sampled_from([*sorted(meaning.ACTIVE), "vote.withdrawn"])
_acts = st.tuples(st.just("act"), _people, _kinds, _days)
_log = st.lists(
    st.one_of(
        _acts,
        _acts,
        st.tuples(st.just("merge"), _people, _people, _days),
        st.tuples(st.just("leave"), _people),
        st.tuples(st.just("set_aside_or_take_back"), _people, _days),
        st.tuples(st.just("read")),
        st.tuples(st.just("read_from_the_start")),
    ),
    min_size=4,
    max_size=20,
)


def _scopes(dialogue: RandomDialogue, first: date | None, last: date) -> list[Scope]:
    """Of one dialogue, counted from the facts and from the rollups."""
    subject = {"subject_kind": "consultation", "subject_id": str(dialogue.made.id)}
    return [
        Scope(until=last, since=first, organisation_id=organisation_id, **subject)
        for organisation_id in (None, dialogue.made.organisation_id)
    ]


async def _check_months_and_days(dialogue: RandomDialogue) -> None:
    told = dialogue.facts
    words = (meaning.joined, meaning.active, meaning.returning)
    for scope in _scopes(dialogue, _FIRST, _LAST):
        months = await figures.count_by(Dimension.MONTH, get_metrics(*_WORDS), scope)
        days = await figures.count_by(Dimension.DAY, get_metrics(*_WORDS), scope)
        for span in _MONTHS:
            expected = tuple(len(word(told, *span)) for word in words)
            found = months.get(f"{span[0]:%Y-%m}", (0, 0, 0))
            assert found == expected
            assert found[1] == found[0] + found[2]
        for day in {fact.day for fact in told}:
            expected = tuple(len(word(told, day, day)) for word in words)
            assert days.get(day.isoformat(), (0, 0, 0)) == expected
        [joined] = await figures.count(get_metrics("dialogue.joined"), scope)
        assert joined == len(meaning.joined(told, _FIRST, _LAST))
        for dimension in (Dimension.DAY, Dimension.CHANNEL, Dimension.PREFECTURE, Dimension.TIE):
            parts = await figures.count_by(dimension, get_metrics("dialogue.joined"), scope)
            assert sum(part for (part,) in parts.values()) == joined


async def _check_cohorts(dialogue: RandomDialogue) -> None:
    told = dialogue.facts
    for scope in _scopes(dialogue, _FIRST, _LAST):
        cohorts = await figures.count_retention(scope)
        rows = Counter[str]()
        for span in _MONTHS:
            row = cohorts.get(f"{span[0]:%Y-%m}", {})
            joined = meaning.joined(told, *span)
            assert row.get(f"{span[0]:%Y-%m}", 0) == len(joined)
            for later in _MONTHS:
                expected = len(joined & meaning.active(told, *later))
                assert row.get(f"{later[0]:%Y-%m}", 0) == expected <= len(joined)
                if later > span:
                    rows[f"{later[0]:%Y-%m}"] += expected
        months = await figures.count_by(Dimension.MONTH, get_metrics("dialogue.returning"), scope)
        assert {key: value for key, (value,) in months.items()} == +rows


async def _check_funnel(dialogue: RandomDialogue, first: date, last: date) -> None:
    for scope in _scopes(dialogue, first, last):
        found = await figures.count(get_metrics(*FUNNEL), scope)
        assert found == meaning.funnel(dialogue.facts, first, last)
        assert list(found) == sorted(found, reverse=True)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(log=_log, ends=st.tuples(_days, _days).map(sorted))
async def test_the_words_mean_what_they_say_on_any_log(
    log: list[tuple[str, object]], ends: list[date]
) -> None:
    dialogue = await RandomDialogue.of(_PEOPLE)
    for name, *arguments in log:
        await getattr(dialogue, name)(*arguments)
    await dialogue.read()
    await _check_months_and_days(dialogue)
    await _check_cohorts(dialogue)
    await _check_funnel(dialogue, *ends)
    drifts = await facts.recount(wiring.FACT_SOURCES)
    assert [each for each in drifts if each.missing or each.surplus] == []


async def test_four_people_of_whom_one_began_as_a_guest() -> None:
    dialogue = await RandomDialogue.of(8)
    guest, account = 1, 6
    days = [_FIRST + timedelta(days=n) for n in range(3)]
    for person, day in ((0, days[0]), (2, days[0]), (4, days[1]), (guest, days[1])):
        await dialogue.act(person, "participation.started", day)
        await dialogue.act(person, "vote.cast", day)
    await dialogue.act(account, "participation.started", days[2])
    await dialogue.act(account, "vote.cast", days[2])
    await dialogue.merge(guest, account, days[2])
    await dialogue.read()
    for scope in _scopes(dialogue, *_MONTHS[0]):
        assert await figures.count(get_metrics(*_WORDS), scope) == (4, 4, 0)
        assert await figures.count(get_metrics(*FUNNEL), scope) == (4, 4, 0)
        by_day = await figures.count_by(Dimension.DAY, get_metrics("dialogue.returning"), scope)
        assert by_day == {days[2].isoformat(): (1,)}


async def test_who_returned_is_no_number_of_more_than_a_month() -> None:
    dialogue = await RandomDialogue.of(0)
    metrics = get_metrics("dialogue.returning")
    for first, last in ((_FIRST, _LAST), (None, _LAST)):
        with pytest.raises(UndefinedBreakdownError):
            await figures.count(metrics, _scopes(dialogue, first, last)[0])
    assert await figures.count(metrics, _scopes(dialogue, *_MONTHS[0])[0]) == (0,)


async def test_a_person_for_each_guest_who_signed_in_would_have_been_found_out() -> None:
    """The negative control: facts that stay with the guest."""
    dialogue = await RandomDialogue.of(2)
    await dialogue.act(1, "participation.started", _FIRST)
    await dialogue.act(0, "vote.cast", _FIRST)
    await dialogue.read()
    await dialogue.merge(1, 0, _FIRST)
    await db.execute("UPDATE consultations_participant SET moved_tx = NULL")
    await dialogue.read()
    [scope, _] = _scopes(dialogue, _FIRST, _LAST)
    [joined] = await figures.count(get_metrics("dialogue.joined"), scope)
    assert joined == 2 != len(meaning.joined(dialogue.facts, _FIRST, _LAST))
