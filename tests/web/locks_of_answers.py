"""Walks of tests/web/test_form_locks.py: forms of arguments and official answers."""

from collections.abc import Awaitable, Callable

from tests.accounts.walks import forms_of
from tests.consultations.build import invalidate, make_dialogue
from tests.consultations.gathering import make_argument
from tests.fixtures.accounts import Browser

from enishi.kit import db

Page = tuple[str, str, dict[str, str]]


async def _argument() -> str:
    """The address of an argument in the office, of a dialogue with another one."""
    [row] = await db.fetch("SELECT id FROM organisations_organisation WHERE slug = 'hida'")
    made = await make_dialogue(organisation_id=row["id"])
    invalidate()
    await make_argument(made.id, "橋の歩道")
    argument_id = await make_argument(made.id, "橋の屋根")
    return f"/ja/office/hida/dialogues/{made.slug}/arguments/{argument_id}"


async def argument(_: Browser) -> Page:
    at = await _argument()
    return at, at.rpartition("/")[2], {"title.ja": "橋の屋根と明かり"}


async def merge(_: Browser) -> Page:
    at = await _argument()
    into = await db.fetch_value("SELECT id FROM consultations_argument WHERE number = 1")
    return f"{at}/merge", "/merge", {"into": str(into)}


_ANSWER = {"outcome": "reference", "reason.ja": "来年度に考えます。", "division.ja": "交通課"}


async def answer(_: Browser) -> Page:
    return f"{await _argument()}/answer", "/answer", _ANSWER


async def approval(browser: Browser) -> Page:
    """An answer that the browser wrote, in an office where one person may approve it, too."""
    await db.fetch("UPDATE organisations_organisation SET one_person_answers = true")
    at = f"{await _argument()}/answer"
    [fields] = [each for to, each in forms_of(await browser.get(at)).items() if to == at]
    assert (await browser.post(at, data=fields | _ANSWER)).status_code == 303
    return at, "/approve", {}


async def publication(browser: Browser) -> Page:
    at, action, _ = await approval(browser)
    [(to, fields)] = [
        each for each in forms_of(await browser.get(at)).items() if each[0].endswith(action)
    ]
    assert (await browser.post(to, data=fields)).status_code == 303
    # The dialogue has another argument, which is not answered.
    at = at.partition("/arguments/")[0] + "/answers"
    return at, "/answers", {"gap_reason.ja": "残りは来月に回答します。"}


WALKS: dict[str, Callable[[Browser], Awaitable[Page]]] = {
    "office:approve-answer": approval,
    "office:draft-answer": answer,
    "office:merge-argument": merge,
    "office:publish-answers": publication,
    "office:save-argument": argument,
}
