"""What may be done: the table of kind, stage, role and act, pinned, and kept by the services."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from itertools import product
from typing import Any

import pytest
from tests.architecture.policy_rows import ROWS
from tests.consultations.build import Dialogue, make_dialogue, make_statement, text
from tests.fixtures.accounts import actor_of, make_member, make_organisation

from enishi.accounts.schemas import Actor
from enishi.consultations.core import acts
from enishi.consultations.core import queries as consultations
from enishi.consultations.core.acts import Act, Stage, Who
from enishi.consultations.core.kinds import Channel, Kind, StepKind
from enishi.consultations.core.schemas import ConsultationView, PublicReason, WithdrawalForm
from enishi.consultations.office.part_forms import ContactForm
from enishi.consultations.office.schemas import ReopenForm, SeedsForm
from enishi.consultations.office.service import moves, parts, seeds, withdrawal
from enishi.consultations.opinions import paper
from enishi.consultations.opinions.schemas import PaperForm
from enishi.consultations.timeline import policies
from enishi.consultations.timeline import queries as steps
from enishi.consultations.timeline import service as timeline
from enishi.consultations.timeline.schemas import DoneForm, PlanForm
from enishi.kit import clock, db
from enishi.kit.errors import EnishiError
from enishi.organisations.schemas import OrganisationKind

EVERYBODY = "guest account analyst moderator editor owner"
EDITORS, MODERATORS = "editor owner", "moderator owner"
WITH_CARDS = "dialogue idea_call"
ALL_KINDS = "dialogue idea_call public_comment_act public_comment_ordinance"
ALWAYS = "draft preparation open closed result withdrawn"
# Act -> (kinds, stages, roles), written down apart from the code.
PINNED: Mapping[str, tuple[str, str, str]] = {
    "vote": (WITH_CARDS, "open", EVERYBODY),
    "write_statement": (WITH_CARDS, "open", EVERYBODY),
    "write_opinion": (ALL_KINDS, "open", EVERYBODY),
    "enter_paper": (ALL_KINDS, "open closed", "editor moderator owner"),
    "moderate": (ALL_KINDS, ALWAYS, MODERATORS),
    "edit": (ALL_KINDS, "draft preparation open closed result", EDITORS),
    "add_seeds": (WITH_CARDS, "draft preparation open", EDITORS),
    "publish": (ALL_KINDS, "draft", EDITORS),
    "delete": (ALL_KINDS, "draft", EDITORS),
    "open": (ALL_KINDS, "preparation", EDITORS),
    "close": (ALL_KINDS, "open", EDITORS),
    "reopen": (ALL_KINDS, "closed", EDITORS),
    "plan": (ALL_KINDS, "draft preparation open closed result", EDITORS),
    "record": (ALL_KINDS, "closed result", EDITORS),
    "withdraw": (ALL_KINDS, "preparation open closed", EDITORS),
}


@pytest.mark.parametrize("act", Act)
def test_the_table_is_what_was_written_down(act: Act) -> None:
    kinds, stages, roles = (set(each.split()) for each in PINNED[act])
    for kind, stage, who in product(Kind, Stage, Who):
        expected = kind in kinds and stage in stages and who in roles
        assert acts.may(act, kind, stage, who) is expected, (kind, stage, who)


def test_a_body_of_the_state_alone_follows_the_act() -> None:
    by_act = {each for each in OrganisationKind if Kind.PUBLIC_COMMENT_ACT in acts.kinds_of(each)}
    assert by_act == {OrganisationKind.MINISTRY}
    by_ordinance = {
        each for each in OrganisationKind if Kind.PUBLIC_COMMENT_ORDINANCE in acts.kinds_of(each)
    }
    assert by_ordinance == {OrganisationKind.PREFECTURE, OrganisationKind.MUNICIPALITY}


@pytest.mark.parametrize(
    ("route", "act"),
    [
        ("office:save-dialogue", Act.EDIT),
        ("office:add-seeds", Act.ADD_SEEDS),
        ("office:move-dialogue", Act.PUBLISH),
        ("office:reopen-dialogue", Act.REOPEN),
        ("office:withdraw-dialogue", Act.WITHDRAW),
        ("office:save-plan", Act.PLAN),
        ("office:record-step", Act.RECORD),
        ("office:enter-paper", Act.ENTER_PAPER),
        ("office:moderate", Act.MODERATE),
    ],
)
def test_the_route_of_an_act_admits_the_roles_of_the_table(route: str, act: Act) -> None:
    named = ROWS[route].removeprefix("member:").split(",")
    assert {*named, "owner"} == {who.value for who in Who if acts.is_allowed(act, who)}


# How many days ago the dialogue of the builder was opened, but for one.
_SHIFTS = {
    Stage.DRAFT: 0,
    Stage.PREPARATION: -3,
    Stage.OPEN: 0,
    Stage.CLOSED: 9,
    Stage.RESULT: 60,
    Stage.WITHDRAWN: 0,
}


async def _in_stage(kind: Kind, stage: Stage, organisation_id: Any) -> Dialogue:
    now = clock.now()
    rules = (
        '{"basis": {"ja": "条例", "en": "", "easy_ja": ""}, "min_days": 5, "channels": ["site"],'
        ' "name_rule": "not_needed"}'
    )
    changes: dict[str, Any] = {
        "kind": kind,
        "organisation_id": organisation_id,
        "legal_basis": text("法"),
        "notice_on": clock.today() - timedelta(days=max(_SHIFTS[stage], 0) + 1),
        "short_period_reason": text("急ぐため"),
        "comment_rules": rules if kind is Kind.PUBLIC_COMMENT_ORDINANCE else None,
    }
    if stage is Stage.DRAFT:
        changes |= {"published_at": None, "notice_on": clock.today()}
    if stage is Stage.RESULT:
        changes |= {"answered_at": now - timedelta(hours=1)}
    if stage is Stage.WITHDRAWN:
        changes |= {"withdrawn_at": now, "withdrawn_reason": text("誤り")}
    made = await make_dialogue(**changes)
    days = timedelta(days=_SHIFTS[stage] - (2 if stage is Stage.DRAFT else 0))
    for table, begins, ends in (
        ("consultations_phase", "starts_at", "ends_at"),
        ("consultations_component", "opens_at", "closes_at"),
    ):
        await db.fetch(
            f"UPDATE {table} SET {begins} = {begins} - $1::interval,"  # noqa: S608 (our own names)
            f" {ends} = {ends} - $1::interval WHERE consultation_id = $2",
            days,
            made.id,
        )
    if kind.is_public_comment:
        await db.fetch(
            "DELETE FROM consultations_component WHERE kind = 'statements'"
            " AND consultation_id = $1",
            made.id,
        )
    else:
        await make_statement(made, "種の文")
    [row] = await db.fetch("SELECT id FROM themes_theme WHERE number = 1")
    await db.fetch(
        "INSERT INTO consultations_theme (id, consultation_id, theme_id) VALUES ($1, $1, $2)",
        made.id,
        row["id"],
    )
    return made


async def _edit(actor: Actor, view: ConsultationView) -> None:
    form = ContactForm(data_controller=view.data_controller, contact="new@x.jp", slug=view.slug)
    await parts.edit(actor, view, form, ContactForm.fingerprint(view))


async def _reopen(actor: Actor, view: ConsultationView) -> None:
    today = clock.today()
    form = ReopenForm(
        closes_on=today + timedelta(days=20),
        result_on=today + timedelta(days=40),
        reason=PublicReason(ja="大雪"),
        version=view.version,
    )
    await moves.reopen(actor, view, form)


async def _paper(actor: Actor, view: ConsultationView) -> None:
    received = view.days["opens_on"] or clock.today()
    form = PaperForm(
        text="手紙の文です",
        channel=Channel.PAPER,
        received_on=min(received, clock.today()),
        informed="yes",
    )
    await paper.enter(actor, view, form)


async def _plan(actor: Actor, view: ConsultationView) -> None:
    saved = {kind: step.planned_on for kind, step in (await steps.stored_steps(view.id)).items()}
    day = clock.today() + timedelta(days=100)
    form = PlanForm(decision=day)
    await timeline.plan(actor, view, form, policies.fingerprint(saved))


async def _record(actor: Actor, view: ConsultationView) -> None:
    step = (await steps.stored_steps(view.id))[StepKind.SORTING]
    form = DoneForm(done_on=clock.today())
    await timeline.record_done(actor, view, StepKind.SORTING, form, step.fingerprint)


Do = Callable[[Actor, ConsultationView], Awaitable[Any]]
SERVICES: Mapping[Act, Do] = {
    Act.EDIT: _edit,
    Act.ADD_SEEDS: lambda actor, view: seeds.add(actor, view, SeedsForm(texts="別の文")),
    Act.PUBLISH: lambda actor, view: moves.publish(actor, view, view.version),
    Act.DELETE: lambda actor, view: moves.delete_draft(actor, view, view.version),
    Act.OPEN: lambda actor, view: moves.open_now(actor, view, view.version),
    Act.CLOSE: lambda actor, view: moves.close_now(actor, view, view.version),
    Act.REOPEN: _reopen,
    Act.WITHDRAW: lambda actor, view: withdrawal.withdraw(
        actor, view, WithdrawalForm(reason=PublicReason(ja="誤り"))
    ),
    Act.ENTER_PAPER: _paper,
    Act.PLAN: _plan,
    Act.RECORD: _record,
}


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("kind", Kind)
async def test_services_refuse_what_the_table_refuses(kind: Kind, stage: Stage) -> None:
    organisation_id = await make_organisation("hida")
    actor = await actor_of(await make_member(organisation_id, "editor"))
    for act, do in SERVICES.items():
        made = await _in_stage(kind, stage, organisation_id)
        view = await consultations.get_for_office(organisation_id, made.slug)
        assert acts.stage_of(view, clock.now()) is stage
        refused: EnishiError | None = None
        try:
            await do(actor, view)
        except EnishiError as error:
            refused = error
        assert (refused is None) is acts.is_possible(act, kind, stage), (act, refused)
