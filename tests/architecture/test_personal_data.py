"""Every column that holds a person, read from the database itself, is declared by a domain."""

import re

import pytest

from enishi import wiring
from enishi.accounts import personal_data
from enishi.accounts.personal_data import Fate
from enishi.kit import db

# A column holds a person if it refers to an account, or is called like something of a person.
_PERSONAL = re.compile(
    r"(^|_)(account|actor|person|participant|citizen|guardian|applicant|member)_id$"
    r"|(^|_)(address|mail|email|phone|telephone|recipient|guardian|display_name|given_name"
    r"|family_name|birth|birth_year|birth_month|birthday|birth_date|minor_until|browser|ip)$"
    r"|_(by|person)$"
)
# Domains that have tables and no privacy.py yet. The line goes with the first declaration.
_AWAITED: tuple[str, ...] = ()
_COLUMNS = """
SELECT table_name || '.' || column_name AS name, column_name
FROM information_schema.columns WHERE table_schema = 'public'
"""
_REFERENCES = """
SELECT from_table.relname || '.' || attribute.attname AS name
FROM pg_constraint reference
JOIN pg_class from_table ON from_table.oid = reference.conrelid
JOIN pg_attribute attribute
    ON attribute.attrelid = reference.conrelid AND attribute.attnum = reference.conkey[1]
WHERE reference.contype = 'f' AND reference.confrelid = 'accounts_account'::regclass
"""


async def personal_columns() -> set[str]:

    named = {
        row["name"] for row in await db.fetch(_COLUMNS) if _PERSONAL.search(row["column_name"])
    }
    return named | {row["name"] for row in await db.fetch(_REFERENCES)}


def declared() -> set[str]:

    wiring.register_all()
    return set(personal_data.declared_columns())


async def test_every_column_that_holds_a_person_is_declared() -> None:
    awaited = {name for name in await personal_columns() if name.startswith(_AWAITED)}
    missing = await personal_columns() - declared() - awaited
    assert not missing, f"declare in the privacy.py of their domain: {sorted(missing)}"


def test_nobody_is_awaited_who_has_declared() -> None:
    assert not [name for name in declared() if name.startswith(_AWAITED)]


async def test_every_declared_column_exists() -> None:

    existing = {row["name"] for row in await db.fetch(_COLUMNS)}
    assert declared() <= existing


@pytest.mark.as_owner
async def test_a_new_table_with_a_person_is_noticed() -> None:
    """The negative control: neither a reference nor a name slips through."""
    await db.fetch(
        "CREATE TABLE probe (owner uuid REFERENCES accounts_account (id), contact_phone text)"
    )
    assert await personal_columns() - declared() >= {"probe.owner", "probe.contact_phone"}


def test_what_is_kept_says_why() -> None:

    declared()
    for name, column in personal_data.declared_columns().items():
        assert (column.fate is Fate.KEPT) == (column.kept_because is not None), name
