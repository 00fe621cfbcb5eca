"""The sample in the database: as if people had done it, marked everywhere, and put in once."""

import re
from typing import Any

import httpx
import pytest
from tests.fixtures.sample import NOW, PEOPLE, SEED

from enishi.consultations.voting import results
from enishi.demo import load
from enishi.kit import clock, db
from enishi.programmes.allocation.draws import queries as draws
from enishi.programmes.allocation.draws.draw_file import written
from enishi.programmes.allocation.draws.entries import entry_id
from enishi.programmes.allocation.draws.verification import verify
from enishi.statistics.service import facts
from enishi.wiring import FACT_SOURCES

pytestmark = pytest.mark.usefixtures("rollback")

TABLES = (
    "accounts_account",
    "accounts_consent",
    "organisations_organisation",
    "organisations_membership",
    "consultations_consultation",
    "consultations_phase",
    "consultations_participant",
    "consultations_participant_link",
    "consultations_act",
    "consultations_statement",
    "consultations_opinion_version",
    "consultations_vote",
    "consultations_vote_event",
    "consultations_tally",
    "programmes_programme",
    "programmes_session",
    "programmes_application",
    "programmes_party_member",
    "programmes_application_event",
    "relations_registration",
    "relations_registration_event",
    "relations_consent",
    "relations_activity",
)


async def _empty(sql: str, *values: Any) -> bool:
    return await db.fetch(sql, *values) == []


async def test_the_sums_of_votes_agree_with_a_recount() -> None:
    assert await results.drift() == []
    assert await _empty(
        """
        SELECT v.statement_id FROM consultations_vote v WHERE v.value IS DISTINCT FROM (
            SELECT e.value FROM consultations_vote_event e
            WHERE (e.participant_id, e.statement_id) = (v.participant_id, v.statement_id)
            ORDER BY e.cast_at DESC LIMIT 1)
        """
    )


async def test_the_facts_agree_with_the_logs() -> None:
    for drift in await facts.recount(FACT_SOURCES):
        assert (drift.missing, drift.surplus) == (0, 0), drift.source
    kinds = {row["kind"] for row in await db.fetch("SELECT DISTINCT kind FROM statistics_fact")}
    assert kinds >= {
        "vote.cast",
        "participation.started",
        "statement.written",
        "opinion.sent",
        "application.confirmed",
        "person.attended",
        "registration.opened",
        "registration.withdrawn",
        "activity.recorded",
    }


async def test_the_counters_of_sessions_agree_with_their_applications() -> None:
    assert await _empty(
        """
        SELECT s.id FROM programmes_session s LEFT JOIN LATERAL (
            SELECT coalesce(sum(a.party_size) FILTER (
                    WHERE a.state IN ('confirmed', 'attended', 'absent')), 0) AS taken,
                count(*) FILTER (WHERE a.state = 'waiting') AS waiting, count(*) AS tickets
            FROM programmes_application a WHERE a.session_id = s.id) a ON true
        WHERE (s.taken, s.waiting, s.tickets) IS DISTINCT FROM (a.taken, a.waiting, a.tickets)
        """
    )
    assert await _empty(
        """
        SELECT a.id FROM programmes_application a WHERE a.party_size <> (
                SELECT count(*) FROM programmes_party_member m WHERE m.application_id = a.id)
            OR a.state <> (SELECT e.state FROM programmes_application_event e
                WHERE e.application_id = a.id ORDER BY e.happened_at DESC, e.id DESC LIMIT 1)
        """
    )


async def test_coming_sessions_are_full_with_a_queue_nearly_full_and_free() -> None:
    [row] = await db.fetch(
        """
        SELECT count(*) FILTER (WHERE waiting > 0) AS waited_for,
            count(*) FILTER (WHERE taken = capacity) AS full,
            count(*) FILTER (WHERE taken BETWEEN capacity * 0.75 AND capacity - 1) AS nearly,
            count(*) FILTER (WHERE waiting = 0 AND taken < capacity * 0.75) AS free
        FROM programmes_session WHERE starts_at > $1 AND opens_at < $1
        """,
        NOW,
    )
    assert all(count >= 2 for count in row.values()), row


async def test_applicants_of_each_tie_apply_and_the_tied_were_registered_then() -> None:
    counted = await db.fetch("SELECT tie, count(*) FROM programmes_application GROUP BY tie")
    assert {row["tie"] for row in counted} == {"resident", "tied", "outside"}
    assert await _empty(
        """
        SELECT a.* FROM programmes_application a
        WHERE (a.tie = 'tied') <> EXISTS (
            SELECT FROM relations_registration r
            WHERE r.account_id = a.applicant_id AND r.municipality_code = a.place_code
                AND r.registered_at <= a.applied_at
                AND (r.withdrawn_at IS NULL OR r.withdrawn_at > a.applied_at))
        """
    )


async def test_what_happened_lies_in_the_two_years_past_and_in_order() -> None:
    for table, column in (
        ("accounts_account", "created_at"),
        ("consultations_vote_event", "cast_at"),
        ("programmes_application_event", "happened_at"),
        ("relations_registration_event", "happened_at"),
    ):
        assert await _empty(
            f"SELECT 1 FROM {table} WHERE {column} NOT BETWEEN $1::timestamptz"  # noqa: S608
            " - interval '2 years 10 days' AND $1",
            NOW,
        ), table
    days = await db.fetch_value("SELECT count(DISTINCT day)::int FROM statistics_fact")
    assert days > 300
    assert await _empty(
        """
        SELECT v.* FROM consultations_vote_event v
        JOIN consultations_statement s ON s.id = v.statement_id
        JOIN consultations_participant p ON p.id = v.participant_id
        JOIN consultations_phase h ON h.consultation_id = p.consultation_id AND h.kind = 'open'
        WHERE v.cast_at < s.created_at OR v.cast_at < p.joined_at
            OR v.cast_at NOT BETWEEN h.starts_at AND h.ends_at
        """
    )
    assert await _empty(
        """
        SELECT l.* FROM consultations_participant_link l
        JOIN accounts_account a ON a.id = l.account_id WHERE l.linked_at < a.created_at
        """
    )
    assert await _empty(
        """
        SELECT s.* FROM consultations_statement s
        JOIN consultations_participant p ON p.id = s.author_id WHERE s.created_at < p.joined_at
        """
    )


async def test_the_sample_is_not_put_in_twice() -> None:
    with pytest.raises(load.AlreadyLoadedError):
        await load.load(PEOPLE, SEED)


PAGES = (
    "/dialogues",
    "/dialogues/sample-ties",
    "/dialogues/sample-ties/statements",
    "/dialogues/sample-ties/list",
    "/dialogues/sample-ties/vote",
    "/dialogues/sample-ties/opinions",
    "/dialogues/sample-tokyo",
    "/programmes",
    "/programmes/sample-hida-winter",
    "/places/municipalities/212172",
    "/statistics",
    "/",
)


@pytest.mark.parametrize("page", PAGES)
async def test_every_page_that_shows_the_sample_says_so(
    visitor: httpx.AsyncClient, page: str
) -> None:
    with clock.frozen_at(NOW):
        answer = await visitor.get(f"/ja{page}")
        in_english = await visitor.get(f"/en{page}")
    assert answer.status_code == in_english.status_code == 200
    assert "見本データ" in answer.text
    assert re.search("sample", in_english.text, re.IGNORECASE)


async def test_readers_of_english_find_no_japanese_cards(visitor: httpx.AsyncClient) -> None:
    text = (await visitor.get("/en/dialogues/sample-digital/statements")).text
    cards = re.findall(r'<p class="results__text".*?</p>', text, re.DOTALL)
    assert len(cards) >= 12
    assert not re.search("[ぁ-んァ-ヶ一-龠]", "".join(cards))


async def test_classes_come_with_a_teacher_and_hard_work_is_done_by_who_can() -> None:
    rows = await db.fetch(
        """
        SELECT p.kind, p.conditions ->> 'physical_load' AS load, min(m.age), max(m.age)
        FROM programmes_party_member m JOIN programmes_application a ON a.id = m.application_id
        JOIN programmes_session s ON s.id = a.session_id
        JOIN programmes_programme p ON p.id = s.programme_id WHERE m.position = 0 GROUP BY 1, 2
        """
    )
    teachers = [row for row in rows if row["kind"] == "school_trip"]
    heavy = [row for row in rows if row["load"] == "heavy"]
    assert teachers
    assert heavy
    assert all(row["min"] >= 24 and row["max"] <= 64 for row in teachers), teachers
    assert all(row["max"] < 76 for row in heavy), heavy


async def test_the_draw_of_the_sample_is_public_and_marked(visitor: httpx.AsyncClient) -> None:
    with clock.frozen_at(NOW):
        programme = (await visitor.get("/ja/programmes/sample-hida-egoma")).text
        [address] = re.findall(r'href="(/ja/programmes/sessions/[^"]+/draw)"', programme)
        page = (await visitor.get(address)).text
    assert "抽選が終わりました" in page
    assert "見本データ（実在しません）" in page


async def test_the_draw_of_the_sample_can_be_computed_again() -> None:
    """One draw, marked as sample, whose file verifies and agrees with its applications."""
    [row] = await db.fetch(
        """SELECT d.session_id, p.is_sample FROM programmes_draw d
        JOIN programmes_session s ON s.id = d.session_id
        JOIN programmes_programme p ON p.id = s.programme_id"""
    )
    assert row["is_sample"]
    draw = await draws.get_draw(row["session_id"])
    found = verify(written(await draws.get_outcome(draw)))
    assert found.differences == ()
    assert found.placed < found.entries
    assert [each.number is None for each in draw.officials] == [False, False]
    assert await _empty(
        """
        SELECT e.id FROM programmes_draw_entry e
        JOIN programmes_application a ON a.id = e.application_id
        WHERE e.party_size <> a.party_size OR (a.state = 'waiting') = e.placed
        """
    )
    for each in await db.fetch(
        """SELECT a.receipt, e.salt, e.entry_id FROM programmes_draw_entry e
        JOIN programmes_application a ON a.id = e.application_id"""
    ):
        assert entry_id(each["receipt"], each["salt"]) == each["entry_id"]
