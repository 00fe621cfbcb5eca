"""What pages promise (will happen, can be done) names the test that performs the act.

A promise is a sentence of a catalogue, of a legal document or of the help that ends with a verb of
promise. `promises.txt` lists each with its evidence; a sentence that is new or was changed fails
until somebody has named its test.
"""

import html
import re
from collections.abc import Iterator

import pytest
from tests.architecture.test_layout import ROOT
from tools import messages

LIST = ROOT / "tests" / "architecture" / "promises.txt"
_VERB = re.compile(
    r"((お知らせ|連絡|案内|公開|公表|表示|対応|お送り)(し|す)|送り|届き|届け|応え|示し|返事を|返信し"
    r"|並び|受け取れ|確かめられ|変えられ|続けられ|読め|見られ|選べ|送れ|使え|引き継げ|やめられ|残り|残せ"
    r"|申し込め|さがせ|入れられ|でき|なれ|移り|(公開|公表|記録|削除)され|お見せし|消し|消え|直せ|ひらけ"
    r"|案内し|渡し|知らせ)(ます|る)$"
)
# Documents are translated as a whole, not by message.
_DOCUMENTS = ("legal/ja/*.html", "help/ja/*.html")
_BLOCK = re.compile(r"<(?!/?(?:a|strong|em|span|code)\b)[^>]*>")


def listed() -> dict[str, list[str]]:
    """Path and name of a test -> the promises that it keeps. Indented lines are promises."""
    found: dict[str, list[str]] = {}
    evidence = ""
    for line in LIST.read_text().splitlines():
        if line.startswith("  "):
            found[evidence].append(line.strip())
        elif not line.startswith("#"):
            evidence = line
            found[evidence] = []
    return found


def _texts() -> Iterator[str]:
    for package in messages.sources():
        for message in messages.known(messages.PLATFORM / package / "locale" / "en.po"):
            yield messages.first_id(message.id)
    for pattern in _DOCUMENTS:
        for path in messages.TEMPLATES.glob(pattern):
            lines = _BLOCK.sub("\n", re.sub(r"\{[#%].*?[#%]\}", "", path.read_text()))
            yield html.unescape(re.sub(r"<[^>]*>", "", lines))


def promises() -> Iterator[str]:
    """Sentences of all pages that end with a verb of promise, in Japanese."""
    for text in _texts():
        for sentence in re.split(r"[。\n]", text):
            if _VERB.search(sentence.strip()):
                yield sentence.strip()


def test_each_promise_is_listed_and_each_listed_one_is_made() -> None:
    made = set(promises())
    kept = {each for sentences in listed().values() for each in sentences}
    assert made - kept == set(), "promises without a test"
    assert kept - made == set(), "no page says this any more"


@pytest.mark.parametrize("evidence", sorted(listed()))
def test_the_evidence_is_there(evidence: str) -> None:
    file, _, name = evidence.partition("::")
    assert f"def {name}(" in (ROOT / file).read_text()


def test_a_promise_is_recognised() -> None:
    for said in ("名簿を、終了後に公開します", "投票の一覧を公開する", "意見には公表して応えます"):
        assert _VERB.search(said)
    assert not _VERB.search("名前を入れてください")


def test_promises_of_documents_are_found() -> None:
    assert "アカウントは、いつでも自分で削除できます" in set(promises())
