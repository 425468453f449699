"""The page of one process instance: what happened and why, who may see and do what, and the files to take away."""

import csv
import html
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from server.commands import deployments, people, process_instances, user_tasks
from server.database import db
from server.identity.actor import CONSOLE
from server.records.activity_instance import ActivityInstance
from server.records.incident import Incident
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from tests.web import purchases

FAILING = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">
  <process id="split" name="Split" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="choice"/>
    <exclusiveGateway id="choice" name="Over limit?" default="small"/>
    <sequenceFlow id="small" name="no" sourceRef="choice" targetRef="share"/>
    <sequenceFlow id="large" name="yes" sourceRef="choice" targetRef="end">
      <conditionExpression>${1 > 2}</conditionExpression></sequenceFlow>
    <scriptTask id="share" name="Share it" scriptFormat="python"><script>part = 10 / shares</script></scriptTask>
    <sequenceFlow id="f2" sourceRef="share" targetRef="end"/>
    <endEvent id="end" name="Shared"/>
  </process>
</definitions>"""


NESTED = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">
  <process id="nested" name="Nested" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="both"/>
    <subProcess id="both" name="Both">
      <userTask id="first" name="First"/><sequenceFlow id="g1" sourceRef="first" targetRef="second"/>
      <userTask id="second" name="Second"/>
    </subProcess>
  </process>
</definitions>"""


CALLING = b"""<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">
  <process id="calling" name="Calling" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="call"/>
    <callActivity id="call" name="Do it elsewhere" calledElement="nested"/>
  </process>
</definitions>"""


@pytest.fixture
def auditor(app: Flask) -> FlaskClient:
    with app.app_context():
        people.create(CONSOLE, "katherine", "Katherine", purchases.PASSWORD, ("auditor",))
    return purchases.sign_in(app, "katherine")


@pytest.fixture
def alan(app: Flask) -> FlaskClient:
    return purchases.sign_in(app, "alan")


@pytest.fixture
def purchase(app: Flask) -> str:
    """Asked by Ada, approved by Grace with a reason, waiting for Linus."""
    with app.app_context():
        instance_id = purchases.ask("=HYPERLINK(1)")
        user_task = db.session.query(UserTask.id).filter_by(instance_id=instance_id).one()[0]
        values = {"approved": True, "why": "Needed"}
        user_tasks.complete(purchases.actor("grace"), user_task, values=values)
        return instance_id


@pytest.fixture
def stopped(app: Flask) -> str:
    """An instance whose script failed: a variable is missing."""
    with app.app_context():
        deployments.deploy(CONSOLE, [("split.bpmn", FAILING)])
        return process_instances.start(CONSOLE, "split", {}).instance_id


def text_of(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_data(as_text=True)


def instance_of(app: Flask, instance_id: str) -> ProcessInstance:
    with app.app_context():
        found = db.session.get_one(ProcessInstance, instance_id)
        db.session.expunge(found)
        return found


def test_the_trail_says_who_did_what(auditor: FlaskClient, purchase: str) -> None:
    text = text_of(auditor, f"/instances/{purchase}")
    assert "PR-1001: =HYPERLINK(1)" in text
    assert "Began at Asked" in text
    assert "Submitted Approve purchase" in text
    assert "Set why to “Needed”" in text
    assert "Offered to the group Purchasing approvers" in text


def test_the_slider_gets_one_event_for_each_row(auditor: FlaskClient, purchase: str) -> None:
    page = etree.HTML(text_of(auditor, f"/instances/{purchase}"))
    events: Any = page.xpath("//script[@id='events']/text()")
    rows: Any = page.xpath("//tr[@data-event]")
    assert events[0].count('"when"') == len(rows) > 10
    assert '"change": "entered"' in events[0]
    assert '"variables": {"why": {"by": "Grace", "value": "Needed"}}' in events[0]


def test_a_choice_is_explained(alan: FlaskClient, stopped: str) -> None:
    text = text_of(alan, f"/instances/{stopped}")
    assert "Over limit?: “no”" in text
    assert "default: no condition was true" in text


def test_others_are_told_that_there_is_nothing(app: Flask, purchase: str) -> None:
    mallory = purchases.sign_in(app, "mallory")
    for path in ("", "/trail.csv", "/log.xes", "/mend"):
        assert mallory.get(f"/instances/{purchase}{path}").status_code == 404
    assert mallory.post(f"/instances/{purchase}/comment", data={"text": "hello"}).status_code == 404
    assert mallory.post(f"/instances/{purchase}/follow").status_code == 404
    assert mallory.post(f"/instances/{purchase}/incidents/1/retry").status_code == 404


def test_an_auditor_only_reads(auditor: FlaskClient, purchase: str) -> None:
    text = text_of(auditor, f"/instances/{purchase}")
    assert "Mend…" not in text
    assert "Withdraw…" not in text
    assert f"/instances/{purchase}/comment" not in text
    assert f"/instances/{purchase}/follow" not in text
    assert auditor.post(f"/instances/{purchase}/comment", data={"text": "hello"}).status_code == 403
    assert auditor.get(f"/instances/{purchase}/mend").status_code == 404


def test_the_trail_as_csv_holds_no_formula(auditor: FlaskClient, purchase: str) -> None:
    answer = auditor.get(f"/instances/{purchase}/trail.csv")
    rows = list(csv.reader(io.StringIO(answer.get_data(as_text=True).removeprefix("\ufeff"))))
    assert rows[0][:4] == ["No.", "When", "Who", "What"]
    assert len(rows) > 10
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


def test_the_log_as_xes_has_starts_and_ends(auditor: FlaskClient, purchase: str) -> None:
    log = etree.fromstring(auditor.get(f"/instances/{purchase}/log.xes").data)
    names = {"x": "http://www.xes-standard.org/"}
    events: Any = log.xpath("//x:event[x:string[@key='concept:name'][@value='Approve purchase']]", namespaces=names)
    transitions = [event.xpath("string(*[@key='lifecycle:transition']/@value)") for event in events]
    assert transitions == ["start", "complete"]


def test_a_comment_without_words_is_refused_beside_its_field(ada: FlaskClient, purchase: str) -> None:
    answer = ada.post(f"/instances/{purchase}/comment", data={"text": "  "})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.get_data(as_text=True)
    assert ada.post(f"/instances/{purchase}/comment", data={"text": "When is it there?"}).status_code == 303
    assert "When is it there?" in text_of(ada, f"/instances/{purchase}")


def test_whoever_started_it_may_withdraw_it_with_a_reason(app: Flask, ada: FlaskClient, purchase: str) -> None:
    assert "Withdraw…" in text_of(ada, f"/instances/{purchase}")
    assert ada.post(f"/instances/{purchase}/withdraw", data={"reason": ""}).status_code == 422
    assert instance_of(app, purchase).state == "active"
    assert ada.post(f"/instances/{purchase}/withdraw", data={"reason": "Found two"}).status_code == 303
    assert instance_of(app, purchase).state == "terminated"
    assert "Found two" in text_of(ada, f"/instances/{purchase}")


def test_a_step_of_the_trail_and_its_activity_lead_to_what_was_handed_in(
    app: Flask, auditor: FlaskClient, purchase: str
) -> None:
    with app.app_context():
        done = db.session.query(UserTask.id).filter_by(instance_id=purchase, state="completed").one()[0]
    text = text_of(auditor, f"/instances/{purchase}")
    assert f'<a href="/user-tasks/{done}">Approve purchase</a>' in text
    assert f'href="/user-tasks/{done}" aria-label="What was handed in: Did the user task Approve purchase"' in text
    shown = text_of(auditor, f"/user-tasks/{done}")
    assert '"why": "Needed"' in shown
    assert " data-readonly" in shown


def test_a_called_instance_and_its_caller_lead_to_each_other(app: Flask, auditor: FlaskClient) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("nested.bpmn", NESTED), ("calling.bpmn", CALLING)])
        caller = process_instances.start(CONSOLE, "calling", {}).instance_id
        called = db.session.query(ProcessInstance.id).filter_by(caller_id=caller).one()[0]
    text = text_of(auditor, f"/instances/{caller}")
    assert f'<dt>Calls</dt><dd><a href="/instances/{called}">' in text
    assert f'{{"element": "call", "href": "/instances/{called}", "text": "Open Nested"}}' in text
    assert f'<dt>Called by</dt><dd><a href="/instances/{caller}">' in text_of(auditor, f"/instances/{called}")


def test_following_is_switched_on_and_off(ada: FlaskClient, purchase: str) -> None:
    ada.post(f"/instances/{purchase}/follow")
    assert "Unfollow" in text_of(ada, f"/instances/{purchase}")
    ada.post(f"/instances/{purchase}/follow")
    assert "Unfollow" not in text_of(ada, f"/instances/{purchase}")


def test_an_incident_is_mended_by_a_variable_and_a_retry(app: Flask, alan: FlaskClient, stopped: str) -> None:
    assert "Share it failed" in text_of(alan, f"/instances/{stopped}")
    with app.app_context():
        incident = db.session.query(Incident.id).filter_by(instance_id=stopped).one()[0]
    retry = f"/instances/{stopped}/incidents/{incident}/retry"
    alan.post(retry, data={"reason": "again"})
    assert "Retried Share it: it failed again" in text_of(alan, f"/instances/{stopped}")
    change = {"name": "shares", "value": "5", "reason": "It was forgotten"}
    assert alan.post(f"/instances/{stopped}/mend/variable", data=change).status_code == 303
    with app.app_context():
        incident = db.session.query(Incident.id).filter_by(instance_id=stopped, resolved_at=None).one()[0]
    assert alan.post(f"/instances/{stopped}/incidents/{incident}/retry", data={"reason": "5"}).status_code == 303
    assert instance_of(app, stopped).state == "completed"
    assert alan.post(retry, data={"reason": "once more"}).status_code == 409


def test_a_value_that_is_no_json_keeps_what_was_typed(alan: FlaskClient, purchase: str) -> None:
    typed = {"name": "amount", "value": "nine hundred", "reason": "Typo"}
    answer = alan.post(f"/instances/{purchase}/mend/variable", data=typed)
    text = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "This is no JSON value" in text
    assert "nine hundred" in text
    assert 'value="Typo"' in text


def test_tokens_are_moved_after_a_preview(app: Flask, alan: FlaskClient, purchase: str) -> None:
    address = f"/instances/{purchase}/mend/move"
    assert alan.post(address, data={}).status_code == 422
    with app.app_context():
        activity = db.session.query(UserTask.activity).filter_by(instance_id=purchase, state="open").one()[0]
    chosen = {"cancel": str(activity), "start": "approve"}
    revision = instance_of(app, purchase).revision
    preview = alan.post(address, data=chosen).get_data(as_text=True)
    assert f"Order it (number {activity}) is cancelled" in preview
    assert "A new token begins before Approve purchase" in preview
    assert "The user task Approve purchase is offered to approvers." in preview
    assert "Tokens then stand at Approve purchase." in preview
    assert instance_of(app, purchase).revision == revision
    assert alan.post(address, data=chosen | {"confirmed": "yes"}).status_code == 422
    assert alan.post(address, data=chosen | {"confirmed": "yes", "reason": "Wrong"}).status_code == 303
    with app.app_context():
        names = db.session.query(UserTask.name).filter_by(instance_id=purchase, state="open").all()
    assert [name for (name,) in names] == ["Approve purchase"]


def test_an_operator_suspends_resumes_and_cancels(app: Flask, alan: FlaskClient, purchase: str) -> None:
    for verb, state in (("suspend", "suspended"), ("resume", "active"), ("cancel", "terminated")):
        address = f"/instances/{purchase}/mend/{verb}"
        assert alan.post(address, data={"reason": ""}).status_code == 422
        assert alan.post(address, data={"reason": "Because"}).status_code == 303
        assert instance_of(app, purchase).state == state
    assert "It has ended" in text_of(alan, f"/instances/{purchase}/mend")


def test_the_preview_of_a_move_tells_what_the_engine_would_find_out(
    app: Flask, alan: FlaskClient, stopped: str
) -> None:
    chosen = {"cancel": activity_of(app, stopped), "start": "share"}
    preview = text_of_answer(alan.post(f"/instances/{stopped}/mend/move", data=chosen))
    assert "Share it fails: " in preview
    with app.app_context():
        assert db.session.query(Incident).filter_by(instance_id=stopped).count() == 1


def test_a_move_that_leaves_no_token_says_that_the_instance_ends(app: Flask, alan: FlaskClient, purchase: str) -> None:
    chosen = {"cancel": activity_of(app, purchase)}
    preview = text_of_answer(alan.post(f"/instances/{purchase}/mend/move", data=chosen))
    assert "No token is left, so the process instance ends." in preview
    assert instance_of(app, purchase).state == "active"


@pytest.mark.parametrize(
    ("chosen", "status", "told"),
    [
        ({"start": "nowhere"}, 422, "There is no element"),
        ({"cancel": "999"}, 409, "is not running any more"),
    ],
)
def test_a_move_that_cannot_be_made_is_told_at_the_preview(
    alan: FlaskClient, purchase: str, chosen: dict[str, str], status: int, told: str
) -> None:
    answer = alan.post(f"/instances/{purchase}/mend/move", data=chosen)
    assert answer.status_code == status
    assert told in text_of_answer(answer)


def test_tokens_are_moved_inside_a_sub_process_that_is_running(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        deployments.deploy(CONSOLE, [("nested.bpmn", NESTED)])
        instance_id = process_instances.start(CONSOLE, "nested", {}).instance_id
    page = text_of(alan, f"/instances/{instance_id}/mend")
    assert "Both: Second" in page
    chosen = {"cancel": activity_of(app, instance_id), "start": "second"}
    assert "A new token begins before Second." in text_of_answer(
        alan.post(f"/instances/{instance_id}/mend/move", data=chosen)
    )
    sure = chosen | {"confirmed": "yes", "reason": "The first is done"}
    assert alan.post(f"/instances/{instance_id}/mend/move", data=sure).status_code == 303
    with app.app_context():
        names = db.session.query(UserTask.name).filter_by(instance_id=instance_id, state="open").all()
    assert [name for (name,) in names] == ["Second"]


def text_of_answer(answer: TestResponse) -> str:
    """The page as people read it."""
    return html.unescape(answer.get_data(as_text=True))


def activity_of(app: Flask, instance_id: str) -> str:
    """The number of the innermost activity that goes on in the instance."""
    with app.app_context():
        going_on = db.session.query(ActivityInstance.activity).filter_by(instance_id=instance_id, ended_at=None)
        return str(max(number for (number,) in going_on))
