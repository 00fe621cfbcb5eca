"""The walks of docs/architecture.md: what each names exists, and is what the code does."""

import asyncio
import re
import sys
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from types import FrameType

import pytest
from markupsafe import Markup
from tests.architecture.test_layout import ROOT
from tests.consultations.build import Dialogue, invalidate, make_dialogue, make_statement
from tests.fixtures.accounts import Browser, actor_of
from tests.fixtures.programmes import MakeSession

from enishi.accounts import sessions
from enishi.consultations.core import queries as consultations
from enishi.consultations.participation import service as participation
from enishi.consultations.voting import writer
from enishi.kit import clock, db, line_breaks
from enishi.kit.charts import drawing
from enishi.places import queries as places
from enishi.statistics import printed_cubes
from enishi.statistics.periods import Cadence
from enishi.statistics.service import cube_releases
from enishi_jobs import programmes, statistics
from enishi_jobs.runner import Runner

DOCUMENT = (ROOT / "docs/architecture.md").read_text().partition("\n# Walks\n")[2]
# "An opinion (19 files)" -> its lines; the first part, before the first title, is no section.
SECTIONS = dict(part.split("\n", 1) for part in DOCUMENT.split("\n## ")[1:])
_FILE = re.compile(r"`((?:\w+/)*\w+\.(?:py|html|txt))`")
_STEP = re.compile(r"^\d+\. `([^`]+)`", re.MULTILINE)
_ROOTS = [ROOT / name for name in ("platform/enishi", "jobs", "frontend_templates")]
# The call back to a file above that the document names: an answer leaves through the edge.
CALLED_BACK = {"web/edge.py"}


def _section(name: str) -> str:
    [text] = [text for title, text in SECTIONS.items() if title.partition(" (")[0] == name]
    return text


SHARED = frozenset(_FILE.findall(_section("Shared files")))


@pytest.mark.parametrize("title", SECTIONS)
def test_a_walk_names_files_that_exist_each_once_and_says_how_many(title: str) -> None:
    files = _FILE.findall(SECTIONS[title])
    assert [name for name in files if not any((root / name).is_file() for root in _ROOTS)] == []
    assert [name for name, times in Counter(files).items() if times > 1] == []
    [said] = re.findall(r"\((\d+) files\)", title)
    assert len(_STEP.findall(SECTIONS[title]) or files) == int(said)


def test_the_table_of_walks_says_the_same_numbers() -> None:
    rows = re.findall(r"^\| (an?\b.*) \| (?:4 \+ )?(?:7 \+ )?(\d+) \|$", DOCUMENT, re.MULTILINE)
    table = [(name.lower(), number) for name, number in rows]
    titles = [re.findall(r"(.+) \((\d+) files\)", title.lower())[0] for title in SECTIONS]
    assert table == titles[-len(table) :]


class Recorder:
    """The files that a walk enters, in order, and those that are called back.

    A file is called back when a file that it called, directly or not, calls it again.
    """

    def __init__(self, *entered: str) -> None:
        self.entered = dict.fromkeys(entered)
        self.called_back: set[str] = set()

    def __call__(self, frame: FrameType, event: str, _: object) -> None:
        """Python calls this at each call and return: see sys.setprofile."""
        if event != "call" or _walk.get() is not self or (file := _file_of(frame)) is None:
            return
        self.entered[file] = None
        above = [name for each in _callers(frame) if (name := _file_of(each))]
        while above and above[0] == file:
            del above[0]
        if file in above and file not in SHARED:
            self.called_back.add(file)


_walk: ContextVar[Recorder | None] = ContextVar("walk", default=None)


@contextmanager
def recorded() -> Iterator[Recorder]:
    """Record the calls of the block and of the tasks that it starts, and no others."""
    line_breaks.phrases("飛騨市")  # a process reads the names of places once, at its first text
    recorder = Recorder()
    token = _walk.set(recorder)
    sys.setprofile(recorder)
    try:
        yield recorder
    finally:
        sys.setprofile(None)
        _walk.reset(token)


def _callers(frame: FrameType) -> Iterator[FrameType]:
    caller = frame.f_back
    while caller is not None:
        yield caller
        caller = caller.f_back


def _file_of(frame: FrameType) -> str | None:
    """The file of a function of ours, as the document names it."""
    name = frame.f_code.co_filename
    for root in ("platform/enishi/", "jobs/"):
        folder = f"{ROOT}/{root}"
        if name.startswith(folder) and frame.f_code.co_name != "<module>":
            return name.removeprefix(folder)
    return None


def check(recorder: Recorder, *walks: str) -> None:
    """Each recorded file is a shared one or a step, and the steps are in the recorded order."""
    entered = [name for name in recorder.entered if name not in SHARED]
    steps = [file for walk in walks for file in _STEP.findall(_section(walk))]
    assert [name for name in entered if name not in steps] == []
    assert [name for name in steps if name in recorder.entered] == entered
    assert recorder.called_back == CALLED_BACK & recorder.entered.keys()


@pytest.mark.parametrize(
    "entered",
    [
        ("web/app.py", "accounts/access.py", "web/health.py"),  # which is no step
        ("accounts/access.py", "web/app.py"),  # in another order
    ],
)
def test_another_walk_would_be_noticed(entered: tuple[str, ...]) -> None:
    check(Recorder("web/app.py", "kit/ids.py", "accounts/access.py"), "Guard")
    with pytest.raises(AssertionError):
        check(Recorder(*entered), "Guard")


@pytest.fixture
async def dialogue(own_database: None) -> Dialogue:
    invalidate()
    return await make_dialogue()


async def test_a_vote(dialogue: Dialogue, signed_in: Browser) -> None:
    first, second, third = [await make_statement(dialogue) for _ in range(3)]
    page = f"/ja/dialogues/{dialogue.slug}/vote"

    async def by_form(statement: uuid.UUID) -> None:
        sent = {"statement": str(statement), "value": "agree"}
        answer = await signed_in.post(page, data=sent, headers={"hx-request": "true"})
        assert answer.status_code == 200

    async with sessions.watching(), writer.writing():
        with recorded() as slow:
            await by_form(first)
        for _ in range(9):  # a busy machine may let the caches expire in between
            await by_form(second)  # caches the session, the consultation and the participant
            with recorded() as fast:
                address = f"/api/v1/dialogues/{dialogue.slug}/statements/{third}/vote"
                answer = await signed_in.put(address, json={"vote": 1})
            assert answer.status_code == 204
            if "web/app.py" not in fast.entered:
                break
    check(slow, "Entrance", "Guard", "A vote, slow path")
    check(fast, "Entrance", "A vote, fast path")


async def test_an_opinion(dialogue: Dialogue, signed_in: Browser, citizen: uuid.UUID) -> None:
    consultation = await consultations.find_by_slug(dialogue.slug)
    assert consultation is not None
    await participation.join(await actor_of(citizen), consultation)
    sent = {"text": "バスを増やしてほしい。", "name_shown": "anonymous", "submission": _new_key()}
    with recorded() as recorder:
        answer = await signed_in.post(f"/ja/dialogues/{dialogue.slug}/opinions/new", data=sent)
    assert answer.status_code == 200
    check(recorder, "Entrance", "Guard", "An opinion")


def _new_key() -> str:
    return str(uuid.uuid4())


async def test_an_application(
    own_database: None, signed_in: Browser, make_session: MakeSession
) -> None:
    session_id = await make_session()
    person = {"party.0.kind": "adult", "party.0.name": "花子", "party.0.needs": "卵アレルギー"}
    sent = person | {"submission": _new_key()}
    with recorded() as recorder:
        answer = await signed_in.post(f"/ja/programmes/sessions/{session_id}/apply", data=sent)
        job = programmes.TellApplicant.name
        job_id = await db.fetch_value("SELECT id FROM kit_job WHERE name = $1", job)
        await Runner("tests", timedelta(seconds=30)).run(job_id)
    assert answer.status_code == 303
    assert await db.fetch_value("SELECT count(*) FROM kit_mail") == 1
    check(recorder, "Entrance", "Guard", "An application")


async def _in_this_thread(function: Callable[..., object], *arguments: object) -> object:
    """For asyncio.to_thread: a profile follows only the thread that it was set in."""
    return function(*arguments)


async def test_a_registration_and_its_fact_in_a_release(
    own_database: None, signed_in: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.load()  # as a web process does when it starts
    sent = {"reasons": "travel", "purposes": "news", "submission": _new_key()}
    with recorded() as recorder:
        answer = await signed_in.post("/ja/places/municipalities/212172/register", data=sent)
    assert answer.status_code == 303
    check(recorder, "Entrance", "Guard", "A registration")
    # The tables of a month that is over have charts; this release of days draws them again.
    first = clock.today().replace(day=1)
    await cube_releases.publish((), since=dict.fromkeys(Cadence, first - timedelta(days=1)))
    # The engine that draws takes seconds to start, and is not ours.
    monkeypatch.setattr(drawing, "_render", lambda *_: Markup("<svg/>"))
    monkeypatch.setattr(asyncio, "to_thread", _in_this_thread)
    # What is kept enters no file. Whether a month was just published depends on the hour.
    printed_cubes.declared_keys.cache_clear()
    with clock.frozen_at(clock.now() + timedelta(days=2)), recorded() as recorder:
        await statistics.publish()
    assert await db.fetch_value("SELECT count(*) FROM statistics_fact") == 1
    check(recorder, "A fact into a release")
