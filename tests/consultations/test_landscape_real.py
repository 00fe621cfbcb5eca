"""Real conversations, imported and closed: their final runs are verified, twice."""

from pathlib import Path

import pytest
from tests.consultations.build import close, make_dialogue
from tests.consultations.landscapes import A_DAY, run
from tests.consultations.test_polis_import import CONVERSATIONS, real

from enishi.consultations.core import queries as consultations
from enishi.consultations.landscape_runs import polis_set, queries, verification
from enishi.consultations.landscape_runs.kinds import Showing
from enishi.consultations.polis_import import loader
from enishi.landscape.polis_files import read_polis_files

SMALL = CONVERSATIONS[:3]
pytestmark = pytest.mark.usefixtures("own_database")


@pytest.mark.parametrize(
    "name",
    [
        *SMALL,
        *(pytest.param(name, marks=pytest.mark.soak) for name in CONVERSATIONS[len(SMALL) :]),
    ],
)
async def test_a_real_conversation_is_verified_after_its_close(name: str, tmp_path: Path) -> None:
    dialogue = await make_dialogue(ballots_promised=True)
    conversation = read_polis_files(real(name))
    await loader.load(dialogue.id, conversation)
    assert await run(dialogue) == 1
    assert (await verification.verify_stored(dialogue.id)).differences == ()
    await close(dialogue)
    consultations.invalidate()
    assert await run(dialogue, minutes=A_DAY) == 2
    assert (await verification.verify_stored(dialogue.id)).differences == ()
    consultation = await consultations.find_published(dialogue.slug)
    assert consultation is not None
    final = await queries.find_final(consultation, "https://enishi.example/ja/dialogues/bus")
    assert final is not None
    (tmp_path / "set.zip").write_bytes(b"".join(polis_set.archive_of(final)))
    found = verification.verify_export(tmp_path / "set.zip")
    assert (found.run, found.differences) == ("final 2", ())
    assert found.numbers > len(conversation.statements)
    # No group of these runs has under ten members; with few people there may be no groups.
    assert final.view.showing in {Showing.SHOWN, Showing.NO_GROUPS}
