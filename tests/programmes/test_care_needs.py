"""Care needs are encrypted, shown to applicant and host only, and each read is audited."""

import uuid

import pytest
from tests.fixtures.accounts import Browser, SignIn, make_member
from tests.fixtures.programmes import MakeSession
from tests.programmes.build import AT, family, published
from tests.programmes.conftest import somebody
from tests.programmes.test_applying import apply_at, form

from enishi.kit import db, ids, keyring
from enishi.kit.keyring import BadTokenError, KeyRing
from enishi.programmes.allocation.service import applications
from enishi.programmes.applications import care_needs
from enishi.programmes.applications.queries import office as applicants
from enishi.programmes.applications.queries import own as application_queries
from enishi.programmes.privacy import PERSONAL_DATA
from enishi.programmes.sessions import queries as session_queries

ALLERGY = "そばアレルギーがあります"
READ = "SELECT data ->> 'persons' FROM audit_entry WHERE action = 'programmes.needs.read'"


@pytest.fixture
async def editor(organisation: uuid.UUID, browser_of: SignIn) -> Browser:
    return await browser_of(await make_member(organisation, "owner"))


def use(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """A key ring; the first key encrypts."""
    made = ",".join(_KEYS[name] for name in names)
    monkeypatch.setattr(keyring, "ring", lambda: KeyRing(made))


_KEYS = {name: keyring.new_key(name) for name in ("old", "new")}


async def tables_with(words: str) -> set[str]:
    """Names of the tables that hold the words in any column, as text or as bytes."""
    tables = await db.fetch(
        """SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace
        WHERE nspname = 'public' AND relkind IN ('r', 'p')"""
    )
    found = set()
    for name in [row["relname"] for row in tables]:
        held = await db.fetch_value(
            f"""SELECT EXISTS (SELECT FROM {name} t WHERE position($1 IN t::text) > 0
                OR position($2 IN t::text) > 0)""",  # noqa: S608 (names of our tables)
            words,
            words.encode().hex(),
        )
        if held:
            found.add(name)
    return found


async def test_the_plain_text_stands_nowhere_in_the_database(
    signed_in: Browser, make_session: MakeSession
) -> None:
    typed = form(party__1__needs=ALLERGY)
    answer = await signed_in.post(apply_at(await make_session()), data=typed)
    assert ALLERGY in (await signed_in.get(answer.headers["location"])).text
    assert await tables_with(ALLERGY) == set()
    # Negative control: the scan finds plain text and plain bytes.
    assert await tables_with("山田そら") == {"programmes_party_member"}
    [row] = await db.fetch("SELECT sealed FROM programmes_party_need")
    assert "programmes_party_need" in await tables_with(row["sealed"].hex())


async def test_every_page_on_which_an_office_reads_it_is_on_record(
    editor: Browser, organisation: uuid.UUID
) -> None:
    _, session_id = await published(editor)
    at = f"{AT}/sessions/{session_id}"
    await applications.apply(somebody(), session_id, family("太郎"))
    await editor.get(at)
    assert await db.fetch(READ) == []  # there are no care needs
    await applications.apply(somebody(), session_id, family("花子", needs=ALLERGY))
    for page in (at, f"{at}/sheet"):
        assert ALLERGY in (await editor.get(page)).text
    assert [row["?column?"] for row in await db.fetch(READ)] == ["1", "1"]
    assert ALLERGY not in (await editor.get(f"{at}?state=waiting")).text
    assert len(await db.fetch(READ)) == 2
    exported = await editor.post(f"{at}/export", data={"submission": str(uuid.uuid4())})
    assert ALLERGY in exported.text
    assert "配慮についての記入を読んだ" in (await editor.get("/ja/office/hida/audit")).text


async def test_other_offices_read_nothing(make_session: MakeSession) -> None:
    session_id = await make_session()
    await applications.apply(somebody(), session_id, family(needs=ALLERGY))
    own = (await session_queries.get_session(session_id)).organisation_id
    rows = (await applicants.list_applicants(own, session_id)).rows
    for organisation_id, expected in ((own, ["", ALLERGY]), (ids.new_id(), ["", ""])):
        [row] = await applicants.with_care_needs(organisation_id, rows)
        assert [member.needs for member in row.party] == expected


async def test_without_its_key_it_says_so_and_the_rest_is_read(
    make_session: MakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, "old")
    session_id = await make_session()
    made = await applications.apply(somebody(), session_id, family(needs=ALLERGY))
    use(monkeypatch, "new", "old")  # after a rotation older rows still decrypt
    assert [each.needs for each in await application_queries.list_party(made.id)] == ["", ALLERGY]
    await applications.apply(somebody(), session_id, family("花", needs="x"))
    kids = [row["kid"] for row in await db.fetch(_KIDS)]
    assert sorted(kids) == ["new", "old"]
    use(monkeypatch, "new")
    [_, said] = [each.needs for each in await application_queries.list_party(made.id)]
    assert "いまは読めません" in said
    [row] = await db.fetch(
        "SELECT member_id, sealed FROM programmes_party_need ORDER BY id LIMIT 1"
    )
    with pytest.raises(BadTokenError):
        care_needs.unseal(row["member_id"], row["sealed"])


_KIDS = """
SELECT convert_from(substring(sealed FOR position('\\x00'::bytea IN sealed) - 1), 'UTF8') AS kid
FROM programmes_party_need
"""


def test_what_is_sealed_opens_for_its_own_person_and_unchanged_only() -> None:
    person = ids.new_id()
    sealed = care_needs.seal(person, ALLERGY)
    assert care_needs.unseal(person, sealed) == ALLERGY
    assert care_needs.seal(person, ALLERGY) != sealed
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for owner, text in ((ids.new_id(), sealed), (person, changed), (person, b"")):
        with pytest.raises(BadTokenError):
            care_needs.unseal(owner, text)


async def test_erasing_the_account_erases_it(make_session: MakeSession) -> None:
    person, session_id = somebody(), await make_session()
    await applications.apply(person, session_id, family(needs=ALLERGY))
    kept = await applications.apply(somebody(), session_id, family(needs="ほかの人"))
    await PERSONAL_DATA.erase(person.account_id)
    assert await db.fetch_value("SELECT count(*) FROM programmes_party_need") == 1
    assert [each.needs for each in await application_queries.list_party(kept.id)] == [
        "",
        "ほかの人",
    ]
