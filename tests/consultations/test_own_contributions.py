"""All contributions of a participant: on their page and in their data export."""

from tests.consultations.build import invalidate, make_dialogue, make_opinion, make_statement
from tests.fixtures.accounts import SignIn, actor_of, make_account

from enishi.consultations import privacy
from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import service as participation
from enishi.kit import db

MANY = 53  # more than a page


async def test_all_own_contributions_are_paged_and_exported(browser_of: SignIn) -> None:
    made = await make_dialogue()
    ref = await consultations.find_by_slug(made.slug)
    assert ref is not None
    account_id = await make_account()
    person = await participation.join(await actor_of(account_id), ref)
    for number in range(1, MANY + 1):
        await make_statement(made, f"わたしのカード{number}番", author_id=person)
        await make_opinion(made, f"わたしの意見{number}番", participant_id=person)
    exported = [kind async for kind, _ in privacy.PERSONAL_DATA.export(account_id)]
    assert (exported.count("statements"), exported.count("opinions")) == (MANY, MANY)

    browser = await browser_of(account_id)
    page = await browser.get(f"/ja/dialogues/{made.slug}/mine")
    assert "わたしのカード53番" in page.text
    assert "わたしのカード3番" not in page.text
    for word in ("カード", "意見"):
        kind = "cards" if word == "カード" else "opinions"
        query = page.text.split(f'href="?{kind}=')[1].split('"')[0]
        older = await browser.get(f"/ja/dialogues/{made.slug}/mine?{kind}={query}")
        assert [f"わたしの{word}{n}番" in older.text for n in (4, 3, 1)] == [False, True, True]
    assert (await browser.get(f"/ja/dialogues/{made.slug}/mine?cards=x")).status_code == 404


async def test_who_wrote_a_hidden_text_reads_why(browser_of: SignIn) -> None:
    made = await make_dialogue()
    ref = await consultations.find_by_slug(made.slug)
    assert ref is not None
    account_id = await make_account()
    person = await participation.join(await actor_of(account_id), ref)
    await make_statement(made, "ひどいカード", author_id=person, state="hidden")
    await make_opinion(made, "ひどい意見", participant_id=person, state="hidden")
    await db.fetch("UPDATE consultations_statement SET hidden_reason = 'insult'")
    await db.fetch("UPDATE consultations_opinion SET hidden_reason = 'insult'")
    invalidate()
    browser = await browser_of(account_id)
    page = (await browser.get(f"/ja/dialogues/{made.slug}/mine")).text
    assert page.count("理由：人を傷つける表現がある") == 2
