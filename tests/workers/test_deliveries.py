"""Subscribers outside are told facts: signed, in CloudEvents, again and again until they take it or somebody looks."""

import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from server import clock
from server.commands import deployments, process_instances, subscribers
from server.commands.subscribers import Kept, Wanted
from server.database import db
from server.errors import Conflict, Invalid
from server.identity.actor import CONSOLE
from server.identity.sealing import seal_of
from server.identity.signing import fault_of_signature
from server.keyset import Slice
from server.queries import subscribers as queries
from server.queries.subscribers import DeliveryRow
from server.records.job import Job
from server.runtime import forgetting
from server.runtime import subscribers as telling
from server.settings import Settings
from server.workers.loop import work_once
from tests import databases
from tests.loopback import Site, free_port
from tests.workers.test_secrets import everything_kept

MODEL = b"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="tests">
  <process id="trip" name="Trip" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="look"/><userTask id="look" name="Look"/>
    <sequenceFlow id="f2" sourceRef="look" targetRef="done"/><endEvent id="done"/>
  </process></definitions>"""


@pytest.fixture
def allowed(settings: Settings, app: Flask) -> Settings:
    deployments.deploy(CONSOLE, [("trip.bpmn", MODEL), ("other.bpmn", MODEL.replace(b"trip", b"other"))])
    return Settings(
        database_url=settings.database_url, files_path=settings.files_path, http_allowed=("127.0.0.1",), http_timeout=1
    )


def add(settings: Settings, url: str, kinds: Sequence[str] = (), keys: Sequence[str] = (), secret: str = "") -> Kept:
    return subscribers.add(CONSOLE, seal_of(settings), Wanted("Ledger", url, kinds, keys), secret)


def start(process_key: str = "trip") -> str:
    return process_instances.start(CONSOLE, process_key, {}).instance_id


def work(settings: Settings) -> None:
    while work_once(settings, "test", {}):
        pass


def told(kept: Kept) -> tuple[DeliveryRow, ...]:
    """What it was told, the newest first."""
    return queries.part(CONSOLE, kept.id, None, Slice()).items


def later(**span: float) -> None:
    clock.freeze(clock.now() + timedelta(**span))


def fault(request: tuple[str, str, dict[str, str], bytes], secret: str) -> str | None:
    _, _, headers, body = request
    parts = (headers["webhook-id"], headers["webhook-timestamp"], headers["webhook-signature"])
    return fault_of_signature([secret], *parts, body, clock.now().timestamp())


def test_a_fact_is_told_as_a_signed_cloud_event(app: Flask, site: Site, allowed: Settings) -> None:
    site.answers["/events"] = (204, {}, b"")
    kept = add(allowed, site.url("/events"), ["InstanceStarted"])
    instance_id = start()
    work(allowed)
    [request] = site.asked
    event = json.loads(request[3])
    assert request[2]["content-type"] == "application/cloudevents+json; charset=utf-8"
    assert (event["specversion"], event["type"], event["subject"]) == ("1.0", "procession.InstanceStarted", instance_id)
    assert (event["source"], event["id"], event["time"][-1]) == ("/processes/trip", request[2]["webhook-id"], "Z")
    assert (event["data"]["process"]["key"], event["data"]["fact"]) == ("trip", {"element": "begin"})
    assert (fault(request, kept.secret), fault(request, add(allowed, site.url("/")).secret)) == (
        None,
        "The signature does not fit.",
    )
    [row] = told(kept)
    assert (row.state, row.status, row.attempts) == ("delivered", 204, 1)


def test_only_the_facts_and_processes_that_were_asked_for_are_told(app: Flask, site: Site, allowed: Settings) -> None:
    kept = add(allowed, site.url("/events"), ["InstanceStarted", "UserTaskCreated"], ["trip"])
    start(), start("other")
    assert sorted(row.kind for row in told(kept)) == ["InstanceStarted", "UserTaskCreated"]


def test_who_names_no_facts_is_told_all_of_them(app: Flask, site: Site, allowed: Settings) -> None:
    kept = add(allowed, site.url("/events"))
    start()
    assert {"InstanceStarted", "FlowTaken", "ActivityStarted", "UserTaskCreated"} <= {row.kind for row in told(kept)}


def test_a_step_that_is_rolled_back_tells_nobody(app: Flask, site: Site, allowed: Settings) -> None:
    kept = add(allowed, site.url("/events"))
    with pytest.raises(Invalid):
        process_instances.start(CONSOLE, "trip", {"unasked": 1})
    assert told(kept) == ()


def test_a_delivery_that_fails_is_tried_again_later_and_is_dead_in_the_end(
    app: Flask, site: Site, allowed: Settings
) -> None:
    site.answers["/events"] = (500, {}, b"no")
    kept = add(allowed, site.url("/events"), ["InstanceStarted"])
    start()
    work(allowed)
    [row] = told(kept)
    assert (row.state, row.status, row.attempts, "answered 500" in str(row.error)) == ("waiting", 500, 1, True)
    for number in range(2, 9):
        later(seconds=9)
        work(allowed)
        assert len(site.asked) == number - 1  # not yet
        later(hours=13)
        work(allowed)
        assert len(site.asked) == number
    assert (told(kept)[0].state, told(kept)[0].attempts) == ("dead", 8)
    assert {request[2]["webhook-id"] for request in site.asked} == {row.event_id}
    assert db.session.scalar(select(func.count()).select_from(Job).where(Job.kind == telling.KIND)) == 0


def test_who_asks_for_patience_is_given_it(app: Flask, site: Site, allowed: Settings) -> None:
    site.answers["/events"] = (429, {"retry-after": "600"}, b"")
    add(allowed, site.url("/events"), ["InstanceStarted"])
    start()
    work(allowed)
    later(minutes=5)
    work(allowed)
    assert len(site.asked) == 1
    later(minutes=6)
    work(allowed)
    assert len(site.asked) == 2


def test_nobody_listening_and_slow_answers_are_failures_as_well(app: Flask, site: Site, allowed: Settings) -> None:
    gone = add(allowed, f"http://127.0.0.1:{free_port()}/", ["InstanceStarted"])
    slow = add(allowed, site.url("/slow"), ["InstanceStarted"])
    start()
    work(allowed)
    assert ["gave no answer" in str(told(gone)[0].error), "did not answer" in str(told(slow)[0].error)] == [True, True]


def test_a_dead_delivery_is_sent_again_by_hand(app: Flask, site: Site, allowed: Settings) -> None:
    kept = add(allowed, "http://10.0.0.1/events", ["InstanceStarted"])
    start()
    work(allowed)
    [row] = told(kept)
    assert (row.state, "PROCESSION_HTTP_ALLOWED" in str(row.error)) == ("dead", True)
    site.answers["/events"] = (200, {}, b"")
    subscribers.change(CONSOLE, kept.id, Wanted("Ledger", site.url("/events"), ["InstanceStarted"]))
    subscribers.resend(CONSOLE, row.id)
    with pytest.raises(Conflict):
        subscribers.resend(CONSOLE, row.id)
    work(allowed)
    assert (told(kept)[0].state, json.loads(site.asked[0][3])["id"]) == ("delivered", row.event_id)


def test_all_that_is_dead_is_sent_again_at_once(app: Flask, site: Site, allowed: Settings) -> None:
    kept = add(allowed, "http://10.0.0.1/events", ["InstanceStarted"])
    start(), start()
    work(allowed)
    subscribers.change(CONSOLE, kept.id, Wanted("Ledger", site.url("/events"), ["InstanceStarted"]))
    assert subscribers.resend_dead(CONSOLE, kept.id) == 2
    assert [row.state for row in told(kept)] == ["waiting", "waiting"]


@pytest.mark.parametrize(
    "url", ["http://10.0.0.1/", "http://169.254.169.254/latest", "http://localhost:1/", "http://[::1]/"]
)
@databases.ONLY_SQLITE
def test_no_address_of_our_own_network_is_called(app: Flask, allowed: Settings, settings: Settings, url: str) -> None:
    kept = add(settings, url, ["InstanceStarted"])
    start()
    work(settings)
    [row] = told(kept)
    assert (row.state, "may not be called" in str(row.error)) == ("dead", True)


@databases.ONLY_SQLITE
def test_a_redirect_is_not_followed(app: Flask, site: Site, allowed: Settings) -> None:
    site.answers["/events"] = (302, {"location": site.url("/elsewhere")}, b"")
    kept = add(allowed, site.url("/events"), ["InstanceStarted"])
    start()
    work(allowed)
    assert ([request[1] for request in site.asked], told(kept)[0].status) == (["/events"], 302)


def test_while_it_is_paused_events_are_kept_and_sent_afterwards(app: Flask, site: Site, allowed: Settings) -> None:
    site.answers["/events"] = (200, {}, b"")
    kept = add(allowed, site.url("/events"), ["InstanceStarted"])
    before = start()
    subscribers.pause(CONSOLE, kept.id)
    meanwhile = start()
    work(allowed)
    assert site.asked == []
    subscribers.resume(CONSOLE, kept.id)
    work(allowed)
    assert [json.loads(request[3])["subject"] for request in site.asked] == [before, meanwhile]
    assert [row.state for row in told(kept)] == ["delivered", "delivered"]


def test_a_suspended_instance_keeps_no_delivery_back(app: Flask, site: Site, allowed: Settings) -> None:
    site.answers["/events"] = (200, {}, b"")
    add(allowed, site.url("/events"), ["InstanceStarted"])
    process_instances.suspend(CONSOLE, start(), "to see")
    work(allowed)
    assert len(site.asked) == 1


def test_for_a_day_both_secrets_sign(app: Flask, site: Site, allowed: Settings) -> None:
    site.answers["/events"] = (200, {}, b"")
    kept = add(allowed, site.url("/events"), ["InstanceStarted"])
    newer = subscribers.rotate(CONSOLE, seal_of(allowed), kept.id)
    start()
    work(allowed)
    assert [fault(site.asked[0], one.secret) for one in (kept, newer)] == [None, None]
    later(hours=25)
    start()
    work(allowed)
    assert [fault(site.asked[1], one.secret) for one in (kept, newer)] == ["The signature does not fit.", None]


def test_a_subscriber_is_tried_with_an_event_that_tells_nothing(app: Flask, site: Site, allowed: Settings) -> None:
    site.answers["/events"] = (200, {}, b"")
    kept = add(allowed, site.url("/events"))
    delivery_id = subscribers.try_out(CONSOLE, kept.id)
    work(allowed)
    assert json.loads(site.asked[0][3])["type"] == "procession.Trial"
    assert queries.delivery(CONSOLE, delivery_id).state == "delivered"


def test_a_subscriber_that_was_removed_is_told_nothing(app: Flask, site: Site, allowed: Settings) -> None:
    kept = add(allowed, site.url("/events"))
    start()
    subscribers.remove(CONSOLE, kept.id)
    work(allowed)
    assert (site.asked, queries.listed(CONSOLE)) == ([], ())


def test_old_deliveries_are_forgotten_but_not_those_that_wait(app: Flask, site: Site, allowed: Settings) -> None:
    site.answers["/events"] = (200, {}, b"")
    kept = add(allowed, site.url("/events"), ["InstanceStarted"])
    start()
    work(allowed)
    subscribers.pause(CONSOLE, kept.id)
    waiting = start()
    later(days=forgetting.memory.kept.days + 1)
    work(allowed)
    assert [row.instance_id for row in told(kept)] == [waiting]


def test_the_secret_of_a_subscriber_stands_nowhere(
    app: Flask, site: Site, allowed: Settings, capfd: pytest.CaptureFixture[str]
) -> None:
    canary = "whsec_" + "Y2FuYXJ5" * 6
    site.answers["/events"] = (500, {}, canary.encode())  # even if the other end says it back
    add(allowed, site.url("/events"), secret=canary)
    start()
    work(allowed)
    logged = capfd.readouterr()
    assert canary not in everything_kept() + logged.out + logged.err
    assert canary not in str(site.asked)


@pytest.mark.parametrize(
    ("wanted", "element"),
    [
        (Wanted("", "https://example.org"), "name"),
        (Wanted("A", "ftp://example.org"), "url"),
        (Wanted("A", "https://ann:secret@example.org"), "url"),
        (Wanted("A", "https://example.org", ["NothingHappened"]), "kinds"),
    ],
)
@databases.ONLY_SQLITE
def test_what_cannot_be_told_is_refused_when_it_is_asked_for(
    app: Flask, settings: Settings, wanted: Wanted, element: str
) -> None:
    with pytest.raises(Invalid) as refused:
        subscribers.add(CONSOLE, seal_of(settings), wanted)
    assert refused.value.problems[0].element == element


def test_the_end_of_an_instance_is_told_with_who_ended_it(app: Flask, site: Site, allowed: Settings) -> None:
    kept = add(allowed, site.url("/events"), ["InstanceTerminated"])
    process_instances.cancel(CONSOLE, start(), "a mistake")
    content: dict[str, Any] = json.loads(told(kept)[0].content)
    assert (content["data"]["actor"], content["data"]["instance"]["state"]) == ("console", "terminated")
