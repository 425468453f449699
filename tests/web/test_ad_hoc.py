"""What next? The card that lets people choose in an ad-hoc sub-process, on the instance and on its user tasks."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import deployments, people, process_instances
from server.database import db
from server.identity.actor import CONSOLE
from server.records.activity_instance import ActivityInstance
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from tests.web import purchases

CASE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
  targetNamespace="http://example.org/tests">
  <process id="case" name="Care" isExecutable="true">
    <startEvent id="begin"/><sequenceFlow id="f1" sourceRef="begin" targetRef="care"/>
    <adHocSubProcess id="care" name="Look after them"{attributes}>
      <documentation>Whatever *helps*.</documentation>
      <userTask id="call" name="Call" camunda:candidateGroups="staff"><documentation>How **was** it?</documentation>
      </userTask>
      <userTask id="visit" name="Visit" camunda:assignee="linus"/>
      {condition}</adHocSubProcess>
    <sequenceFlow id="f2" sourceRef="care" targetRef="end"/><endEvent id="end"/>
  </process>
</definitions>"""


def begin(app: Flask, attributes: str = "", condition: str = "") -> str:
    """Ada starts a case; the id of the instance."""
    with app.app_context():
        content = CASE.format(attributes=attributes, condition=condition).encode()
        deployments.deploy(CONSOLE, [("case.bpmn", content)])
        return process_instances.start(purchases.actor("ada"), "case", {}).instance_id


def host(app: Flask, instance_id: str) -> int:
    with app.app_context():
        found = db.session.query(ActivityInstance.activity).filter_by(instance_id=instance_id, element_key="care")
        return int(found.one()[0])


def choose(app: Flask, browser: FlaskClient, instance_id: str, element_key: str) -> tuple[int, str]:
    """The status, and where it leads or the page."""
    data = {"element": element_key}
    answer = browser.post(f"/instances/{instance_id}/next/{host(app, instance_id)}", data=data)
    return answer.status_code, answer.headers.get("Location") or answer.text


def user_task(app: Flask, instance_id: str, element_key: str) -> str:
    with app.app_context():
        found = db.session.query(UserTask.id).filter_by(instance_id=instance_id, element_key=element_key, state="open")
        return str(found.one()[0])


def test_the_card_lists_what_may_be_begun_with_its_documentation(app: Flask, ada: FlaskClient) -> None:
    instance_id = begin(app)
    page = ada.get(f"/instances/{instance_id}").text
    for text in ("What next?", "Look after them", "Whatever <em>helps</em>", "How <strong>was</strong> it?"):
        assert text in page
    assert page.count("Not done yet") == 2
    assert 'aria-label="Start Call"' in page
    assert 'aria-label="Finish Look after them"' in page


def test_who_can_do_what_they_chose_is_led_there(app: Flask, ada: FlaskClient) -> None:
    instance_id = begin(app)
    assert choose(app, ada, instance_id, "call") == (303, f"/user-tasks/{user_task(app, instance_id, 'call')}")


def test_the_newest_user_task_is_where_one_is_led(app: Flask, ada: FlaskClient) -> None:
    instance_id = begin(app)
    first, second = (choose(app, ada, instance_id, "call")[1] for _ in range(2))
    assert first != second


def test_who_chose_something_for_somebody_else_stays_with_the_instance(app: Flask, ada: FlaskClient) -> None:
    instance_id = begin(app)
    assert choose(app, ada, instance_id, "visit") == (303, f"/instances/{instance_id}")
    page = ada.get(f"/instances/{instance_id}").text
    assert "Visit can be done now" in page
    assert "1 being done" in page
    assert "Takes back what is being done (1)." in page


def test_the_card_stands_on_the_user_tasks_of_the_instance_and_counts_what_was_done(
    app: Flask, ada: FlaskClient
) -> None:
    instance_id = begin(app)
    for times in ("Done once", "Done 2 times"):
        choose(app, ada, instance_id, "call")
        address = f"/user-tasks/{user_task(app, instance_id, 'call')}"
        assert "What next?" in ada.get(address).text
        assert ada.post(f"{address}/submit", json={"values": {}}).status_code == 200
        assert times in ada.get(address).text


def test_other_user_tasks_have_no_such_card(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        instance_id = purchases.ask()
    assert "What next?" not in grace.get(f"/user-tasks/{user_task(app, instance_id, 'approve')}").text


def test_where_one_is_done_after_the_other_a_second_choice_is_refused_in_one_sentence(
    app: Flask, ada: FlaskClient
) -> None:
    instance_id = begin(app, ' ordering="Sequential"')
    choose(app, ada, instance_id, "visit")
    page = ada.get(f"/instances/{instance_id}").text
    assert "One is done after the other" in page
    assert 'aria-label="Start Call"' not in page
    status, text = choose(app, ada, instance_id, "call")
    assert status == 409
    assert "one is done after the other: wait until" in text


@pytest.mark.parametrize("element_key", ["begin", "nothing", ""])
def test_what_cannot_be_chosen_is_refused(app: Flask, ada: FlaskClient, element_key: str) -> None:
    status, text = choose(app, ada, begin(app), element_key)
    assert status == 409
    assert "is nothing that can be chosen in" in text


def test_whoever_has_done_enough_finishes_it(app: Flask, ada: FlaskClient) -> None:
    instance_id = begin(app)
    answer = ada.post(f"/instances/{instance_id}/next/{host(app, instance_id)}/finish")
    assert answer.headers["Location"] == f"/instances/{instance_id}"
    with app.app_context():
        assert db.session.get_one(ProcessInstance, instance_id).state == "completed"
    page = ada.get(f"/instances/{instance_id}").text
    assert "What next?" not in page
    assert "Finished Look after them" in page


def test_an_end_that_waits_for_what_is_being_done_says_so_and_offers_nothing_more(app: Flask, ada: FlaskClient) -> None:
    instance_id = begin(app, ' cancelRemainingInstances="false"')
    choose(app, ada, instance_id, "visit")
    assert "Waits for what is being done (1)." in ada.get(f"/instances/{instance_id}").text
    ada.post(f"/instances/{instance_id}/next/{host(app, instance_id)}/finish")
    page = ada.get(f"/instances/{instance_id}/next").text
    assert "ends when what is still being done has been completed" in page
    assert "Start Call" not in page


def test_nobody_finishes_what_ends_by_its_own_condition(app: Flask, ada: FlaskClient) -> None:
    condition = "<completionCondition>${false}</completionCondition>"
    instance_id = begin(app, condition=condition)
    page = ada.get(f"/instances/{instance_id}").text
    assert "It ends by itself, when its condition is true." in page
    assert "Finish Look after them" not in page
    answer = ada.post(f"/instances/{instance_id}/next/{host(app, instance_id)}/finish")
    assert answer.status_code == 409
    assert "ends by its own condition" in answer.text


def test_a_choice_in_what_has_ended_meanwhile_is_answered_with_a_page_that_says_so(
    app: Flask, ada: FlaskClient
) -> None:
    instance_id = begin(app)
    ada.post(f"/instances/{instance_id}/next/{host(app, instance_id)}/finish")
    status, text = choose(app, ada, instance_id, "call")
    assert status == 409
    assert "Nothing to choose just now" in text


def test_who_may_not_work_sees_no_card_and_may_not_choose(app: Flask) -> None:
    instance_id = begin(app)
    with app.app_context():
        people.create(CONSOLE, "katherine", "Katherine", purchases.PASSWORD, ("auditor",))
    for person in ("katherine", "alan"):
        browser = purchases.sign_in(app, person)
        assert "What next?" not in browser.get(f"/instances/{instance_id}").text
        assert choose(app, browser, instance_id, "call")[0] == 404


def test_who_may_not_see_the_instance_may_not_choose(app: Flask) -> None:
    instance_id = begin(app)
    mallory = purchases.sign_in(app, "mallory")
    assert mallory.get(f"/instances/{instance_id}/next").status_code == 404
    assert choose(app, mallory, instance_id, "call")[0] == 404


def test_the_trail_says_who_chose_what(app: Flask, ada: FlaskClient) -> None:
    instance_id = begin(app)
    choose(app, ada, instance_id, "visit")
    page = ada.get(f"/instances/{instance_id}").text
    assert "Ada chose Visit as the next step" in page
    assert "In Look after them" in page
    assert "Chose what is done next: Visit" in page


def test_without_scripts_one_form_posts_the_choice_with_its_token(app: Flask, ada: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    instance_id = begin(app)
    page = ada.get(f"/instances/{instance_id}/next").text
    form = re.search(r'<form id="next-\d+" method="post" action="([^"]+)">(.*?)</form>', page, re.S)
    assert form is not None
    token = re.search(r'name="csrf_token" value="([^"]+)"', form[2])
    assert token is not None
    assert ada.post(form[1], data={"element": "call"}).status_code == 400
    answer = ada.post(form[1], data={"element": "call", "csrf_token": token[1]})
    assert answer.headers["Location"] == f"/user-tasks/{user_task(app, instance_id, 'call')}"


def test_a_request_says_that_somebody_has_to_choose(app: Flask, ada: FlaskClient) -> None:
    instance_id = begin(app)
    assert "somebody to choose what is done next" in ada.get("/requests").text
    choose(app, ada, instance_id, "visit")
    assert "somebody to choose what is done next" not in ada.get("/requests").text
