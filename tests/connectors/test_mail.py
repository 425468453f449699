"""The mail connector against a real mail server."""

import dataclasses
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.mail import MailConnector
from server.errors import Failure
from server.settings import Settings
from tests.loopback import Post, free_port


def send(port: int, **given: Any) -> Any:
    settings = Settings(mail_server="127.0.0.1", mail_port=port, mail_sender="procession@example.org")
    return MailConnector().call({"text": "Hello", **given}, CallContext("job-1", 1, settings))


def test_a_mail_reaches_everybody_and_hides_the_blind_copy(post: Post) -> None:
    to = 'Zoë <zoe@example.org>, "Doe, Jan" <jan@example.org>'
    answer = send(post.port, to=to, cc=["c@example.org"], bcc="b@example.org", subject="Grüße", html="<p>Hello</p>")
    sender, recipients, content = post.taken[0]
    message = message_from_bytes(content, policy=default)
    assert sender == "procession@example.org"
    assert recipients == ["zoe@example.org", "jan@example.org", "c@example.org", "b@example.org"]
    assert (message["Subject"], message["Message-ID"]) == ("Grüße", answer["messageId"])
    assert b"b@example.org" not in content
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_a_second_attempt_has_the_same_message_id(post: Post) -> None:
    assert send(post.port, to="a@example.org") == send(post.port, to="a@example.org")


@pytest.mark.parametrize("name", ["subject", "to", "from", "replyTo"])
@pytest.mark.parametrize("text", ["a@example.org\r\nBcc: x@example.org", "=?utf-8?q?a=0ABcc:_x?= <a@example.org>"])
def test_a_line_break_cannot_add_a_header(post: Post, name: str, text: str) -> None:
    with pytest.raises(Failure, match=name):
        send(post.port, **{"to": "a@example.org", name: text})
    assert post.taken == []


@pytest.mark.parametrize("text", ["nobody", "a@", "a@b@example.org", "a@example.org)b@example.com", "a@-x.org"])
def test_what_is_no_address_is_refused(post: Post, text: str) -> None:
    with pytest.raises(Failure, match="not a mail address"):
        send(post.port, to=text)


@pytest.mark.parametrize(("answer", "temporary"), [("450 later", True), ("550 unknown", False)])
def test_a_refused_recipient_stops_the_mail_for_all(post: Post, answer: str, temporary: bool) -> None:
    post.refusals["b@example.org"] = answer
    with pytest.raises(Failure, match=r"b@example\.org") as caught:
        send(post.port, to="a@example.org, b@example.org")
    assert isinstance(caught.value, TemporaryFailure) is temporary
    assert post.taken == []


def test_no_connection_is_a_temporary_failure() -> None:
    with pytest.raises(TemporaryFailure, match="cannot be reached"):
        send(free_port(), to="a@example.org")


def test_without_a_mail_server_the_setting_is_named() -> None:
    with pytest.raises(Failure, match="PROCESSION_MAIL_SERVER"):
        MailConnector().call({"to": "a@example.org", "text": "x"}, CallContext("j", 1, Settings()))


def test_with_an_outbox_a_mail_becomes_a_file_and_another_attempt_the_same_one(tmp_path: Path) -> None:
    settings = Settings(mail_folder=str(tmp_path / "mails"), mail_sender="procession@example.org")
    for attempt in (1, 2):
        context = CallContext("job-1", attempt, settings)
        answer = MailConnector().call({"to": "a@example.org", "bcc": "b@example.org", "text": "Hello"}, context)
    (file,) = (tmp_path / "mails").iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert file.name == "job-1@example.org.eml"
    assert (message["To"], message["Message-ID"]) == ("a@example.org", answer["messageId"])
    assert message.get_all("X-Receiver") == ["a@example.org", "b@example.org"]


def test_an_outbox_that_cannot_be_written_is_a_temporary_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    context = CallContext("job-1", 1, Settings(mail_folder=str(tmp_path / "file" / "mails")))
    with pytest.raises(TemporaryFailure, match="cannot be written"):
        MailConnector().call({"to": "a@example.org", "text": "Hello"}, context)


def test_only_a_demonstration_without_a_mail_server_has_an_outbox_of_its_own(tmp_path: Path) -> None:
    plain = Settings(files_path=tmp_path / "files")
    assert plain.outbox is None
    assert dataclasses.replace(plain, demonstration=True).outbox == tmp_path / "mails"
    assert dataclasses.replace(plain, demonstration=True, mail_server="mail.example.org").outbox is None
