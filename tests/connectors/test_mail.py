"""The mail connector against a real mail server."""

import dataclasses
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

from server.connectors.connection import Connection
from server.connectors.connector import CallContext, LoadedFile, TemporaryFailure
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


def test_templates_of_the_model_are_filled_in_with_values(post: Post) -> None:
    send(
        post.port,
        to="a@example.org",
        text=None,
        subjectTemplate="Order\n{{ number }}",
        textTemplate="Dear {{ name }}",
        htmlTemplate="<p>{{ name }}</p>",
        values={"name": "A & B", "number": 7},
    )
    message = message_from_bytes(post.taken[0][2], policy=default)
    bodies = [part.get_content().strip() for part in message.iter_parts()]
    assert (message["Subject"], bodies) == ("Order 7", ["Dear A & B", "<p>A &amp; B</p>"])


def test_both_a_text_and_its_template_are_refused(post: Post) -> None:
    with pytest.raises(Failure, match="both text and textTemplate"):
        send(post.port, to="a@example.org", textTemplate="x")


def test_attachments_are_files_of_the_instance_or_texts_by_name(post: Post) -> None:
    files = {"offer.pdf": LoadedFile("offer.pdf", "application/pdf", b"%PDF"), "f1": LoadedFile("é\n.x", "odd", b"x")}
    given = ["offer.pdf", {"id": "f1", "name": "e"}, {"name": "rows.csv", "content": "a;b", "type": "text/csv"}]
    settings = Settings(mail_server="127.0.0.1", mail_port=post.port)
    context = CallContext("job-1", 1, settings, file=lambda name: files[name])
    MailConnector().call({"to": "a@example.org", "text": "See", "attachments": given}, context)
    message = message_from_bytes(post.taken[0][2], policy=default)
    found = [
        (part.get_filename(), part.get_content_type(), part.get_payload(decode=True))
        for part in message.iter_attachments()
    ]
    assert found == [
        ("offer.pdf", "application/pdf", b"%PDF"),
        ("é .x", "application/octet-stream", b"x"),
        ("rows.csv", "text/csv", b"a;b"),
    ]
    assert message.get_body() is not None


@pytest.mark.parametrize("given", [7, {"name": "x"}, [""], "missing", {"name": "big", "content": "x" * 21_000_000}])
def test_an_attachment_that_is_none_is_refused(post: Post, given: Any) -> None:
    with pytest.raises(Failure, match=r"(ttachment|no file)"):
        send(post.port, to="a@example.org", attachments=given)
    assert post.taken == []


def test_a_connection_stands_for_the_settings_of_mail(post: Post) -> None:
    named = Connection("letters", {"server": "127.0.0.1", "port": str(post.port), "sender": "us@example.com"})
    context = CallContext("job-1", 1, Settings(mail_server="nowhere.invalid"), named)
    answer = MailConnector().call({"to": "a@example.org", "text": "x"}, context)
    assert (post.taken[0][0], answer["messageId"]) == ("us@example.com", "<job-1@example.com>")
