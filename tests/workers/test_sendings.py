"""Notices leave the house by real mail and a real webhook: once, with a link and no words of people, and are logged."""

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest
from flask import Flask
from sqlalchemy import select

from server import clock
from server.commands import (
    account,
    comments,
    connections,
    groups,
    notice_policies,
    notices,
    people,
    process_instances,
    secrets,
    sendings,
    user_tasks,
)
from server.commands.notice_policies import Channels, Settled
from server.commands.notices import Choice
from server.database import db
from server.errors import Conflict
from server.identity.actor import CONSOLE, person_actor
from server.identity.sealing import seal_of
from server.keyset import Slice
from server.queries import notices as told
from server.queries import sendings as log
from server.queries.notices import Show
from server.queries.sendings import SendingFilter, SendingState
from server.records.job import Job
from server.records.user_task import UserTask
from server.settings import Settings
from server.workers.loop import work_once
from tests import databases
from tests.commands.conftest import deploy, flows
from tests.loopback import Post, Site, post

__all__ = ["post"]
EVERYTHING = SendingFilter()
NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ANN = person_actor("ann", "Ann", frozenset({"participant"}), frozenset({"clerks"}))
BOB = person_actor("bob", "Bob", frozenset({"participant"}))
OLGA = person_actor("olga", "Olga", frozenset({"operator"}))
SIGNING_KEY = "a key that nobody knows"
REQUEST = (
    '<startEvent id="begin"/><userTask id="check" name="Check it" camunda:assignee="bob"/><endEvent id="done"/>'
    + flows("begin>check", "check>done")
)


@pytest.fixture
def settings(settings: Settings, post: Post, site: Site) -> Settings:
    return replace(
        settings,
        mail_server="127.0.0.1",
        mail_port=post.port,
        base_url="https://procession.example.org",
        http_allowed=("127.0.0.1",),
        secret_key="tests",
    )


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with databases.running(settings) as app:
        for person in ("ann", "bob"):
            people.create(
                CONSOLE,
                person,
                person.title(),
                "a long password",
                ["participant"],
                f"{person}@example.org",
                "Europe/Berlin",
            )
        groups.create(CONSOLE, "clerks", "Clerks")
        deploy(("request", REQUEST))
        clock.freeze(NOON)
        yield app


def work(settings: Settings) -> None:
    while work_once(settings, "test", {}):
        pass


def start() -> str:
    return process_instances.start(ANN, "request", {}).instance_id


def mails(post: Post) -> list[EmailMessage]:
    return [message_from_bytes(content, policy=default) for _, _, content in post.taken]


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    return str(cast(EmailMessage, body).get_content())


def logged(wanted: SendingFilter = EVERYTHING) -> tuple[log.SendingLine, ...]:
    return log.part(OLGA, wanted, Slice()).items


def settle(process_key: str, *channels: Channels, connection: str = "", **times: str) -> None:
    chosen = {"timing": "at_once", "daily_at": "08:00", "quiet_from": "", "quiet_until": ""} | times
    notice_policies.settle(CONSOLE, process_key, channels, Settled(60, 60, (), connection=connection, **chosen))


def test_who_is_given_a_user_task_gets_one_mail_with_a_link(app: Flask, settings: Settings, post: Post) -> None:
    start()
    work(settings)
    ((_, recipients, _),) = post.taken
    (mail,) = mails(post)
    assert recipients == ["bob@example.org"]
    assert mail["Subject"] == "Request: Check it is yours to do"
    assert "https://procession.example.org/inbox" in text_of(mail)
    (line,) = logged()
    assert (line.person_id, line.state, line.sent_at, line.attempts) == ("bob", SendingState.SENT, NOON, 1)
    assert mail["Message-Id"] == f"<{line.id}@localhost>"


def test_a_mail_speaks_the_language_of_who_gets_it(app: Flask, settings: Settings, post: Post) -> None:
    account.change(BOB, "Bob", "bob@example.org", "Europe/Berlin", "de")
    start()
    work(settings)
    (mail,) = mails(post)
    assert mail["Subject"] == "Request: Check it ist Ihre Aufgabe"
    assert "Choose what you are told" not in text_of(mail)


def test_a_mail_to_who_has_chosen_no_language_speaks_that_of_the_installation(
    app: Flask, settings: Settings, post: Post
) -> None:
    start()
    work(replace(settings, language="de"))
    assert mails(post)[0]["Subject"] == "Request: Check it ist Ihre Aufgabe"


def test_the_job_of_a_notice_is_written_with_the_step_that_tells_it(app: Flask) -> None:
    start()
    assert [job.kind for job in db.session.scalars(select(Job))] == ["notice"]


def test_what_people_write_never_leaves_the_house(app: Flask, settings: Settings, post: Post) -> None:
    instance_id = start()
    work(settings)
    comments.write(BOB, instance_id, "The password is swordfish. @ann look")
    work(settings)
    mail = mails(post)[-1]
    assert "mentions you" in mail["Subject"]
    assert b"swordfish" not in b"".join(content for _, _, content in post.taken)
    assert "swordfish" in told.notices_of(ANN, Show.ALL).lines[0].text


def test_a_mail_that_is_refused_for_good_is_seen_and_can_be_sent_again(
    app: Flask, settings: Settings, post: Post
) -> None:
    post.refusals["bob@example.org"] = "550 nobody here"
    start()
    work(settings)
    (line,) = logged(SendingFilter(SendingState.FAILED))
    assert line.error is not None
    assert "nobody here" in line.error
    post.refusals.clear()
    sendings.resend(OLGA, line.id, "The mailbox is there now")
    work(settings)
    (mail,) = mails(post)
    assert mail["Message-Id"] == f"<{line.id}@localhost>"
    assert [one.state for one in logged()] == [SendingState.SENT]
    assert db.session.scalars(select(Job)).all() == []


def test_a_mail_server_that_is_away_is_asked_again_and_gets_the_mail_once(
    app: Flask, settings: Settings, post: Post
) -> None:
    post.refusals["bob@example.org"] = "450 come back later"
    start()
    work(settings)
    (line,) = logged()
    assert (line.state, line.attempts) == (SendingState.WAITING, 1)
    post.refusals.clear()
    clock.freeze(NOON + timedelta(minutes=1))
    work(settings)
    assert len(post.taken) == 1
    (line,) = logged()
    assert (line.state, line.attempts, line.error) == (SendingState.SENT, 2, None)


def test_what_was_sent_and_is_sent_again_has_a_message_id_of_its_own(
    app: Flask, settings: Settings, post: Post
) -> None:
    start()
    work(settings)
    (line,) = logged()
    sendings.resend(OLGA, line.id, "Bob has deleted it")
    work(settings)
    first, second = (mail["Message-Id"] for mail in mails(post))
    assert first != second
    assert logged()[0].copies == 1


def test_what_still_waits_is_not_sent_again(app: Flask, settings: Settings, post: Post) -> None:
    notices.choose(BOB, (), "daily", "18:00", "", "")
    start()
    work(settings)
    with pytest.raises(Conflict, match="not been sent yet"):
        sendings.resend(OLGA, logged()[0].id, "Now")


def test_a_person_who_wants_mail_once_a_day_gets_all_in_one(app: Flask, settings: Settings, post: Post) -> None:
    notices.choose(BOB, (), "daily", "18:00", "", "")
    start()
    work(settings)
    clock.freeze(NOON + timedelta(hours=1))
    start()
    work(settings)
    assert post.taken == []
    clock.freeze(NOON + timedelta(hours=5))  # 18:00 in Berlin
    work(settings)
    (mail,) = mails(post)
    assert mail["Subject"] == "2 notices"
    assert text_of(mail).count("https://procession.example.org/inbox") == 2
    (line,) = logged()
    assert (line.notices, line.state) == (2, SendingState.SENT)


def test_quiet_hours_hold_mail_until_their_end_in_the_persons_zone(app: Flask, settings: Settings, post: Post) -> None:
    notices.choose(BOB, (), "", "", "12:30", "14:00")
    start()
    work(settings)
    assert post.taken == []
    clock.freeze(NOON + timedelta(hours=1))  # 14:00 in Berlin
    work(settings)
    assert len(post.taken) == 1


def test_who_wants_no_mail_of_a_kind_gets_none_and_is_told_on_the_pages(
    app: Flask, settings: Settings, post: Post
) -> None:
    notices.choose(BOB, [Choice("assigned", "mail", False)], "", "", "", "")
    start()
    work(settings)
    assert (post.taken, logged()) == ([], ())
    assert told.notices_of(BOB, Show.UNREAD).unread == 1


def test_who_does_not_want_it_on_the_pages_gets_the_mail_alone(app: Flask, settings: Settings, post: Post) -> None:
    notices.choose(BOB, [Choice("assigned", "in_app", False)], "", "", "", "")
    start()
    work(settings)
    assert len(post.taken) == 1
    assert told.notices_of(BOB, Show.ALL).total == 0


def test_a_process_settles_what_goes_out_and_a_person_goes_before_it(
    app: Flask, settings: Settings, post: Post
) -> None:
    settle("request", Channels("assigned", in_app=True, mail=False, webhook=False))
    start()
    work(settings)
    assert post.taken == []
    notices.choose(BOB, [Choice("assigned", "mail", True)], "", "", "", "")
    start()
    work(settings)
    assert len(post.taken) == 1


def test_another_process_is_as_all_are_settled(app: Flask, settings: Settings, post: Post) -> None:
    settle("", Channels("assigned", in_app=False, mail=False, webhook=False))
    start()
    work(settings)
    assert post.taken == []
    assert told.notices_of(BOB, Show.ALL).total == 0


def test_a_person_who_is_not_active_any_more_gets_nothing(app: Flask, settings: Settings, post: Post) -> None:
    notices.choose(BOB, (), "daily", "18:00", "", "")
    start()
    work(settings)
    people.deactivate(CONSOLE, "bob")
    clock.freeze(NOON + timedelta(hours=5))
    work(settings)
    assert post.taken == []
    assert [line.state for line in logged()] == [SendingState.DROPPED]


def test_a_webhook_is_called_with_a_signature_that_its_receiver_can_check(
    app: Flask, settings: Settings, site: Site
) -> None:
    secrets.keep(CONSOLE, seal_of(settings), "hook.key", SIGNING_KEY)
    connections.keep(CONSOLE, "hook", "webhook", {"url": site.url("/hook"), "key": "hook.key"})
    site.answers["/hook"] = (204, {}, b"")
    settle("request", Channels("assigned", in_app=True, mail=False, webhook=True), connection="hook")
    start()
    work(settings)
    ((method, path, headers, body),) = site.asked
    assert (method, path) == ("POST", "/hook")
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(SIGNING_KEY.encode(), signed, hashlib.sha256).digest()
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(digest).decode()}"
    event = json.loads(body)
    assert event["type"] == "notice.assigned"
    assert event["data"]["person"] == "bob"
    assert event["data"]["link"] == "https://procession.example.org/inbox"
    (line,) = logged()
    assert (line.channel, line.connection, line.state) == ("webhook", "hook", SendingState.SENT)


def test_a_webhook_tells_programs_in_english_whatever_language_the_person_reads(
    app: Flask, settings: Settings, site: Site
) -> None:
    account.change(BOB, "Bob", "bob@example.org", "Europe/Berlin", "de")
    secrets.keep(CONSOLE, seal_of(settings), "hook.key", SIGNING_KEY)
    connections.keep(CONSOLE, "hook", "webhook", {"url": site.url("/hook"), "key": "hook.key"})
    site.answers["/hook"] = (204, {}, b"")
    settle("request", Channels("assigned", in_app=True, mail=False, webhook=True), connection="hook")
    start()
    work(settings)
    ((_, _, _, body),) = site.asked
    assert json.loads(body)["data"]["text"] == "Request: Check it is yours to do"


def test_a_webhook_into_the_house_is_refused_and_seen(app: Flask, settings: Settings, site: Site) -> None:
    secrets.keep(CONSOLE, seal_of(settings), "hook.key", SIGNING_KEY)
    connections.keep(CONSOLE, "hook", "webhook", {"url": site.url("/hook"), "key": "hook.key"})
    settle("request", Channels("assigned", in_app=True, mail=False, webhook=True), connection="hook")
    start()
    work(replace(settings, http_allowed=()))
    assert site.asked == []
    (line,) = logged()
    assert line.state is SendingState.FAILED


def test_the_requester_is_told_that_the_request_is_finished(app: Flask, settings: Settings, post: Post) -> None:
    instance_id = start()
    user_task_id = db.session.scalars(select(UserTask.id).where(UserTask.instance_id == instance_id)).one()
    user_tasks.complete(BOB, user_task_id, {})
    work(settings)
    assert [mail["Subject"] for mail in mails(post) if "ann@" in mail["To"]] == ["Request has been completed"]
