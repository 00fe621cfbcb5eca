"""What was written by hand: complete, bilingual, of several sides, and fit for its forms."""

import uuid
from collections import Counter
from datetime import date
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import adjusted_rand_score

from enishi.accounts.schemas import AddressForm
from enishi.consultations.voting.schemas import STATEMENT_LIMIT, StatementForm
from enishi.demo import (
    content,
    dialogues,
    participation,
    parties,
    people,
    randomness,
    sample_accounts,
)
from enishi.demo.calendar import Calendar
from enishi.demo.content import DialogueContent, ProgrammeContent
from enishi.kit.localised import DraftText
from enishi.kit.text_validation import graphemes
from enishi.landscape import Votes, analyse
from enishi.places import queries as places
from enishi.programmes.applications import policies
from enishi.programmes.applications.schemas import ApplicationForm, MemberForm
from enishi.programmes.listings import policies as listing_policies
from enishi.programmes.listings.documents import Access, Conditions, ContactToWrite, Line, Money
from enishi.programmes.listings.schemas import ProgrammeForm
from enishi.programmes.listings.tables import ProgrammeKind

TODAY = date(2026, 11, 23)
DIALOGUES, PROGRAMMES = content.dialogues(), content.programmes()

CONTACT = ContactToWrite(name=Line(ja="見本", en="Sample"), mail="a@sample.example")


def _slug(each: DialogueContent | ProgrammeContent) -> str:
    return each.slug


def test_there_is_a_dialogue_on_each_of_the_ten_themes() -> None:
    assert sorted(each.theme for each in DIALOGUES) == list(range(1, 11))


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=_slug)
def test_a_dialogue_has_twelve_cards_and_more_within_the_limit(dialogue: DialogueContent) -> None:
    assert len(dialogue.statement) >= 12
    for each in dialogue.statement:
        StatementForm(text=each.ja)
        assert graphemes(each.ja) <= STATEMENT_LIMIT
        assert graphemes(each.en) <= STATEMENT_LIMIT


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=_slug)
def test_the_currents_disagree_and_share_some_ground(dialogue: DialogueContent) -> None:
    stances = np.array([each.stance for each in dialogue.statement])
    spread = stances.max(axis=1) - stances.min(axis=1)
    assert (spread >= 3).sum() >= len(stances) / 2
    assert (stances.min(axis=1) > 0).any()
    # Each current is for and against something, and no two lean alike.
    assert ((stances == 2).any(axis=0) & (stances == -2).any(axis=0)).all()
    assert np.corrcoef(stances.T)[np.triu_indices(4, 1)].max() < 0.75


def test_there_are_forty_opinions_of_a_few_sentences_each() -> None:
    opinions = [each for dialogue in DIALOGUES for each in dialogue.opinion]
    assert len(opinions) >= 40
    assert all(each.ja.count("。") >= 3 and len(each.en) > len(each.ja) for each in opinions)


def test_nothing_is_said_twice() -> None:
    said = [each.ja for dialogue in DIALOGUES for each in (*dialogue.statement, *dialogue.opinion)]
    said += [text.ja for each in PROGRAMMES for text in (each.title, each.summary, each.body)]
    assert [text for text, times in Counter(said).items() if times > 1] == []
    assert len({each.slug for each in (*DIALOGUES, *PROGRAMMES)}) == len(DIALOGUES) + len(
        PROGRAMMES
    )


def test_forty_programmes_of_every_kind_lie_in_thirty_municipalities_and_more() -> None:
    assert len(PROGRAMMES) >= 40
    assert {each.kind for each in PROGRAMMES} == set(ProgrammeKind)
    found = {places.get_municipality(each.code, TODAY).code for each in PROGRAMMES}
    assert len(found) >= 30
    assert len({code[:2] for code in found}) >= 25


@pytest.mark.parametrize("programme", PROGRAMMES, ids=_slug)
def test_a_programme_fills_every_field_that_people_need(programme: ProgrammeContent) -> None:
    form = programme.form(
        ContactToWrite(name=Line(ja="見本", en="Sample"), mail="a@sample.example")
    )
    documents: tuple[Conditions | Money | Access, ...] = (form.conditions, form.money, form.access)
    empty = [
        name
        for document in documents
        for name, value in document
        if value == "" or (isinstance(value, DraftText) and not (value.ja and value.en))
    ]
    assert empty == []
    assert programme.session.opens > programme.session.closes
    assert form.title.en
    assert form.summary.en
    assert form.body.en
    assert "（見本）" in form.host_name
    assert not (form.minors == "not_admitted" and (form.age_min or 0) < 18)
    assert set(listing_policies.missing_for_publishing(_view(form), has_session=False)) == {
        "sessions"
    }


def _view(form: ProgrammeForm) -> Any:
    """A form has the fields that the policy looks at."""
    return form


@pytest.mark.parametrize("today", [TODAY, date(2027, 2, 28), date(2027, 5, 1), date(2027, 8, 15)])
def test_whatever_the_day_there_are_dates_in_the_year_to_come(today: date) -> None:
    months = set()
    for each in PROGRAMMES:
        starts = [start for start, _ in Calendar(today).starts(each.session)]
        coming = [start.date() for start in starts if start.date() > today]
        assert coming
        weekday = 3 if each.kind is ProgrammeKind.SCHOOL_TRIP else 5  # pupils come on school days
        assert {start.weekday() for start in starts} == {weekday}
        months |= {day.month for day in coming}
    assert months == set(range(1, 13))


def test_the_landscape_finds_the_four_planted_currents() -> None:
    calendar = Calendar(TODAY)
    made = people.make(3, 0, 0, 1500, TODAY.year)
    [dialogue] = [
        each for each in dialogues.plan(3, calendar, uuid.uuid4()) if len(each.written) > 20
    ]
    participants = participation.join(dialogue, made, 3)
    dialogue = dialogues.give_authors(dialogue, participants.joined, participants.members, 3)
    cast = participation.vote(dialogue, participants, 3, 0)
    votes = Votes.from_indices(
        cast.participant,
        cast.statement,
        cast.value,
        participant_ids=len(participants.ids),
        statement_ids=len(dialogue.written),
    )
    found = analyse(votes)
    assert found.groups.count == 4
    labels = found.report.labels
    assert adjusted_rand_score(participants.current[labels >= 0], labels[labels >= 0]) > 0.6


def test_people_live_where_the_census_says_and_are_as_old() -> None:
    made = people.make(1, 0, 0, 20_000, TODAY.year)
    counted = people.census()
    expected = counted.people / counted.people.sum()
    tokyo = [row for row, code in enumerate(counted.codes) if code.startswith("13")]
    assert abs(np.isin(made.home, tokyo).mean() - expected[tokyo].sum()) < 0.01
    age = TODAY.year - made.birth_year
    over_65 = (counted.shares[:, 10:].sum() / counted.shares.sum()).item()
    assert abs((age >= 65).mean() - over_65) < 0.02
    assert age.min() >= people.YOUNGEST


def test_the_accounts_for_a_tour_have_addresses_that_the_sign_in_form_takes() -> None:
    for each in content.words().guides:
        assert AddressForm(address=each.address).address == each.address
        assert each.address in sample_accounts.describe("http://127.0.0.1:8000")


@pytest.mark.parametrize("programme", PROGRAMMES, ids=_slug)
def test_the_parties_that_are_made_up_may_come(programme: ProgrammeContent) -> None:
    form = programme.form(
        ContactToWrite(name=Line(ja="見本", en="Sample"), mail="a@sample.example")
    )
    rng = randomness.generator(1, programme.slug)
    for age in (18, 44, 81):
        applicant = max(age, programme.ages[0])
        party = [
            MemberForm(kind=each.kind, name=each.name, age=each.age, needs=each.needs)
            for each in parties.make(programme, applicant, rng)
        ]
        application = ApplicationForm(party=party, guardian_consent=True)
        assert policies.party_problems(_view(form), application) == {}


def test_nothing_happens_while_japan_stays_at_home_for_the_new_year() -> None:
    starts = [
        start
        for each in PROGRAMMES
        for today in (TODAY, date(2027, 12, 1), date(2028, 12, 1))
        for start, _ in Calendar(today).starts(each.session)
    ]
    assert [start for start in starts if (start.month, start.day) in {(1, 1), (1, 2), (1, 3)}] == []


def test_who_works_is_paid_no_less_than_the_law_asks() -> None:
    # The highest of the minimum wages of 2025 in these prefectures (Hokkaido), in yen an hour.
    assert all(each.pay >= 1075 for each in PROGRAMMES if each.pay)
