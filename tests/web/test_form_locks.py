"""Every form that changes a row carries what it was opened with; generated over all routes.

A POST route is either walked here (its page carries `seen` or `version`, a stale one is refused and
the fresh one accepted) or listed with the reason why it needs no lock.
"""

import pytest
from tests.accounts.walks import forms_of
from tests.architecture.test_policies import all_routes
from tests.fixtures.accounts import SignIn, make_member, make_organisation
from tests.web.locked_forms import WALKS
from tests.web.unlocked_forms import WITHOUT

_ADDS = "adds a row, and changes none"
_ONCE = "moves a state that is named on the button; the statement refuses another state"
_CODE = "is carried out once by a code or a link"
_OWN = "ends what is the visitor's own; there is nothing to lose"
# Route -> why its form carries no lock.
WITHOUT = {
    "accounts:accept-invitation": _CODE,
    "accounts:ask-guardian": "the address that is typed is the one that is asked",
    "accounts:change-address": _CODE,
    "accounts:close-account": _OWN,
    "accounts:code-again": _CODE,
    "accounts:confirm-guardian": _CODE,
    "accounts:end-all-devices": _OWN,
    "accounts:end-device": _OWN,
    "accounts:export-data": "writes nothing",
    "accounts:open-account": _CODE,
    "accounts:prove-code": _CODE,
    "accounts:request-address-change": _CODE,
    "accounts:request-code": _CODE,
    "accounts:set-consent": "one consent, whose wish is the button; a ledger keeps each change",
    "accounts:sign-out": _OWN,
    "applications:accept": _ONCE,
    "applications:call-off": _ONCE,
    "applications:stay": _ONCE,
    "certificates:check": "writes nothing",
    "certificates:revoke": "names the certificate that is revoked",
    "dialogues:appeal": _ONCE,
    "dialogues:appeal-by-receipt": _ONCE,
    "dialogues:cast": "a vote is the last wish of its voter; each change is kept in a log",
    "dialogues:claim": _ONCE,
    "dialogues:look-up-receipt": "writes nothing",
    "dialogues:send-report": _ADDS,
    "dialogues:submit-opinion": _ADDS,
    "dialogues:submit-statement": _ADDS,
    "dialogues:withdraw-opinion": _ONCE,
    "office:add-copies": _ADDS,
    "office:add-photograph": _ADDS,
    "office:add-seeds": _ADDS,
    "office:add-session": _ADDS,
    "office:add-theme": _ADDS,
    "office:applicants-file": "writes nothing but its audit entry",
    "office:call-off-session": _ONCE,
    "office:cancel-publication": _ONCE,
    "office:commit-to-draw": "carries its place, and adds a row; a number is never changed",
    "office:create-argument": _ADDS,
    "office:create-dialogue": _ADDS,
    "office:create-programme": _ADDS,
    "office:decide-appeal": _ONCE,
    "office:enter-paper": _ADDS,
    "office:hand-over": "names who becomes the owner; a trigger keeps an owner",
    "office:invite": _ADDS,
    "office:leave": _OWN,
    "office:lift-network-limits": _ADDS,
    "office:mask": "names the passage; the statement locks the text and looks for it",
    "office:mark-rest": "marks those that nobody has marked",
    "office:move-texts": "names the texts that move; the statement refuses those that are gone",
    "office:place-texts": _ADDS,
    "office:remove-member": "names who is removed; a trigger keeps an owner",
    "office:reveal-to-draw": "publishes the one number that was committed to, once",
    "office:revoke-invitation": _ONCE,
    "office:seat-applicant": _ONCE,
    "office:send-message": _ADDS,
    "office:set-guests-aside": _ADDS,
    "office:take-guests-back": _ONCE,
    "office:view-original": "writes nothing but its audit entry",
    "office:withdraw-dialogue": _ONCE,
    "operator:enter": _CODE,
    "operator:give-up": _ONCE,
    "operator:sign-out": _OWN,
    "operator:try-again": _ONCE,
    "programmes:submit-application": _ADDS,
    "relations:register": _ADDS,
    "relations:withdraw": _OWN,
}

from tests.consultations.build import invalidate, make_dialogue, make_statement, shift
from tests.consultations.desk import day
from tests.fixtures.accounts import Browser
from tests.programmes.build import draft, family, form, published
from tests.programmes.conftest import somebody
from tests.programmes.test_photographs import add as add_photograph
from tests.web import locks_of_answers
from tests.web.forms_without_locks import WITHOUT

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


async def opinion(browser: Browser) -> Page:
    made = await make_dialogue()
    at = f"/ja/dialogues/{made.slug}/opinions"
    await browser.post(f"{at}/new", data=form(text="橋に歩道がほしいです。"))
    [row] = await db.fetch("SELECT id FROM consultations_opinion")
    return f"{at}/{row['id']}/edit", "", {"text": "橋に屋根がほしいです。"}


WALKS: dict[str, Callable[[Browser], Awaitable[Page]]] = {
    **locks_of_answers.WALKS,
    "accounts:save-profile": own_profile,
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


def test_each_route_of_a_form_is_locked_or_says_why_not() -> None:
    routes = {
        each.name
        for each in all_routes()
        if each.method == "POST" and not each.path.startswith("/api/")
    }
    assert routes == WALKS.keys() | WITHOUT.keys()
    assert not WALKS.keys() & WITHOUT.keys()


@pytest.mark.parametrize("route", WALKS)
async def test_a_form_of_another_version_is_refused(browser_of: SignIn, route: str) -> None:
    browser = await browser_of(await make_member(await make_organisation("hida"), "owner"))
    address, action, filled = await WALKS[route](browser)

    async def opened() -> tuple[str, dict[str, str]]:
        page = await browser.get(address)
        assert page.status_code == 200, page.text
        [(to, fields)] = [
            (to, fields)
            for to, fields in forms_of(page).items()
            if to.endswith(action) and {"seen", "version"} & set(fields)
        ]
        return to or address, fields | filled

    to, fields = await opened()
    stale = {"seen": "0123456789abcdef", "version": "77"}
    refused = await browser.post(to, data=fields | {k: v for k, v in stale.items() if k in fields})
    assert refused.status_code == 409, refused.text
    to, fields = await opened()
    assert (await browser.post(to, data=fields)).status_code == 303
