"""A log line tells which request it belongs to, and nothing about people."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from typing import Any

import asyncpg
import pytest
import structlog
from pydantic import ValidationError

from enishi.kit import clock, db, logs
from enishi.kit.http import request_log
from enishi.kit.http.request_log import AnsweredRequest
from enishi.kit.localised import LocalisedText


class Lines(io.StringIO):
    def read_all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


@contextmanager
def written(*, as_json: bool = True) -> Iterator[Lines]:
    """What goes to stderr inside the block, in the form of production."""
    lines = Lines()
    root = logging.getLogger()
    before, level = root.handlers, root.level
    with redirect_stderr(lines):
        logs.configure_logs(json=as_json)
        try:
            yield lines
        finally:
            root.handlers, root.level = before, level


def log() -> Any:
    return structlog.get_logger("test")


def test_every_line_names_its_request_also_those_of_the_standard_library() -> None:
    with written() as lines, logs.request_named("r1"):
        log().info("kit.thing.done", count=3)
        logging.getLogger("some.library").warning("retrying %s", "x")
        request_log.add(
            AnsweredRequest(clock.now(), "r1", "GET", "/{language}/", 200, 0.0123, is_logged=True)
        )
        logs.set_request_id("")
        log().info("kit.thing.done")
    first, second, third, last = lines.read_all()
    assert (first["event"], first["count"], first["level"]) == ("kit.thing.done", 3, "info")
    assert (second["event"], second["level"]) == ("retrying x", "warning")
    assert (third["route"], third["status"], third["milliseconds"]) == ("/{language}/", 200, 12.3)
    assert [each["request_id"] for each in (first, second, third)] == ["r1"] * 3
    assert "request_id" not in last
    assert all(each["timestamp"].endswith("Z") for each in (first, second, third, last))


def test_mail_addresses_are_masked_wherever_they_stand() -> None:
    address = "hanako.yamada+x@mail.example.jp"
    with written() as lines:
        log().info("kit.mail.refused", reason=f"550 <{address}>", found=[{"to": address}])
        logging.getLogger("smtp").error("no such user %s", address)
        log().error("kit.mail.failed", exc_info=LookupError(address))
    assert "hanako" not in lines.getvalue()
    assert "example.jp" not in lines.getvalue()
    assert "LookupError" in lines.getvalue()
    assert len(lines.read_all()) == 3


async def test_values_that_the_database_quotes_in_its_errors_are_masked() -> None:
    async def fails(sql: str, *args: Any) -> None:
        try:
            async with db.unit_of_work():
                await db.fetch(sql, *args)
        except asyncpg.PostgresError:
            log().exception("kit.thing.failed")
        except asyncpg.DataError:
            log().exception("kit.thing.failed")

    with written() as lines:
        await db.fetch("CREATE TEMP TABLE person (name text UNIQUE) ON COMMIT DROP")
        await fails("INSERT INTO person VALUES ($1), ($1)", "山田花子")
        await fails("SELECT $1::int", "山田太郎")
    assert "UniqueViolationError" in lines.getvalue()
    assert "DataError" in lines.getvalue()
    assert "山田" not in lines.getvalue()
    assert len(lines.read_all()) == 2


def test_what_people_typed_is_not_in_the_errors_of_a_schema() -> None:
    with pytest.raises(ValidationError) as caught:
        LocalisedText.model_validate({"ja": "祭り", "en": 5, "fr": "secret"})
    assert "secret" not in str(caught.value)


def test_a_person_at_a_terminal_reads_lines_of_text() -> None:
    with written(as_json=False) as lines:
        log().info("kit.thing.done", count=3)
    assert "kit.thing.done" in lines.getvalue()
    with pytest.raises(ValueError, match="line 1"):
        lines.read_all()
