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
