"""The operator's room: entered by a link from the server, once; jobs seen and handled there."""

import asyncio
import re
import uuid
from datetime import timedelta
from typing import Any, ClassVar

import httpx
import pytest
from tests.fixtures.operator_room import JOBS, enter, form_of, new_link

from enishi.kit import clock, db, heartbeat, keyring
from enishi.kit.cookie_names import host_name
from enishi.kit.errors import ConflictError
from enishi.kit.jobs import Job, enqueue
from enishi.operations import service, sign_in


class Chore(Job):
    name: ClassVar[str] = "tests.room.chore"

    number: int


async def failed_job(number: int = 1) -> uuid.UUID:
    async with db.unit_of_work():
        job_id = await enqueue(Chore(number=number))
    await db.fetch(
        "UPDATE kit_job SET state = 'failed', attempts = 8, last_error = 'ValueError',"
        " ended_at = $2 WHERE id = $1",
        job_id,
        clock.now(),
    )
    return job_id


async def state_of(job_id: uuid.UUID) -> Any:
    [row] = await db.fetch("SELECT state FROM kit_job WHERE id = $1", job_id)
    return row["state"]


async def audited(action: str) -> list[dict[str, Any]]:
    return await db.fetch("SELECT subject_id, data FROM audit_entry WHERE action = $1", action)


async def test_without_the_link_the_room_is_closed_and_says_how_to_enter(
    visitor: httpx.AsyncClient,
) -> None:
    answer = await visitor.get(JOBS)
    assert answer.status_code == 403
    assert "enishi operator sign-in" in answer.text


async def test_the_cookie_is_for_this_site_only_and_no_script(visitor: httpx.AsyncClient) -> None:
    cookie = (await enter(visitor, new_link())).headers["set-cookie"].lower()
    for part in ("httponly", "samesite=strict", "max-age=28800", "path=/"):
        assert part in cookie


async def test_looking_at_the_link_does_not_spend_it(visitor: httpx.AsyncClient) -> None:
    address = new_link()
    for _ in range(2):
        assert (await visitor.get(address)).status_code == 200
    assert (await enter(visitor, address)).status_code == 303


async def test_a_link_opens_the_room_once(visitor: httpx.AsyncClient) -> None:
    address = new_link()
    await enter(visitor, address)
    visitor.cookies.clear()
    assert (await enter(visitor, address)).status_code == 409
    assert (await visitor.get(JOBS)).status_code == 403


@pytest.mark.usefixtures("own_database")
async def test_of_many_who_use_one_link_at_once_one_enters() -> None:
    token = sign_in.new_link_token()
    answers = await asyncio.gather(
        *(service.enter(token) for _ in range(8)), return_exceptions=True
    )
    assert sum(isinstance(answer, str) for answer in answers) == 1
    assert sum(isinstance(answer, ConflictError) for answer in answers) == 7


async def test_a_link_ends_after_ten_minutes(visitor: httpx.AsyncClient) -> None:
    address = new_link()
    with clock.frozen_at(clock.now() + timedelta(minutes=10)):
        assert (await enter(visitor, address)).status_code == 422


async def test_a_session_ends_after_eight_hours(room: httpx.AsyncClient) -> None:
    cookie = room.cookies[host_name("enishi_operator")]
    now = clock.now()
    with clock.frozen_at(now + timedelta(hours=7, minutes=59)):
        assert (await room.get(JOBS)).status_code == 200
    with clock.frozen_at(now + timedelta(hours=8, minutes=1)):
        # A browser would have dropped the cookie by now; a thief would not.
        room.cookies.clear()
        room.cookies.set(host_name("enishi_operator"), cookie)
        assert (await room.get(JOBS)).status_code == 403


@pytest.mark.parametrize("purpose", ["operator", "session"])
async def test_a_token_for_another_purpose_is_no_session(
    visitor: httpx.AsyncClient, purpose: str
) -> None:
    token = keyring.ring().sign(purpose, {"id": "x"}, seconds=600)
    visitor.cookies.set(host_name("enishi_operator"), token)
    assert (await visitor.get(JOBS)).status_code == 403


async def test_leaving_closes_the_room(room: httpx.AsyncClient) -> None:
    assert (await room.post("/ja/operator/sign-out")).status_code == 303
    assert (await room.get(JOBS)).status_code == 403


async def test_a_failed_job_is_shown_and_tried_again(room: httpx.AsyncClient) -> None:
    job_id = await failed_job()
    page = await room.get(JOBS)
    assert "ValueError" in page.text
    assert Chore.name in page.text
    action = f"{JOBS}/{job_id}/try-again"
    answer = await room.post(action, data=form_of(page.text, action))
    assert answer.status_code == 303
    assert await state_of(job_id) == "due"
    [entry] = await audited("kit.job.retried")
    assert entry["subject_id"] == str(job_id)
    assert Chore.name in entry["data"]


async def test_a_form_sent_twice_is_carried_out_once(room: httpx.AsyncClient) -> None:
    action = f"{JOBS}/{await failed_job()}/try-again"
    fields = form_of((await room.get(JOBS)).text, action)
    answers = [await room.post(action, data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert len(await audited("kit.job.retried")) == 1


async def test_a_failed_job_is_given_up(room: httpx.AsyncClient) -> None:
    job_id = await failed_job()
    action = f"{JOBS}/{job_id}/give-up"
    answer = await room.post(action, data=form_of((await room.get(JOBS)).text, action))
    assert answer.status_code == 303
    assert await state_of(job_id) == "given_up"
    assert len(await audited("kit.job.given_up")) == 1


@pytest.mark.parametrize("act", ["try-again", "give-up"])
async def test_a_job_that_has_not_failed_is_left_alone(room: httpx.AsyncClient, act: str) -> None:
    async with db.unit_of_work():
        job_id = await enqueue(Chore(number=1))
    answer = await room.post(f"{JOBS}/{job_id}/{act}", data={"submission": str(uuid.uuid4())})
    assert answer.status_code == 409
    assert await state_of(job_id) == "due"
    assert await db.fetch("SELECT 1 FROM audit_entry WHERE action LIKE 'kit.job.%'") == []


async def test_a_job_that_is_gone_is_not_found(room: httpx.AsyncClient) -> None:
    address = f"{JOBS}/{uuid.uuid4()}/try-again"
    answer = await room.post(address, data={"submission": str(uuid.uuid4())})
    assert answer.status_code == 404


async def test_pages_follow_each_other_without_a_gap(room: httpx.AsyncClient) -> None:
    wanted = {str(await failed_job(number)) for number in range(120)}
    seen: list[str] = []
    address = f"{JOBS}?show=failed"
    while address:
        page = (await room.get(address)).text
        seen += re.findall(r'id="job-([0-9a-f-]{36})"', page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 120
    assert set(seen) == wanted


@pytest.mark.parametrize("cursor", ["x", "W10", "WyJ4IiwieSJd"])
async def test_a_cursor_that_is_none_is_not_found(room: httpx.AsyncClient, cursor: str) -> None:
    assert (await room.get(f"{JOBS}?show=failed&after={cursor}")).status_code == 404


async def test_the_page_warns_when_no_worker_runs(room: httpx.AsyncClient) -> None:
    assert "ワーカーの合図がありません" in (await room.get(JOBS)).text
    await heartbeat.beat("tests", "1", clock.now())
    assert "ワーカーの合図がありません" not in (await room.get(JOBS)).text


async def test_the_room_speaks_english(room: httpx.AsyncClient) -> None:
    await failed_job()
    page = (await room.get("/en/operator/jobs")).text.partition("<main")[2].partition("</main>")[0]
    assert "Try again" in page
    assert not re.search(r"[぀-ヿ一-鿿]", page)


async def test_a_job_that_failed_and_is_due_again_is_told_apart(room: httpx.AsyncClient) -> None:
    waiting = await retried_job()
    async with db.unit_of_work():
        fresh = await enqueue(Chore(number=2))
    page = (await room.get(JOBS)).text  # shown without asking: something may be wrong
    assert f"job-{waiting}" in page
    assert "再試行待ち" in page
    assert "ConnectError" in page
    assert f"job-{fresh}" not in page
    due = (await room.get(f"{JOBS}?show=due")).text
    assert f"job-{fresh}" in due
    assert f"job-{waiting}" not in due


async def retried_job() -> uuid.UUID:
    async with db.unit_of_work():
        job_id = await enqueue(Chore(number=1))
    await db.fetch(
        "UPDATE kit_job SET attempts = 3, last_error = 'ConnectError' WHERE id = $1", job_id
    )
    return job_id


async def test_without_a_failure_the_page_shows_what_is_due(room: httpx.AsyncClient) -> None:
    async with db.unit_of_work():
        job_id = await enqueue(Chore(number=1))
    assert f"job-{job_id}" in (await room.get(JOBS)).text
    for state in ("running", "failed"):
        assert f"job-{job_id}" not in (await room.get(f"{JOBS}?show={state}")).text
