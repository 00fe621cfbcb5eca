"""The audit trail of an office: who, what, about what; filtered; as a file."""

import ast
import uuid
from collections.abc import Iterator

import pytest
from tests.architecture.test_layout import python_files
from tests.consultations.build import make_dialogue, make_statement
from tests.fixtures.accounts import Browser, make_member
from tests.programmes.build import published

from enishi.audit import labels
from enishi.audit import service as audit
from enishi.kit import db
from enishi.wiring import AUDIT_SUBJECTS

AT = "/ja/office/hida/audit"


async def record(
    organisation: uuid.UUID,
    action: str,
    actor_id: uuid.UUID | None,
    subject: tuple[str, object],
) -> None:
    async with db.unit_of_work():
        await audit.record(action, actor_id=actor_id, subject=subject, organisation_id=organisation)


async def test_an_entry_says_who_did_what_about_what_and_links_there(
    office: Browser, organisation: uuid.UUID, clerk: uuid.UUID
) -> None:
    dialogue = await make_dialogue(organisation_id=organisation)
    statement = await make_statement(dialogue, "橋に歩道を")
    await record(
        organisation, "consultations.dialogue.closed", clerk, ("consultation", dialogue.id)
    )
    await record(organisation, "consultations.statement.submitted", None, ("statement", statement))
    await record(organisation, "programmes.offers.expired", None, ("session", uuid.uuid4()))
    await record(
        organisation, "accounts.organisation.verified", None, ("organisation", organisation)
    )
    await record(
        organisation, "consultations.dialogue.changed", uuid.uuid4(), ("consultation", dialogue.id)
    )
    page = (await office.get(AT)).text
    for text in (
        f'<a href="/ja/office/hida/dialogues/{dialogue.slug}">対話「',
        f"/dialogues/{dialogue.slug}/moderation?state=accepted",
        "意見カード「橋に歩道を」",
        "参加者（だれかは記録しません）",
        "自動の処理",
        "サイトの運営者",
        "退会したアカウント",
    ):
        assert text in page
    assert "運営者または" not in page


async def test_things_of_programmes_are_named(office: Browser, organisation: uuid.UUID) -> None:
    address, _ = await published(office)
    page = (await office.get(AT)).text
    assert f'<a href="{address}">体験・活動「棚田の田植え」' in page
    assert "/programmes/sessions/" in page
    other = await make_dialogue()
    await record(organisation, "consultations.dialogue.closed", None, ("consultation", other.id))
    assert f"/dialogues/{other.slug}" not in (await office.get(AT)).text


async def test_the_trail_is_filtered_by_who_what_and_when(
    office: Browser, organisation: uuid.UUID, clerk: uuid.UUID
) -> None:
    colleague = await make_member(organisation, "editor", "同僚")
    for actor in (clerk, colleague):
        await record(organisation, "themes.theme.added", actor, ("theme", uuid.uuid4()))
    await record(organisation, "consultations.participant.joined", None, ("consultation", "x"))
    rows = {
        f"?who={colleague}": 1,
        "?who=participant": 1,
        "?who=job": 0,
        "?what=themes.theme.added": 2,
        f"?what=themes.theme.added&who={clerk}": 1,
        "?what=themes.theme.added&who=participant": 0,
        "?since=2020-01-01&until=2020-01-31": 0,
        "": 3,
    }
    for query, count in rows.items():
        page = await office.get(AT + query)
        assert page.status_code == 200
        assert page.text.count('<th scope="row"') == count, query
    for query in (
        "?who=nobody",
        "?what=nothing",
        "?since=0001-01-01",
        "?since=2026-05-02&until=2026-05-01",
    ):
        assert (await office.get(AT + query)).status_code == 422


async def test_the_trail_is_a_file_and_that_is_recorded(
    office: Browser, organisation: uuid.UUID, clerk: uuid.UUID
) -> None:
    for _ in range(60):  # more than a page
        await record(organisation, "themes.theme.added", clerk, ("theme", uuid.uuid4()))
    answer = await office.get(f"{AT}.csv?what=themes.theme.added")
    assert answer.headers["content-type"].startswith("text/csv")
    assert answer.headers["cache-control"] == "private, no-store"
    lines = answer.text.splitlines()
    assert len(lines) == 61
    assert "団体のテーマを加えた" in lines[1]
    assert "操作の記録のファイルを出力した" in (await office.get(AT)).text


def _without_account() -> Iterator[tuple[str, str]]:
    """(Module, action) of each entry that the code records without an account."""
    for path in python_files("platform", "jobs"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = getattr(node.func, "attr", "")
            given = {each.arg: each.value for each in node.keywords}
            actor = given.get("actor_id")
            if name not in ("record", "piggyback") or not isinstance(actor, ast.Constant):
                continue
            if "organisation_id" in given and isinstance(node.args[0], ast.Constant):
                yield path.name, str(node.args[0].value)


def test_each_action_without_an_account_says_who_acts() -> None:
    found = dict(_without_account())
    assert len(found) > 3
    assert [action for action in found.values() if labels.kind_of(action) is None] == []


@pytest.mark.parametrize("kind", ["consultation", "statement", "opinion", "session", "invitation"])
def test_each_kind_of_subject_has_one_resolver(kind: str) -> None:
    assert sum(kind in each for each in AUDIT_SUBJECTS) == 1
