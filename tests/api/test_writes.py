"""Writes: once only under a key, only from the revision that was seen, and with a pointer to what is wrong."""

import ast
import inspect
import io
import json
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from server import clock
from server.api.nouns import NOUNS
from server.commands import jobs, tokens
from server.commands.tokens import NewToken
from server.database import db
from server.identity.actor import WORKER
from tests.api.house import Program
from tests.web import purchases, stuck
from tests.web.purchases import actor

PEN = {"process_key": "purchase", "values": {"item": "Pen", "amount": 1}}


def count(app: Flask, table: str) -> int:
    with app.app_context():
        return int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608  # the name is our own


def test_the_same_request_under_the_same_key_is_carried_out_once(app: Flask, ada: Program) -> None:
    first = ada.post("/process-instances", PEN, Idempotency_Key="one")
    second = ada.post("/process-instances", PEN, Idempotency_Key="one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.json == first.json
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert count(app, "process_instance") == 1


@pytest.mark.parametrize("name", ["Boxes", "Room 10", "Costs\\taxes"])
def test_a_filter_may_have_any_name(ada: Program, name: str) -> None:
    assert ada.post("/filters", {"name": name, "query": "tab=mine"}).status_code == 201
    assert [one["name"] for one in ada.get("/filters").json["items"]] == [name]


def test_what_failed_for_one_cause_is_tried_again_whatever_is_in_its_text(app: Flask, alan: Program) -> None:
    with app.app_context():
        stuck.bill(0)
    [cause] = alan.get("/incidents/causes").json["causes"]
    words = {"cause": cause["text"], "reason": "mended", "variables": {"amount": 1}}
    begun = alan.post("/incidents/causes/retry", words)
    assert (begun.status_code, begun.json["items"]) == (201, 1)
    assert alan.get(f"/batches/{begun.json['id']}").json["line"]["total"] == 1
    odd = alan.post("/incidents/causes/retry", words | {"cause": "x0\\s"})
    assert (odd.status_code, odd.json["problems"]) == (422, []), "its shape is right: there is no such cause"


def test_a_note_is_written_at_an_incident(app: Flask, alan: Program) -> None:
    with app.app_context():
        stuck.bill(0)
    [incident] = alan.get("/incidents").json["items"]
    assert incident["note"] is None
    assert alan.put(f"/incidents/{incident['id']}/note", {"note": "Asked the bank."}).status_code == 204
    assert alan.get(f"/incidents/{incident['id']}").json["note"] == "Asked the bank."
    [line] = alan.get(f"/process-instances/{incident['instance_id']}/incidents").json["items"]
    assert line["note"] == "Asked the bank."
    refused = alan.put(f"/incidents/{incident['id']}/note", {"note": "x" * 4001})
    assert (refused.status_code, refused.json["problems"][0]["pointer"]) == (422, "/note")


def test_two_requests_at_once_under_one_key_are_one(app: Flask, ada: Program) -> None:
    with ThreadPoolExecutor(6) as crowd:
        answers = list(crowd.map(lambda _: ada.post("/process-instances", PEN, Idempotency_Key="crowd"), range(6)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["instance_id"] for answer in answers}) == 1
    assert count(app, "process_instance") == 1


def test_another_request_under_the_same_key_is_refused(app: Flask, ada: Program) -> None:
    ada.post("/process-instances", PEN, Idempotency_Key="one")
    other = ada.post("/process-instances", PEN | {"values": {"item": "Ink", "amount": 1}}, Idempotency_Key="one")
    assert other.status_code == 422
    assert "Another request" in other.json["detail"]


def test_keys_of_two_people_are_strangers(app: Flask, ada: Program, grace: Program) -> None:
    filed = {"name": "Mine", "query": "tab=mine"}
    first = ada.post("/filters", filed, Idempotency_Key="one")
    second = grace.post("/filters", filed, Idempotency_Key="one")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json["id"] != second.json["id"]


def test_what_was_rejected_is_tried_anew(app: Flask, ada: Program) -> None:
    bad = PEN | {"values": {"item": "", "amount": 1}}
    assert ada.post("/process-instances", bad, Idempotency_Key="one").status_code == 422
    assert count(app, "first_answer") == 0
    assert ada.post("/process-instances", PEN, Idempotency_Key="one").status_code == 201


def test_an_empty_answer_is_told_again_too(ada: Program) -> None:
    instance = ada.post("/process-instances", PEN).json["instance_id"]
    for _ in range(2):
        answer = ada.post(f"/process-instances/{instance}/comments", {"text": "Please"}, Idempotency_Key="c")
        assert answer.status_code == 204
    assert len(ada.get(f"/process-instances/{instance}/comments").json["items"]) == 1


def test_a_key_is_free_again_after_a_day_and_a_job_forgets_it(app: Flask, ada: Program) -> None:
    ada.post("/process-instances", PEN, Idempotency_Key="one")
    clock.freeze(clock.now() + timedelta(hours=25))
    with app.app_context():
        for job in jobs.claim(WORKER, "w", 10, 10).jobs:
            jobs.run(WORKER, job.id, job.attempt)
    assert count(app, "first_answer") == 0
    assert ada.post("/process-instances", PEN, Idempotency_Key="one").status_code == 201
    assert count(app, "process_instance") == 2


@pytest.mark.parametrize("key", ["", " ", "x" * 201, "ü"])
def test_an_odd_key_is_refused(ada: Program, key: str) -> None:
    assert ada.post("/process-instances", PEN, Idempotency_Key=key).status_code == 400


def test_a_secret_is_not_kept_for_repetition(app: Flask, katherine: Program) -> None:
    katherine.post("/programs", {"id": "robot", "name": "Robot", "roles": ["participant"]})
    app.config["WTF_CSRF_ENABLED"] = False
    browser = purchases.sign_in(app, "katherine")
    token = browser.get("/account").text.split('name="csrf-token" content="')[1].split('"')[0]
    signed_in = Program(app, "", {"X-CSRFToken": token}, browser)
    new = {"name": "x", "expires_at": (clock.now() + timedelta(days=3)).isoformat()}
    first = signed_in.post("/programs/robot/tokens", new, Idempotency_Key="t")
    assert first.status_code == 201
    assert signed_in.post("/programs/robot/tokens", new, Idempotency_Key="t").status_code == 409
    with app.app_context():
        assert first.json["secret"] not in str(db.session.execute(text("SELECT * FROM first_answer")).all())


def test_a_change_from_a_revision_that_has_passed_is_refused(ada: Program, alan: Program) -> None:
    instance = ada.post("/process-instances", PEN).json["instance_id"]
    seen = alan.get(f"/process-instances/{instance}").headers["ETag"]
    why = {"reason": "looking into it"}
    assert alan.post(f"/process-instances/{instance}/suspension", why, If_Match=seen).status_code == 204
    late = alan.post(f"/process-instances/{instance}/cancellation", why, If_Match=seen)
    assert (late.status_code, late.json["type"]) == (412, "urn:procession:problem:outdated")
    now = alan.get(f"/process-instances/{instance}").headers["ETag"]
    assert now != seen
    assert alan.post(f"/process-instances/{instance}/cancellation", why, If_Match=f"{seen}, {now}").status_code == 204


def test_an_odd_revision_is_refused_and_so_is_one_where_there_is_none(ada: Program) -> None:
    instance = ada.post("/process-instances", PEN).json["instance_id"]
    assert ada.post(f"/process-instances/{instance}/reminder", If_Match="7").status_code == 400
    assert ada.post("/process-instances", PEN, If_Match='"1"').status_code == 400


def test_what_is_wrong_with_a_form_is_pointed_to(ada: Program) -> None:
    answer = ada.post("/process-instances", {"process_key": "purchase", "values": {"item": "", "amount": 0}})
    assert answer.status_code == 422
    assert {one["pointer"] for one in answer.json["problems"]} == {"/values/item", "/values/amount"}


def test_what_does_not_fit_its_shape_is_pointed_to(ada: Program) -> None:
    answer = ada.post("/process-instances", {"process_key": 7, "valeus": {}})
    assert {one["pointer"] for one in answer.json["problems"]} == {"/process_key", "/valeus"}


def test_what_is_no_json_is_told_so(app: Flask, ada: Program) -> None:
    headers = {"Authorization": f"Bearer {ada.secret}"}
    browser = app.test_client()
    given = browser.post("/api/v1/process-instances", data="{", content_type="application/json", headers=headers)
    assert given.status_code == 400
    assert browser.post("/api/v1/process-instances", data="a=b", headers=headers).status_code == 415
    zero = json.dumps(PEN | {"business_key": "a\0b"})
    given = browser.post("/api/v1/process-instances", data=zero, content_type="application/json", headers=headers)
    assert given.status_code == 422


def test_an_unknown_filter_is_refused(ada: Program) -> None:
    answer = ada.get("/user-tasks?process=purchase")
    assert (answer.status_code, answer.json["problems"][0]["pointer"]) == (422, "/process")


def test_files_are_deployed_attached_and_fetched(app: Flask, ada: Program) -> None:
    with app.app_context():
        made = tokens.create(actor("tim"), NewToken("x", clock.now() + timedelta(days=1)))
    tim, browser = {"Authorization": f"Bearer {made.secret}"}, app.test_client()
    sent = {"file": (io.BytesIO(purchases.PROCESS), "purchase.bpmn")}
    deployed = browser.post("/api/v1/deployments", data=sent, headers=tim)
    assert deployed.status_code == 201, deployed.text
    body = deployed.get_json()
    assert (body["definitions"][0]["key"], body["definitions"][0]["is_new"]) == ("purchase", False)
    file = browser.get(f"/api/v1/process-definitions/{body['definitions'][0]['id']}/file", headers=tim)
    assert file.data == purchases.PROCESS
    assert file.headers["Content-Disposition"].startswith("attachment")
    bad = browser.post("/api/v1/deployments", data={"file": (io.BytesIO(b"<x/>"), "x.bpmn")}, headers=tim)
    assert (bad.status_code, bad.get_json()["problems"][0]["detail"][:6]) == (422, "x.bpmn")
    instance = ada.post("/process-instances", PEN).json["instance_id"]
    own = {"Authorization": f"Bearer {ada.secret}"}
    where = f"/api/v1/process-instances/{instance}/attachments"
    added = browser.post(where, data={"file": (io.BytesIO(b"hello"), "a.txt")}, headers=own)
    assert added.status_code == 201
    assert browser.get(f"/api/v1/attachments/{added.get_json()['id']}", headers=own).data == b"hello"
    assert browser.get(f"/api/v1/attachments/{added.get_json()['id']}", headers=tim).status_code == 404


def test_a_person_does_their_work_by_the_api(ada: Program, grace: Program) -> None:
    ada.post("/process-instances", PEN)
    (row,) = grace.get("/user-tasks?tab=groups").json["items"]
    assert grace.post(f"/user-tasks/{row['id']}/claim").status_code == 204
    assert grace.get(f"/user-tasks/{row['id']}/form").json["values"]["item"] == "Pen"
    done = grace.post(f"/user-tasks/{row['id']}/completion", {"values": {"approved": True, "why": "needed"}})
    assert done.status_code == 200
    again = grace.post(f"/user-tasks/{row['id']}/completion", {"values": {"approved": True, "why": "needed"}})
    assert (again.status_code, again.json["type"]) == (409, "urn:procession:problem:conflict")


@pytest.mark.parametrize("name", ["claims", "releases"])
def test_many_at_once_are_told_again_as_they_were_told_first(app: Flask, grace: Program, name: str) -> None:
    with app.app_context():
        purchases.ask()
    [row] = grace.get("/user-tasks?tab=groups").json["items"]
    if name == "releases":
        grace.post(f"/user-tasks/{row['id']}/claim")
    first, again = (
        grace.post(f"/user-tasks/{name}", {"user_task_ids": [row["id"]]}, Idempotency_Key="k1") for _ in range(2)
    )
    assert first.json == again.json == {"user_task_ids": [row["id"]]}


def test_every_write_answers_what_its_command_returned_because_that_is_kept_for_repeats() -> None:
    for noun in NOUNS:
        for endpoint in noun.endpoints:
            if endpoint.is_write and endpoint.takes_key:
                [function] = ast.parse(inspect.getsource(inspect.unwrap(endpoint.function))).body
                given = [one.value for one in ast.walk(function) if isinstance(one, ast.Return) and one.value]
                callees = [ast.unparse(one.func) if isinstance(one, ast.Call) else "" for one in given]
                assert all("." in callee for callee in callees), f"{noun.name}.{endpoint.function.__name__}"
