"""The forms that tests/web/test_form_locks.py walks: each page, its action, what is filled in."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from tests.consultations.build import invalidate, make_dialogue, make_statement, shift
from tests.consultations.desk import day
from tests.fixtures.accounts import Browser, make_member
from tests.programmes.build import draft, family, form, published
from tests.programmes.conftest import somebody
from tests.programmes.listed import make_date, make_programme
from tests.programmes.test_photographs import add as add_photograph
from tests.web import locks_of_answers

from enishi.kit import clock, db
from enishi.programmes.allocation.service import applications

Page = tuple[str, str, dict[str, str]]
"""The page with the form, the end of the form's action, and what is filled in."""
OFFICE = "/ja/office/hida"


async def _dialogue(**changes: Any) -> str:
    [row] = await db.fetch("SELECT id FROM organisations_organisation WHERE slug = 'hida'")
    made = await make_dialogue(organisation_id=row["id"], **changes)
    await make_statement(made, "橋に歩道を")
    invalidate()
    return f"{OFFICE}/dialogues/{made.slug}"


async def _seed() -> str:
    [row] = await db.fetch("SELECT id FROM consultations_statement")
    return str(row["id"])


async def part_of_a_dialogue(_: Browser) -> Page:
    return f"{await _dialogue(published_at=None)}/edit/topic", "", {"title.ja": "橋の名前"}


async def seed(_: Browser) -> Page:
    at = await _dialogue(published_at=None)
    return f"{at}/seeds/{await _seed()}", f"/seeds/{await _seed()}", {"text": "橋に屋根を"}


async def removal_of_a_seed(_: Browser) -> Page:
    return f"{await _dialogue(published_at=None)}/seeds/{await _seed()}", "/remove", {}


async def close(_: Browser) -> Page:
    return f"{await _dialogue()}/move/close", "/move/close", {}


async def reopening(_: Browser) -> Page:
    at = await _dialogue()
    await shift(9)
    filled = {"closes_on": day(5), "result_on": day(30), "reason.ja": "大雪のため"}
    return f"{at}/reopen", "/reopen", filled


async def moderation(_: Browser) -> Page:
    at = await _dialogue()
    filled = {"act": "hide", "reason": "insult"}
    return f"{at}/moderation?state=accepted", f"/statement/{await _seed()}", filled


async def plan(_: Browser) -> Page:
    return f"{await _dialogue()}/timeline", "/timeline", {"decision": day(90)}


async def step(_: Browser) -> Page:
    at = await _dialogue()
    await shift(9)
    return f"{at}/timeline/sorting", "/timeline/sorting", {"done_on": day(0)}


async def rules_of_comments(browser: Browser) -> Page:
    at = f"{OFFICE}/comment-rules"
    typed = {"basis.ja": "見本条例", "min_days": "30", "name_rule": "not_needed"}
    await browser.post(at, data=form(**typed))
    return at, "", {"min_days": "20"}


async def part_of_a_programme(browser: Browser) -> Page:
    return f"{await draft(browser)}/edit/conditions", "", {"age_min": "10"}


async def photograph(browser: Browser) -> Page:
    address = await draft(browser)
    await add_photograph(browser, address)
    [row] = await db.fetch("SELECT id FROM programmes_photograph")
    return f"{address}/photographs/{row['id']}", "", {"credit": "山田花子", "step": "save"}


async def close_of_a_programme(browser: Browser) -> Page:
    address, _ = await published(browser)
    return f"{address}/move/close", "/move/close", {}


async def session(browser: Browser) -> Page:
    _, session_id = await published(browser)
    return f"{OFFICE}/programmes/sessions/{session_id}/edit", "", {"capacity": "25"}


async def postponement(browser: Browser) -> Page:
    _, session_id = await published(browser)
    filled = {"day": str(clock.today() + timedelta(days=60)), "reason.ja": "大雪のため"}
    return f"{OFFICE}/programmes/sessions/{session_id}/postpone", "", filled


async def attendance(browser: Browser) -> Page:
    _, session_id = await published(browser)
    made = await applications.apply(somebody(), session_id, family())
    await db.fetch("UPDATE programmes_session SET starts_at = $1", clock.now() - timedelta(hours=1))
    at = f"{OFFICE}/programmes/sessions/{session_id}"
    return at, f"/applications/{made.id}/mark", {"state": "absent"}


async def profile_of_an_organisation(_: Browser) -> Page:
    return f"{OFFICE}/profile", "/profile", {"contact": "企画課"}


async def role(_: Browser) -> Page:
    [row] = await db.fetch("SELECT id FROM organisations_organisation WHERE slug = 'hida'")
    colleague = await make_member(row["id"], "editor")
    return f"{OFFICE}/members", f"{colleague}/role", {"role": "analyst"}


async def own_profile(_: Browser) -> Page:
    return "/ja/me", "/ja/me", {"display_name": "梅子"}


async def registration(browser: Browser) -> Page:
    address = "/ja/places/municipalities/212172/register"
    answer = await browser.post(address, data=form(reasons="birthplace"))
    edit = answer.headers["location"].partition("?")[0] + "/edit"
    return edit, "", {"reasons": "donation"}


async def certificate(browser: Browser) -> Page:
    edit, _, _ = await registration(browser)
    return edit.removesuffix("/edit") + "/certificate", "/certificate", {"with_name": "yes"}


async def own_party(browser: Browser) -> Page:
    made = await make_programme()
    address = f"/ja/programmes/sessions/{await make_date(made)}/apply"
    fields = {"party.0.kind": "adult", "party.0.name": "花子"}
    answer = await browser.post(address, data=form() | fields)
    at = answer.headers["location"].partition("?")[0]
    return f"{at}/party", "/party", {"party.0.name": "桃子"}


async def opinion(browser: Browser) -> Page:
    made = await make_dialogue()
    at = f"/ja/dialogues/{made.slug}/opinions"
    await browser.post(f"{at}/new", data=form(text="橋に歩道がほしいです。"))
    [row] = await db.fetch("SELECT id FROM consultations_opinion")
    return f"{at}/{row['id']}/edit", "", {"text": "橋に屋根がほしいです。"}


WALKS: dict[str, Callable[[Browser], Awaitable[Page]]] = {
    **locks_of_answers.WALKS,
    "accounts:save-profile": own_profile,
    "applications:change-party": own_party,
    "certificates:issue": certificate,
    "dialogues:change-opinion": opinion,
    "office:change-photograph": photograph,
    "office:change-role": role,
    "office:mark-attendance": attendance,
    "office:moderate": moderation,
    "office:move-dialogue": close,
    "office:move-programme": close_of_a_programme,
    "office:postpone-session": postponement,
    "office:remove-seed": removal_of_a_seed,
    "office:reopen-dialogue": reopening,
    "office:record-step": step,
    "office:save-comment-rules": rules_of_comments,
    "office:save-dialogue": part_of_a_dialogue,
    "office:save-plan": plan,
    "office:save-profile": profile_of_an_organisation,
    "office:save-programme": part_of_a_programme,
    "office:save-seed": seed,
    "office:save-session": session,
    "relations:change": registration,
}
