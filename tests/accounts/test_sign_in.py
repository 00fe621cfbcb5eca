"""Signing up, signing in, signing out: through the pages."""

import re
from datetime import timedelta

from tests.accounts.walks import (
    ask_for_code,
    code_for,
    follow,
    forms_of,
    mails_to,
    send,
    sign_in,
    sign_up,
)
from tests.fixtures.accounts import Browser, SignIn, actor_of

from enishi.accounts import consents, one_time_codes, queries
from enishi.accounts.service import closing
from enishi.kit import clock

ADDRESS = "hanako@example.jp"


async def test_a_visitor_signs_up_and_reaches_their_page(visitor: Browser) -> None:
    page = await follow(visitor, await sign_up(visitor, ADDRESS))
    assert page.status_code == 200
    assert "マイページ" in page.text
    assert 'value="花子"' in page.text


async def test_signing_up_writes_the_version_of_the_terms_into_the_ledger(visitor: Browser) -> None:

    await sign_up(visitor, ADDRESS)
    account_id = await queries.find_account_id(ADDRESS)
    assert account_id is not None
    [entry] = await queries.list_consents(account_id)
    assert (entry.purpose, entry.version, entry.act) == ("terms", consents.TERMS.version, "given")


async def test_without_the_terms_there_is_no_account_and_nothing_typed_is_lost(
    visitor: Browser,
) -> None:

    answer = await sign_up(visitor, ADDRESS, terms="")
    assert answer.status_code == 422
    assert "同意が必要です" in answer.text
    assert 'value="花子"' in answer.text
    assert await queries.find_account_id(ADDRESS) is None


async def test_a_second_device_signs_in_to_the_same_account(
    visitor: Browser, browser_of: SignIn
) -> None:
    await sign_up(visitor, ADDRESS)
    phone = await browser_of(None)
    page = await follow(phone, await sign_in(phone, "Hanako@Example.JP"))
    assert "花子" in page.text
    devices = await visitor.get("/ja/me/devices")
    ended = [action for action in forms_of(devices) if action.endswith("/end")]
    assert len(ended) == 2


async def test_signing_in_leads_back_to_the_page_that_asked_for_it(
    visitor: Browser, browser_of: SignIn
) -> None:
    await sign_up(visitor, ADDRESS)
    phone = await browser_of(None)
    asked = await phone.get("/ja/me/devices")
    assert asked.status_code == 303
    page = await phone.get(asked.headers["location"])
    page = await follow(phone, await send(phone, page, "/sign-in", address=ADDRESS))
    answer = await send(phone, page, "/sign-in/code", code=await code_for(ADDRESS))
    assert answer.headers["location"] == "/ja/me/devices"


async def test_signing_in_never_leads_to_another_site(visitor: Browser) -> None:
    for elsewhere in ("//evil.example", "https://evil.example", "/\\evil.example", "/a\nb"):
        answer = await ask_for_code(visitor, ADDRESS, elsewhere)
        page = await follow(visitor, answer)
        answer = await send(visitor, page, "/sign-in/code", code=await code_for(ADDRESS))
        page = await follow(visitor, answer)
        if answer.headers["location"] == "/ja/sign-up":
            answer = await send(
                visitor, page, "/sign-up", display_name="花子", age="16_or_over", terms="yes"
            )
        assert answer.headers["location"] == "/ja/me", elsewhere
        visitor.cookies.clear()


async def test_a_code_sent_twice_begins_one_session(visitor: Browser, browser_of: SignIn) -> None:

    await sign_up(visitor, ADDRESS)
    phone = await browser_of(None)
    page = await follow(phone, await ask_for_code(phone, ADDRESS))
    code = await code_for(ADDRESS)
    asked = {name: value for name, value in phone.cookies.items() if name == "enishi_asked"}
    first = await send(phone, page, "/sign-in/code", code=code)
    phone.cookies.update(asked)  # the second press leaves before the first answer arrives
    second = await send(phone, page, "/sign-in/code", code=code)
    assert first.headers["location"] == second.headers["location"] == "/ja/me"
    account_id = await queries.find_account_id(ADDRESS)
    assert account_id is not None
    assert len(await queries.list_sessions(account_id)) == 2


async def test_a_used_code_is_worth_nothing(visitor: Browser, browser_of: SignIn) -> None:
    await sign_up(visitor, ADDRESS)
    phone = await browser_of(None)
    page = await follow(phone, await ask_for_code(phone, ADDRESS))
    code = await code_for(ADDRESS)
    asked = {name: value for name, value in phone.cookies.items() if name == "enishi_asked"}
    other_tab = await phone.get("/ja/sign-in/code")
    await send(phone, page, "/sign-in/code", code=code)
    phone.cookies.clear()
    phone.cookies.update(asked)
    answer = await send(phone, other_tab, "/sign-in/code", code=code)
    assert answer.status_code == 422
    assert "enishi_session" not in phone.cookies


async def test_a_code_runs_out_after_ten_minutes(visitor: Browser) -> None:

    page = await follow(visitor, await ask_for_code(visitor, ADDRESS))
    code = await code_for(ADDRESS)
    with clock.frozen_at(clock.now() + one_time_codes.VALID_FOR):
        answer = await send(visitor, page, "/sign-in/code", code=code)
    assert answer.status_code == 422
    assert "期限" in answer.text


async def test_a_code_is_worth_nothing_in_another_browser(
    visitor: Browser, browser_of: SignIn
) -> None:
    await ask_for_code(visitor, ADDRESS)
    code = await code_for(ADDRESS)
    thief = await browser_of(None)
    page = await follow(thief, await ask_for_code(thief, "thief@example.jp"))
    answer = await send(thief, page, "/sign-in/code", code=code)
    assert answer.status_code == 422


async def test_after_five_wrong_tries_the_right_code_is_refused_too(visitor: Browser) -> None:
    page = await follow(visitor, await ask_for_code(visitor, ADDRESS))
    code = await code_for(ADDRESS)
    wrong = str((int(code.replace(" ", "")) + 1) % 10**8)
    for _ in range(5):
        page = await send(visitor, page, "/sign-in/code", code=wrong)
        assert page.status_code == 422
    answer = await send(visitor, page, "/sign-in/code", code=code)
    assert answer.status_code == 422


async def test_codes_are_read_however_they_are_typed(visitor: Browser) -> None:
    page = await follow(visitor, await ask_for_code(visitor, ADDRESS))
    typed = "　".join(
        (await code_for(ADDRESS))
        .translate({ord("0") + digit: chr(ord("０") + digit) for digit in range(10)})
        .split()
    )
    answer = await send(visitor, page, "/sign-in/code", code=typed)
    assert answer.headers["location"] == "/ja/sign-up"


async def test_known_unknown_and_closed_addresses_get_the_same_answer(
    visitor: Browser, browser_of: SignIn
) -> None:

    for address in (ADDRESS, "closed@example.jp"):
        await sign_up(await browser_of(None), address)
    closed_id = await queries.find_account_id("closed@example.jp")
    assert closed_id is not None
    await closing.close(await actor_of(closed_id))

    seen = set()
    for address in (ADDRESS, "unknown@example.jp", "closed@example.jp"):
        browser = await browser_of(None)
        answer = await ask_for_code(browser, address)
        page = await follow(browser, answer)
        text = re.sub(r'name="submission" value="[^"]+"', "", page.text).replace(address, "")
        headers = {key for key in answer.headers if key != "x-request-id"}
        seen.add((answer.status_code, answer.headers["location"], frozenset(headers), text))
    assert len(seen) == 1
    assert "まだありません" in (await mails_to("unknown@example.jp"))[0]
    assert "まだありません" in (await mails_to("closed@example.jp"))[0]
    assert "まだありません" not in (await mails_to(ADDRESS))[0]


async def test_known_and_unknown_addresses_cost_the_same_statements(
    visitor: Browser, browser_of: SignIn, statements: list[str]
) -> None:
    await sign_up(visitor, ADDRESS)
    counted = []
    for address in (ADDRESS, "unknown@example.jp"):
        browser = await browser_of(None)
        page = await browser.get("/ja/sign-in")
        statements.clear()
        await send(browser, page, "/sign-in", address=address)
        counted.append([re.sub(r"\s+", " ", each)[:60] for each in statements])
    assert counted[0] == counted[1]
    assert counted[0]


async def test_a_bad_address_is_named_at_its_field(visitor: Browser) -> None:
    answer = await ask_for_code(visitor, "hanako@")
    assert answer.status_code == 422
    assert 'value="hanako@"' in answer.text
    assert "name@example.jp" in answer.text


async def test_signing_out_ends_the_session_on_the_server(visitor: Browser) -> None:
    page = await follow(visitor, await sign_up(visitor, ADDRESS))
    stolen = visitor.cookies["enishi_session"]
    await send(visitor, page, "/sign-in/out")
    visitor.cookies.set("enishi_session", stolen, domain="enishi.test", path="/")
    answer = await visitor.get("/ja/me")
    assert answer.status_code == 303
    assert "/sign-in" in answer.headers["location"]


async def test_thirty_days_without_a_visit_end_a_session(signed_in: Browser) -> None:

    with clock.frozen_at(clock.now() + timedelta(days=29)):
        assert (await signed_in.get("/ja/me")).status_code == 200
    with clock.frozen_at(clock.now() + timedelta(days=58)):
        assert (await signed_in.get("/ja/me")).status_code == 200  # the visit counted
    with clock.frozen_at(clock.now() + timedelta(days=89)):
        assert (await signed_in.get("/ja/me")).status_code == 303


async def test_a_sign_in_sets_cookies_that_scripts_and_other_sites_cannot_use(
    visitor: Browser,
) -> None:
    answer = await sign_up(visitor, ADDRESS)
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 3
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Path=/" in cookie


async def test_public_pages_set_no_cookie_for_anybody(visitor: Browser, signed_in: Browser) -> None:
    for browser in (visitor, signed_in):
        for path in ("/ja/", "/en/terms", "/ja/privacy"):
            answer = await browser.get(path)
            assert "set-cookie" not in answer.headers


async def test_the_header_says_whose_session_it_is_in_a_fragment_of_its_own(
    visitor: Browser, signed_in: Browser
) -> None:
    public = await signed_in.get("/ja/")
    assert "花子" not in public.text
    assert 'data-part="/ja/me/_navigation"' in public.text
    fragment = await signed_in.get("/ja/me/_navigation")
    assert "花子" in fragment.text
    assert fragment.headers["cache-control"] == "private, no-store"
    assert (await visitor.get("/ja/me/_navigation")).status_code == 204
