"""The page of a user task: who may read it, who may fill it in, drafts, files, and what is told to who was too slow."""

import io
import json
import re
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from server.commands import deployments, groups, process_instances, user_tasks
from server.database import db
from server.identity.actor import CONSOLE
from server.records.process_instance import ProcessInstance
from server.records.user_task import UserTask
from tests.web import purchases
from tests.web.purchases import actor, ask, sign_in

JSON = {"Accept": "application/json"}


@pytest.fixture
def task(app: Flask) -> str:
    """The id of Ada's purchase waiting for an approval."""
    with app.app_context():
        return user_task_of(ask())


def user_task_of(instance_id: str) -> str:
    found = db.session.scalar(select(UserTask.id).where(UserTask.instance_id == instance_id, UserTask.state == "open"))
    assert found is not None
    return found


def submit(browser: FlaskClient, task: str, **body: Any) -> TestResponse:
    return browser.post(f"/user-tasks/{task}/submit", json=body, headers=JSON)


def test_a_candidate_reads_what_is_asked_and_why(grace: FlaskClient, task: str) -> None:
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert "Approve purchase" in text
    assert "You are in the group Purchasing approvers" in text
    assert '"item": "Three laptops"' in text
    assert "PR-1001" in text


def test_only_variables_that_the_form_names_leave_the_server(grace: FlaskClient, task: str) -> None:
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    values = re.search(r'id="form-values">(.*?)</script>', text)
    assert values is not None
    assert "amount" not in values[1]


def test_instructions_of_a_model_cannot_run_anything(grace: FlaskClient, task: str) -> None:
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert "<em>cost centre</em>" in text
    assert "<script>alert" not in text
    assert 'href="javascript' not in text


@pytest.mark.parametrize("address", ["", "/submit", "/claim", "/draft", "/comment", "/delegate", "/files", "/follow"])
def test_for_a_stranger_the_user_task_is_not_there(app: Flask, task: str, address: str) -> None:
    stranger = sign_in(app, "mallory")
    path = f"/user-tasks/{task}{address}"
    answer = stranger.get(path) if not address else stranger.post(path, json={"values": {}}, headers=JSON)
    assert answer.status_code == 404


def test_completing_an_offered_user_task_claims_it_on_the_way(app: Flask, grace: FlaskClient, task: str) -> None:
    answer = submit(grace, task, values={"approved": True, "why": "Needed"})
    assert answer.status_code == 200, answer.get_json()
    assert answer.get_json() == {"location": "/inbox"}
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert "Completed by Grace just now" in text


def test_a_form_with_an_error_is_sent_back_with_the_field(grace: FlaskClient, task: str) -> None:
    answer = submit(grace, task, values={"approved": True})
    assert answer.status_code == 422
    assert [problem["field"] for problem in answer.get_json()["problems"]] == ["why"]


def test_who_was_too_slow_is_told_who_completed_it(app: Flask, grace: FlaskClient, task: str) -> None:
    linus = sign_in(app, "linus")
    assert submit(linus, task, values={"approved": True, "why": "Fine"}).status_code == 200
    answer = submit(grace, task, values={"approved": False, "why": "No"})
    assert answer.status_code == 409
    assert answer.get_json()["message"] == "Completed by Linus just now."


def test_who_was_too_slow_is_told_who_claimed_it(app: Flask, grace: FlaskClient, task: str) -> None:
    assert sign_in(app, "linus").post(f"/user-tasks/{task}/claim").status_code == 303
    answer = submit(grace, task, values={"approved": False, "why": "No"})
    assert (answer.status_code, answer.get_json()["message"]) == (409, "Claimed by Linus just now.")
    assert "Claimed by Linus just now." in grace.get(f"/user-tasks/{task}").get_data(as_text=True)


def test_a_claim_can_be_undone_from_the_message(grace: FlaskClient, task: str) -> None:
    assert grace.post(f"/user-tasks/{task}/claim").status_code == 303
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert f'action="/user-tasks/{task}/release"' in text
    assert "Claimed PR-1001" in text
    answer = grace.post(f"/user-tasks/{task}/release", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert "Released PR-1001" in answer.headers["HX-Trigger"]


def test_the_key_c_claims_and_releases(grace: FlaskClient, task: str) -> None:
    assert 'data-key="c">Claim' in grace.get(f"/user-tasks/{task}").text
    grace.post(f"/user-tasks/{task}/claim")
    assert 'data-key="c">Release' in grace.get(f"/user-tasks/{task}").text


def test_a_draft_is_there_after_signing_in_again(app: Flask, grace: FlaskClient, task: str) -> None:
    saved = grace.post(f"/user-tasks/{task}/draft", json={"values": {"why": "Half a sent"}}, headers=JSON)
    assert saved.status_code == 200
    grace.post("/sign-out")
    lost = grace.post(f"/user-tasks/{task}/draft", json={"values": {"why": "x"}}, headers=JSON)
    assert lost.status_code == 401
    text = sign_in(app, "grace").get(f"/user-tasks/{task}").get_data(as_text=True)
    assert 'data-confirm="Discard what you have typed?"' in text
    assert '"why": "Half a sent"' in text
    assert '"item": "Three laptops"' in text


def test_a_draft_is_nobody_elses(app: Flask, grace: FlaskClient, task: str) -> None:
    grace.post(f"/user-tasks/{task}/draft", json={"values": {"why": "Half a sent"}}, headers=JSON)
    assert "Half a sent" not in sign_in(app, "linus").get(f"/user-tasks/{task}").get_data(as_text=True)


def test_a_file_comes_back_as_a_download_only(grace: FlaskClient, task: str) -> None:
    content = {"file": (io.BytesIO(b"<script>alert(1)</script>"), "offer ü.html", "text/html")}
    assert grace.post(f"/user-tasks/{task}/files", data=content).status_code == 303
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    address = re.search(r'href="(/files/[^"]+)"', text)
    assert address is not None
    with grace.get(address[1]) as answer:
        content_sent = answer.data
    assert content_sent == b"<script>alert(1)</script>"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.mimetype == "application/octet-stream"


def test_a_strangers_file_is_not_there(app: Flask, grace: FlaskClient, task: str) -> None:
    content = {"file": (io.BytesIO(b"offer"), "offer.txt"), "field": "offer"}
    uploaded = grace.post(f"/user-tasks/{task}/files", data=content, headers=JSON).get_json()
    with grace.get(f"/files/{uploaded['id']}") as answer:
        assert answer.status_code == 200
    assert sign_in(app, "mallory").get(f"/files/{uploaded['id']}").status_code == 404


def test_a_file_beyond_the_limit_is_refused_in_one_sentence(grace: FlaskClient, task: str) -> None:
    content = {"file": (io.BytesIO(b"x" * 3000), "big.bin"), "field": "offer"}
    answer = grace.post(f"/user-tasks/{task}/files", data=content, headers=JSON)
    assert answer.status_code == 422
    assert "larger than" in answer.get_json()["message"]


def test_the_requester_reads_the_question_and_answers_it(ada: FlaskClient, grace: FlaskClient, task: str) -> None:
    assert grace.post(f"/user-tasks/{task}/ask-back", data={"text": "Which model?"}).status_code == 303
    assert "Which model?" in ada.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert "Which model?" in ada.get("/requests").get_data(as_text=True)
    assert ada.post(f"/user-tasks/{task}/answer", data={"text": "The light one"}).status_code == 303
    assert "The light one" in grace.get(f"/user-tasks/{task}").get_data(as_text=True)


def test_who_hands_over_gives_a_reason_that_history_keeps(app: Flask, grace: FlaskClient, task: str) -> None:
    answer = grace.post(f"/user-tasks/{task}/delegate", data={"person_id": "linus", "reason": "On holiday"})
    assert answer.status_code == 303
    text = sign_in(app, "linus").get(f"/user-tasks/{task}").get_data(as_text=True)
    assert "Handed over to you by Grace" in text
    assert "On holiday" in text


def test_a_comment_is_shown_as_text(grace: FlaskClient, task: str) -> None:
    grace.post(f"/user-tasks/{task}/comment", data={"text": "<b>bold</b>"})
    assert "&lt;b&gt;bold&lt;/b&gt;" in grace.get(f"/user-tasks/{task}").get_data(as_text=True)


def test_a_user_task_of_a_withdrawn_request_says_so(app: Flask, grace: FlaskClient, task: str) -> None:
    grace.post(f"/user-tasks/{task}/claim")
    with app.app_context():
        instance_id = db.session.scalar(select(ProcessInstance.id))
        assert instance_id is not None
        process_instances.withdraw(actor("ada"), instance_id, "Changed my mind")
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert "This is not needed any more." in text
    assert submit(grace, task, values={"why": "x"}).status_code == 409


def test_complete_and_open_next_leads_to_the_next_user_task(app: Flask, grace: FlaskClient, task: str) -> None:
    with app.app_context():
        following = user_task_of(ask("A desk"))
        user_tasks.claim(actor("grace"), following)
    answer = submit(grace, task, values={"why": "Fine"}, next=True)
    assert answer.get_json() == {"location": f"/user-tasks/{following}"}


def test_a_completed_user_task_shows_what_was_handed_in_with_the_values_of_then(
    app: Flask, grace: FlaskClient, task: str
) -> None:
    assert submit(grace, task, values={"approved": True, "why": "Needed"}).status_code == 200
    with app.app_context():
        instance_id = db.session.scalar(select(ProcessInstance.id))
        assert instance_id is not None
        process_instances.set_variable(CONSOLE, instance_id, "item", "Nothing any more", "A test")
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert values_in(text) == {"item": "Three laptops", "approved": True, "why": "Needed"}
    assert "What was handed in" in text
    assert " data-readonly" in text
    assert "data-form-submit" not in text


def test_a_completed_user_task_is_shown_in_the_form_it_was_handed_in_with(
    app: Flask, grace: FlaskClient, task: str
) -> None:
    assert submit(grace, task, values={"why": "Needed"}).status_code == 200
    changed = purchases.DECISION_FORM.replace(b'"label": "Reason"', b'"label": "Why so", "defaultValue": "Because"')
    with app.app_context():
        deployments.deploy(CONSOLE, [("decision.form", changed)])
        following = user_task_of(ask("A desk"))
    assert '"label": "Reason"' in grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert '"label": "Why so"' in grace.get(f"/user-tasks/{following}").get_data(as_text=True)


def test_a_default_that_nobody_handed_in_is_not_shown_as_if(app: Flask, grace: FlaskClient) -> None:
    form = purchases.DECISION_FORM.replace(b'"label": "Approved"', b'"label": "Approved", "defaultValue": true')
    with app.app_context():
        deployments.deploy(CONSOLE, [("decision.form", form)])
        task = user_task_of(ask())
    assert '"defaultValue": true' in grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert submit(grace, task, values={"approved": False, "why": "No"}).status_code == 200
    assert "defaultValue" not in grace.get(f"/user-tasks/{task}").get_data(as_text=True)


def values_in(text: str) -> dict[str, Any]:
    """The values that the page gives to its form."""
    found = re.search(r'id="form-values">(.*?)</script>', text)
    assert found is not None
    values: dict[str, Any] = json.loads(found[1])
    return values


def test_a_lead_reassigns_what_somebody_has_from_the_page_and_nobody_else_does(
    app: Flask, grace: FlaskClient, task: str
) -> None:
    with app.app_context():
        groups.add_member(CONSOLE, "approvers", "linus", leads=True)
        user_tasks.claim(actor("grace"), task)
    linus, typed = sign_in(app, "linus"), {"person_id": "linus", "reason": "Grace is ill"}
    assert "Reassign…" in linus.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert grace.post(f"/user-tasks/{task}/reassign", data=typed).status_code == 403
    assert linus.post(f"/user-tasks/{task}/reassign", data=typed | {"person_id": "nobody"}).status_code == 422
    assert linus.post(f"/user-tasks/{task}/reassign", data=typed).status_code == 303
    text = linus.get(f"/user-tasks/{task}").get_data(as_text=True)
    assert "Reassigned PR-1001" in text
    assert "Yours since" in text


def test_files_that_were_handed_in_are_listed_below_the_completed_form(app: Flask, grace: FlaskClient) -> None:
    picker = (
        b'{"type": "filepicker", "id": "d_f", "key": "offer", "label": "Offer"}, {"type": "textarea", "id": "d_why"'
    )
    with app.app_context():
        changed = purchases.DECISION_FORM.replace(b'{"type": "textarea", "id": "d_why"', picker)
        deployments.deploy(CONSOLE, [("decision.form", changed)])
        task = user_task_of(ask())
    sent = {"file": (io.BytesIO(b"offer"), "offer.txt"), "field": "offer"}
    uploaded = grace.post(f"/user-tasks/{task}/files", data=sent, headers=JSON).get_json()
    answer = submit(grace, task, values={"why": "Cheap", "offer": None}, files={"offer": [uploaded["id"]]})
    assert answer.status_code == 200, answer.get_json()
    text = grace.get(f"/user-tasks/{task}").get_data(as_text=True)
    handed_in = text[text.index("Files handed in") : text.index("Who did what so far")]
    assert f'href="/files/{uploaded["id"]}" download>offer.txt</a>' in handed_in
