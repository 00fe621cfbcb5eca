"""Pages and catalogues use the screen words of docs/screen-words.md and none that they replaced."""

import re
from collections.abc import Iterator

from tests.architecture.test_layout import ROOT
from tools import messages

GLOSSARY = ROOT / "docs" / "screen-words.md"
_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_BUTTON = re.compile(r'\b(?:link_)?button\(_\("([^"]+)"\)')


def rows() -> list[list[str]]:
    """The table's rows: Japanese, English, code, words not to use."""
    lines = [line for line in GLOSSARY.read_text().splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def forbidden() -> list[str]:
    """Each is a regular expression; English ones start and end at a word's edge."""
    words = [word.strip("` ") for row in rows() for word in row[3].split("、") if word.strip()]
    return [rf"\b{word}\b" if word.isascii() else word for word in words]


def said() -> Iterator[tuple[str, str]]:
    """(Where, text) of all that people read: messages in both languages, legal pages, READMEs."""
    for package in messages.sources():
        path = messages.PLATFORM / package / "locale" / "en.po"
        for message in messages.known(path):
            if message.id:
                for text in (message.id, message.string):
                    for each in (text,) if isinstance(text, str) else text:
                        yield package, each
    for path in [*messages.TEMPLATES.rglob("*.html"), *messages.TEMPLATES.rglob("*.txt")]:
        yield path.name, _COMMENT.sub("", path.read_text())
    for name in ("README.md", "README.en.md"):
        yield name, (ROOT / name).read_text()


def found_in(texts: list[tuple[str, str]]) -> list[str]:
    return [
        f"{where}: {match[0]}: {text[max(0, match.start() - 15) : match.end() + 15]}"
        for pattern in forbidden()
        for where, text in texts
        for match in re.finditer(pattern, text)
    ]


def test_words_that_were_replaced_are_not_used() -> None:
    assert found_in(list(said())) == []


def test_a_replaced_word_is_found() -> None:
    texts = [
        ("a", "補欠で待つ"),
        ("b", "Call off the session"),
        ("c", "申込みの一覧"),
        ("d", "私の"),
    ]
    assert {line[0] for line in found_in(texts)} == {"a", "b", "c", "d"}


def test_each_row_has_both_languages_and_no_word_stands_twice() -> None:
    assert len(rows()) > 40
    assert [row for row in rows() if len(row) != 4 or not row[0] or not row[1]] == []
    names = [row[0] for row in rows()]
    assert [name for name in names if names.count(name) > 1] == []


def test_words_of_the_glossary_are_used_with_the_english_that_it_gives() -> None:
    """A row is held to the message that consists of its Japanese word alone, if there is one."""
    english = {row[0]: row[1] for row in rows()}
    other = [
        f"{message.id}: {message.string}, not {english[message.id]}"
        for package in messages.sources()
        for message in messages.known(messages.PLATFORM / package / "locale" / "en.po")
        if message.id in english and message.string != english[message.id]
    ]
    assert other == []


def test_a_button_for_one_act_has_one_word() -> None:
    """Two Japanese buttons with one English word would be two words for one act."""
    english = {
        message.id: message.string
        for package in messages.sources()
        for message in messages.known(messages.PLATFORM / package / "locale" / "en.po")
    }
    acts: dict[str, set[str]] = {}
    for path in messages.TEMPLATES.rglob("*.html"):
        for word in _BUTTON.findall(path.read_text()):
            acts.setdefault(str(english[word]), set()).add(word)
    assert {each: words for each, words in acts.items() if len(words) > 1} == {}
