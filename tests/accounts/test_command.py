"""`enishi organisation`: what an operator types, and what comes back."""

import asyncio
from typing import Any

import pytest
from click.testing import CliRunner
from tests.fixtures.accounts import make_account

from enishi.cli import main
from enishi.kit import db


@pytest.fixture
async def enishi(own_database: None) -> Any:
    """Run a command as its own process would: with connections of its own."""
    await db.close_pool()

    async def run(*words: str) -> Any:
        return await asyncio.to_thread(CliRunner().invoke, main, ["organisation", *words])

    yield run
    await db.open_pool()


async def test_an_operator_makes_verifies_and_lists(enishi: Any) -> None:
    made = await enishi(
        "create", "hida", "--kind", "municipality", "--code", "212172", "--name", "飛騨市"
    )
    assert made.exit_code == 0, made.output
    assert "not verified" in (await enishi("list")).output
    assert (await enishi("verify", "hida")).exit_code == 0
    listed = await enishi("list")
    assert listed.output == "hida\tmunicipality\t212172\tverified\t飛騨市\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["create", "x", "--kind", "municipality", "--name", "町"], "code"),
        (["create", "x", "--kind", "municipality", "--code", "999999", "--name", "町"], "code"),
        (["create", "x", "--kind", "prefecture", "--code", "212172", "--name", "県"], "code"),
        (["create", "x", "--kind", "host", "--code", "212172", "--name", "宿"], "code"),
        (["create", "Bad Slug", "--kind", "host", "--name", "宿"], "slug"),
        (["create", "new", "--kind", "host", "--name", "宿"], "used by another page"),
        (["create", "x", "--kind", "host", "--name", "宿\u202e公式"], "characters"),
        (["create", "x", "--kind", "host", "--name", "宿" + "\u0301" * 9], "characters"),
        (["rename", "nobody", "--name", "宿\u202e公式"], "characters"),
        (["verify", "nobody"], "slug"),
        (["add-owner", "nobody", "a@example.jp"], "slug"),
        (["add-owner", "nobody", "not an address"], "name@example.jp"),
    ],
)
async def test_refusals_are_one_clear_sentence(enishi: Any, words: list[str], said: str) -> None:
    refused = await enishi(*words)
    assert refused.exit_code == 1
    assert said in refused.output
    assert len(refused.output.strip().splitlines()) == 1


async def test_an_account_becomes_an_owner_once(enishi: Any) -> None:

    await enishi("create", "inn", "--kind", "host", "--name", "宿")
    await db.open_pool()
    await make_account(address="owner@example.jp")
    await db.close_pool()
    assert (await enishi("add-owner", "inn", "Owner@example.jp")).exit_code == 0
    again = await enishi("add-owner", "inn", "owner@example.jp")
    assert again.exit_code == 1
    assert (await enishi("add-owner", "inn", "nobody@example.jp")).exit_code == 1
