"""Notices outside the portal: an address is proved, words say nothing of the matter, and a server may be down for a day."""

import json
import re
import socket
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import cast
from uuid import UUID

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tongban.identity.models import Person
from tongban.journal.api import Subject, find_entries, record, system
from tongban.kernel import clock
from tongban.kernel.errors import BadInput, Misconfigured, Unavailable
from tongban.ledger.kinds import TokenRevoked
from tongban.notices.api import (
    TextFile,
    ask_code,
    confirm_contact,
    contacts_of,
    drop_contact,
    read_mailer,
    send_notices,
    sendings_of,
    set_contact,
    tell,
)
from tongban.notices.mail import Mailer
from tongban.notices.models import Contact, Sending
from tongban.notices.ports import channel_of, install_channel

pytestmark = pytest.mark.django_db
CITY, MAIL, MOBILE = "澜川市", "linxia@example.test", "13800000000"
PAGE = "/my/notices/telling/"


# ruff: noqa: ARG002 - the library gives its handlers more than they need


class Box:
    """What an SMTP server took; it can be told to refuse."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - the library's name
        data = cast("bytes", envelope.content)
        self.mails.append(cast("EmailMessage", BytesParser(policy=default).parsebytes(data)))
        return "250 taken"


def free_port() -> int:
    with socket.socket() as link:
        link.bind(("localhost", 0))
        return int(link.getsockname()[1])


@pytest.fixture
def box() -> Iterator[Box]:
    """A real SMTP server, and e-mail that goes there."""
    box, port = Box(), free_port()
    server = Controller(box, hostname="localhost", port=port)
    server.start()
    install_channel("email", read_mailer(f"smtp://localhost:{port}", sender="tell@city.test", name=CITY))
    try:
        yield box
    finally:
        install_channel("email", None)
        server.stop()


@pytest.fixture
def texts(tmp_path: Path) -> Iterator[Callable[[], list[dict[str, str]]]]:
    """Text messages into a file of this test."""
    before, path = channel_of("sms"), tmp_path / "sms" / "messages.jsonl"
    install_channel("sms", TextFile(path))
    try:
        yield lambda: [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    finally:
        install_channel("sms", before)


@pytest.fixture
def linxia() -> UUID:
    return Person.objects.get(name="林夏").pk


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Real time goes on."""
    passed, real = [timedelta()], clock.real_now
    monkeypatch.setattr(clock, "real_now", lambda: real() + passed[0])

    def go(by: timedelta) -> None:
        passed[0] += by

    return go


def happen(person: UUID) -> None:
    """Something that she is told of."""
    act = TokenRevoked(holder="x")
    entry = record(
        act, on=Subject("thing", "1", 1), by=system("test"), private={person: {}}, case_number="9900"
    )
    (view,) = find_entries([entry])
    tell(view, {1: person})


def code_in(text: str) -> str:
    found = re.search(r"\b\d{6}\b", text)
    assert found
    return found[0]


def by_mail(person: UUID, box: Box) -> None:
    ask_code(person, channel="email", address=MAIL, city=CITY)
    confirm_contact(person, channel="email", code=code_in(box.mails.pop().get_content()))


def test_a_proved_address_is_told_without_a_word_of_the_matter(linxia: UUID, box: Box) -> None:
    by_mail(linxia, box)
    happen(linxia)
    assert send_notices() == 1
    (mail,) = box.mails
    assert mail["To"] == MAIL
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@city.test>")
    assert "9900" in mail["Subject"]
    assert "/my/notices/" in mail.get_content()
    assert "林夏" not in mail.as_string() + mail.get_content()
    (sent,) = sendings_of(linxia)
    assert (sent.state, sent.address) == ("sent", "l***@example.test")
    assert send_notices() == 0


def test_the_same_entry_is_sent_once_however_often_it_is_delivered(linxia: UUID, box: Box) -> None:
    by_mail(linxia, box)
    entry = record(
        TokenRevoked(holder="x"), on=Subject("thing", "1", 1), by=system("test"), private={linxia: {}}
    )
    (view,) = find_entries([entry])
    for _ in range(3):
        tell(view, {1: linxia})
    assert send_notices() == 1
    assert len(box.mails) == 1


def test_nobody_is_sent_anything_before_the_address_is_proved(linxia: UUID, box: Box) -> None:
    ask_code(linxia, channel="email", address=MAIL, city=CITY)
    happen(linxia)
    assert send_notices() == 0
    code = code_in(box.mails.pop().get_content())
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    for _ in range(5):
        with pytest.raises(BadInput, match="验证码不对"):
            confirm_contact(linxia, channel="email", code=wrong)
    with pytest.raises(BadInput, match="失效"):
        confirm_contact(linxia, channel="email", code=code)
    assert not contacts_of(linxia)


def test_a_code_is_good_for_a_quarter_of_an_hour(
    linxia: UUID, box: Box, later: Callable[[timedelta], None]
) -> None:
    ask_code(linxia, channel="email", address=MAIL, city=CITY)
    later(timedelta(minutes=16))
    with pytest.raises(BadInput, match="失效"):
        confirm_contact(linxia, channel="email", code=code_in(box.mails[0].get_content()))


def test_a_server_that_is_down_for_a_day_loses_nothing(
    linxia: UUID, box: Box, later: Callable[[timedelta], None]
) -> None:
    by_mail(linxia, box)
    happen(linxia)
    box.answer = "451 try later"
    for _ in range(24):
        send_notices()
        later(timedelta(hours=1))
    assert not box.mails
    (waiting,) = sendings_of(linxia)
    assert waiting.state == "waiting"
    assert 4 < waiting.tries < 10
    box.answer = "250 OK"
    later(timedelta(hours=8))
    assert send_notices() == 1
    assert len(box.mails) == 1


def test_after_three_days_it_is_given_up_and_said(
    linxia: UUID, box: Box, later: Callable[[timedelta], None]
) -> None:
    by_mail(linxia, box)
    happen(linxia)
    box.answer = "451 try later"
    for _ in range(80):
        send_notices()
        later(timedelta(hours=1))
    assert [row.state for row in sendings_of(linxia)] == ["failed"]
    assert Sending.objects.get().fault.startswith("451")


def test_an_address_that_is_refused_for_ever_is_not_tried_again(
    linxia: UUID, box: Box, later: Callable[[timedelta], None]
) -> None:
    by_mail(linxia, box)
    happen(linxia)
    box.answer = "550 no such user"
    assert send_notices() == 0
    later(timedelta(days=1))
    box.answer = "250 OK"
    assert send_notices() == 0
    assert [row.state for row in sendings_of(linxia)] == ["failed"]


def test_a_server_that_is_not_there_is_a_server_that_is_down(linxia: UUID, box: Box) -> None:
    by_mail(linxia, box)
    happen(linxia)
    install_channel("email", Mailer("smtp", "localhost", free_port(), "", "", "tell@city.test", CITY))
    assert send_notices() == 0
    assert [row.state for row in sendings_of(linxia)] == ["waiting"]
    with pytest.raises(Unavailable, match="发不出去"):
        ask_code(linxia, channel="email", address="other@example.test", city=CITY)


@pytest.mark.parametrize(("hour", "within"), [(21, False), (22, True), (3, True), (8, False)])
def test_in_quiet_hours_nothing_is_sent_and_afterwards_all(
    linxia: UUID,
    texts: Callable[[], list[dict[str, str]]],
    later: Callable[[timedelta], None],
    hour: int,
    within: bool,
) -> None:
    ask_code(linxia, channel="sms", address=MOBILE, city=CITY)
    confirm_contact(linxia, channel="sms", code=code_in(texts()[0]["text"]))
    set_contact(linxia, channel="sms", is_on=True, quiet_from=time(22), quiet_until=time(8))
    local = clock.local(clock.real_now())
    at = local.replace(hour=hour, minute=30 if hour != 8 else 1)
    later(at - local + timedelta(days=1))
    happen(linxia)
    assert send_notices() == (0 if within else 1)
    later(timedelta(hours=11))
    assert send_notices() == (1 if within else 0)
    assert len(texts()) == 2
    assert len(texts()[1]["text"]) <= 70


def test_who_switches_it_off_or_drops_it_hears_nothing_more(linxia: UUID, box: Box) -> None:
    by_mail(linxia, box)
    happen(linxia)
    set_contact(linxia, channel="email", is_on=False, quiet_from=None, quiet_until=None)
    assert send_notices() == 0
    assert not Sending.objects.exists()
    set_contact(linxia, channel="email", is_on=True, quiet_from=None, quiet_until=None)
    happen(linxia)
    drop_contact(linxia, channel="email")
    assert not Sending.objects.exists()
    assert not Contact.objects.exists()


def test_many_are_sent_in_as_many_queries_as_one_needs_beside_their_own(linxia: UUID, box: Box) -> None:
    by_mail(linxia, box)
    counts = []
    for many in (1, 12):
        for _ in range(many):
            happen(linxia)
        with CaptureQueriesContext(connection) as held:
            assert send_notices() == many
        counts.append(len(held) - many)  # each is noted as sent by itself: what went out is known at once
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("address", "sender", "password", "sentence"),
    [
        ("http://mail", "a@b.test", "", "must look like"),
        ("smtp://u:secret@mail", "a@b.test", "", "holds a password"),
        ("smtp://mail", "nobody", "", "TONGBAN_MAIL_FROM"),
        ("smtp://mail:99999", "a@b.test", "", "impossible port"),
        ("smtps://u@mail", "a@b.test", "", "must name the file"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(
    address: str, sender: str, password: str, sentence: str
) -> None:
    with pytest.raises(Misconfigured, match=sentence):
        read_mailer(address, sender=sender, name=CITY, password_file=password)


def test_a_password_that_others_can_read_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "password"
    path.write_text("x")
    path.chmod(0o644)
    with pytest.raises(Misconfigured, match="can be read by others"):
        read_mailer("smtps://u@mail", sender="a@b.test", name=CITY, password_file=str(path))


def test_the_file_of_text_messages_is_closed_to_others(
    linxia: UUID, texts: Callable[[], list[dict[str, str]]], tmp_path: Path
) -> None:
    ask_code(linxia, channel="sms", address=MOBILE, city=CITY)
    path = tmp_path / "sms" / "messages.jsonl"
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


# -- her page ------------------------------------------------------------------------------


def test_she_proves_a_number_on_her_page_and_sees_what_was_sent(
    sign_in: Callable[[str], Client], linxia: UUID, texts: Callable[[], list[dict[str, str]]]
) -> None:
    client = sign_in("linxia")
    assert "还没有发过" in client.get(PAGE).content.decode()
    asked = client.post(PAGE, {"channel": "sms", "verb": "ask", "sms-address": MOBILE})
    assert asked.status_code == 302
    assert "138****0000" in client.get(PAGE).content.decode()
    wrong = client.post(PAGE, {"channel": "sms", "verb": "confirm", "sms-code": "x"})
    assert wrong.status_code == 422
    assert "验证码不对" in wrong.content.decode()
    client.post(PAGE, {"channel": "sms", "verb": "confirm", "sms-code": code_in(texts()[0]["text"])})
    quiet = {"channel": "sms", "verb": "set", "sms-on": "1", "sms-from": "25:00", "sms-until": "8"}
    assert "22:00 的样子" in client.post(PAGE, quiet).content.decode()
    happen(linxia)
    send_notices()
    page = client.get(PAGE).content.decode()
    assert "已发出" in page
    assert "138****0000" in page
    assert MOBILE not in page
    client.post(PAGE, {"channel": "sms", "verb": "drop"})
    assert not Contact.objects.exists()


@pytest.mark.parametrize("typed", ["", "12345", "23800000000", "1380000000", "+8613800000000"])
def test_what_is_no_mobile_number_is_said_beside_the_box(
    sign_in: Callable[[str], Client], texts: Callable[[], list[dict[str, str]]], typed: str
) -> None:
    answer = sign_in("linxia").post(PAGE, {"channel": "sms", "verb": "ask", "sms-address": typed})
    assert answer.status_code == 422
    assert "11 位手机号" in answer.content.decode()
    assert not texts()


def test_codes_are_not_sent_without_end(
    sign_in: Callable[[str], Client], texts: Callable[[], list[dict[str, str]]]
) -> None:
    client = sign_in("linxia")
    for _ in range(5):
        client.post(PAGE, {"channel": "sms", "verb": "ask", "sms-address": MOBILE})
    assert client.post(PAGE, {"channel": "sms", "verb": "ask", "sms-address": MOBILE}).status_code == 429
    assert len(texts()) == 5


def test_an_unknown_channel_or_verb_is_not_found(sign_in: Callable[[str], Client]) -> None:
    client = sign_in("linxia")
    assert client.post(PAGE, {"channel": "pigeon", "verb": "ask"}).status_code == 404
    assert client.post(PAGE, {"channel": "sms", "verb": "sing"}).status_code == 404
