"""Every form that changes a row carries what it was opened with; generated over all routes.

A POST route is either walked here (its page carries `seen` or `version`, a stale one is refused and
the fresh one accepted) or listed with the reason why it needs no lock.
"""

import pytest
from tests.accounts.walks import forms_of
from tests.architecture.test_policies import all_routes
from tests.fixtures.accounts import SignIn, make_member, make_organisation
from tests.web.locked_forms import WALKS

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
    "office:view-original": "writes nothing but its audit entry",
    "office:mark-rest": "marks those that nobody has marked",
    "office:mask": "names the passage; the statement locks the text and looks for it",
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
