"""What may be written, and how it becomes a message of ASCII lines."""

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as readable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from enishi.kit import clock
from enishi.kit.i18n import Language
from enishi.kit.mail import Mail
from enishi.kit.mail_transport import (
    Letter,
    MailServer,
    MailSettingsError,
    check_address,
    compose,
    configured_transport,
)
from enishi.settings import Environment, Settings

SENDER = "縁 Enishi <no-reply@enishi.example.jp>"


def greeting(**changes: Any) -> Mail:
    return Mail(
        **{
            "kind": "tests.greeting",
            "subject_key": "registration-1",
            "to": "hanako@example.org",
            "language": Language.JA,
            "subject": "【縁】登録をお受けしました",
            "text": "花子さま\n\nありがとうございます。\n",
        }
        | changes
    )


def test_a_calendar_goes_along_as_an_attachment() -> None:
    letter = Letter(
        message_id="<1@enishi.example.jp>",
        language=Language.JA,
        recipient="hanako@example.org",
        subject="参加が決まりました",
        body="当日の予定です。\n",
        created_at=clock.now(),
        calendar="BEGIN:VCALENDAR\r\nSUMMARY:田植え\r\nEND:VCALENDAR\r\n",
    )
    sent = message_from_bytes(compose(letter, SENDER).as_bytes(), policy=readable)
    assert isinstance(sent, EmailMessage)
    text = sent.get_body()
    assert text is not None
    assert text.get_content().strip() == "当日の予定です。"
    [attached] = sent.iter_attachments()
    assert (attached.get_content_type(), attached.get_filename()) == ("text/calendar", "event.ics")
    assert attached.get_payload(decode=True) == letter.calendar.encode()
    without = compose(letter.model_copy(update={"calendar": ""}), SENDER)
    assert not without.is_multipart()


@pytest.mark.parametrize("end", ["\r\nBcc: a@example.org", "\n", "\r", "\u2028", "\x00"])
def test_a_subject_cannot_carry_another_header(end: str) -> None:
    with pytest.raises(ValidationError):
        greeting(subject="件名" + end + "x")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "hanako",
        "@example.org",
        "hanako@",
        "hanako@localhost",
        "hanako@example.org, taro@example.org",
        "hanako@example.org\r\nBcc: taro@example.org",
        "<hanako@example.org>",
        "花子@example.org",
        "hana ko@example.org",
        "hanako@exa mple.org",
        "hanako@-example.org",
        "hanako@example.local",
        "x" * 65 + "@example.org",
    ],
)
def test_what_is_no_single_address_is_refused(address: str) -> None:
    with pytest.raises(ValidationError):
        greeting(to=address)


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("Hanako@Example.ORG", "Hanako@example.org"),
        ("hanako@日本語.jp", "hanako@xn--wgv71a119e.jp"),
        ("taro..y@docomo.ne.jp", "taro..y@docomo.ne.jp"),
        ("taro.@ezweb.ne.jp", "taro.@ezweb.ne.jp"),
    ],
)
def test_addresses_in_use_are_taken(typed: str, address: str) -> None:
    assert check_address(typed) == address


TEXT = st.text(
    st.characters(exclude_categories=["C", "Zl", "Zp"], exclude_characters="\r\n"), max_size=120
).filter(str.strip)


@settings(deadline=None)
@given(subject=TEXT, body=TEXT)
def test_whatever_is_written_arrives_in_ascii_and_reads_the_same(subject: str, body: str) -> None:
    written = greeting(subject=subject, text=body)
    letter = Letter(
        message_id="<1@enishi.example.jp>",
        language=Language.JA,
        recipient=written.to,
        subject=written.subject,
        body=written.text,
        created_at=clock.now(),
    )
    raw = compose(letter, SENDER).as_bytes()
    assert raw.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    read = message_from_bytes(raw, policy=readable)
    assert isinstance(read, EmailMessage)
    assert str(read["Subject"]).split() == written.subject.split()
    assert read.get_content().strip() == written.text.strip()


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.jp", MailServer("mail.example.jp", 25)),
        (
            "smtp://mail.example.jp:587?starttls=never",
            MailServer("mail.example.jp", 587, start_tls=False),
        ),
        (
            "smtp://user%40x:p%2Fw@mail.example.jp:587",
            MailServer("mail.example.jp", 587, "user@x", "p/w", start_tls=True),
        ),
        (
            "smtps://user:pw@mail.example.jp",
            MailServer("mail.example.jp", 465, "user", "pw", use_tls=True, start_tls=False),
        ),
    ],
)
def test_a_mail_url_is_read(url: str, server: MailServer) -> None:
    assert configured_transport(Settings(mail_url=url)).server == server


@pytest.mark.parametrize(
    "url", ["http://mail.example.jp", "smtp://", "smtp://h:x", "smtp://h?starttls=maybe"]
)
def test_a_mail_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(MailSettingsError):
        configured_transport(Settings(mail_url=url))


def test_production_sends_no_mail_into_nowhere() -> None:
    with pytest.raises(MailSettingsError):
        configured_transport(Settings(environment=Environment.PRODUCTION))


def test_production_keeps_no_copies() -> None:
    production = Settings(environment=Environment.PRODUCTION, mail_url="smtp://mail.example.jp")
    assert not configured_transport(production).keeps_copies
