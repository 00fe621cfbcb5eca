"""Mails are rendered from templates, in the language of the recipient."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from enishi.kit import mail
from enishi.kit.i18n import Language


@pytest.fixture
def templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    folder = tmp_path / "tests" / "mail"
    folder.mkdir(parents=True)
    monkeypatch.setattr(mail, "FRONTEND_TEMPLATES", tmp_path)
    mail._environment.cache_clear()
    yield folder
    mail._environment.cache_clear()


def test_a_template_is_a_subject_an_empty_line_and_a_text(templates: Path) -> None:
    (templates / "hello.txt").write_text("こんにちは、{{ name }}さん\n\n本文 & <よろしく>\n")
    rendered = mail.render("tests/mail/hello.txt", Language.JA, name="花子 & 太郎")
    assert rendered.subject == "こんにちは、花子 & 太郎さん"
    assert rendered.text.strip() == "本文 & <よろしく>"


def test_a_mail_is_said_in_its_readers_language(templates: Path) -> None:
    (templates / "hello.txt").write_text("{{ _('お探しのページは見つかりませんでした。') }}\n\n.\n")
    japanese = mail.render("tests/mail/hello.txt", Language.JA).subject
    english = mail.render("tests/mail/hello.txt", Language.EN).subject
    assert japanese == "お探しのページは見つかりませんでした。"
    assert english.isascii()


def test_a_value_cannot_break_out_of_the_subject(templates: Path) -> None:
    (templates / "hello.txt").write_text("{{ name }}\n\n本文\n")
    with pytest.raises(ValueError, match="empty line"):
        mail.render("tests/mail/hello.txt", Language.JA, name="花子\n偽の本文")


def test_a_name_that_a_template_misses_is_an_error(templates: Path) -> None:
    (templates / "hello.txt").write_text("{{ nmae }}\n\n本文\n")
    with pytest.raises(mail.jinja2.UndefinedError):
        mail.render("tests/mail/hello.txt", Language.JA, name="花子")
