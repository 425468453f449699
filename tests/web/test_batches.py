"""Pages of batches: beginning one from the list or from a cause, its progress, what failed, pause and stop."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import process_instances
from server.queries import operations
from server.settings import Settings
from server.workers.loop import work_once
from tests.web import stuck
from tests.web.purchases import actor, ask, sign_in


@pytest.fixture
def alan(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "alan")


def work(app: Flask, settings: Settings) -> None:
    with app.app_context():
        while work_once(settings, "test", {}):
            pass


def begun(alan: FlaskClient, kind: str, *instances: str) -> str:
    """Begin a batch of instances; the address of its page."""
    given = {"kind": kind, "instance": list(instances), "reason": "Wait for the bank"}
    answer = alan.post("/operations/batches/instances", data=given)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def test_instances_that_were_chosen_in_the_list_are_suspended_together(
    app: Flask, settings: Settings, alan: FlaskClient
) -> None:
    with app.app_context():
        first, second = ask("First"), ask("Second")
        process_instances.suspend(actor("alan"), second, "Wait")
    assert f'value="{first}"' in alan.get("/instances").text
    address = f"/operations/batches/instances?kind=suspend&instance={first}&instance={second}"
    page = alan.get(address).text
    assert "1 instance would be suspended, each by a job of its own. The others are left alone." in page
    batch = begun(alan, "suspend", first, second)
    assert 'hx-trigger="every 2s"' in alan.get(batch).text
    work(app, settings)
    page = alan.get(batch, headers={"HX-Request": "true"}).text
    assert "1 of 1" in page
    assert "hx-trigger" not in page
    assert "<html" not in page
    assert "Wait for the bank" in alan.get("/operations/suspended").text


def test_all_that_fit_the_filters_are_chosen_at_once(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        first, second, third = ask("First"), ask("Second"), ask("Third")
        process_instances.withdraw(actor("ada"), third, "Not needed")
    page = alan.get("/operations/batches/instances?kind=cancel&all=1&process=purchase").text
    assert all(f'value="{one}"' in page for one in (first, second))
    assert third not in page
    assert "There is nothing to do" in alan.get("/operations/batches/instances?all=1&process=billing").text


def test_what_failed_stands_on_the_page_with_why(app: Flask, settings: Settings, alan: FlaskClient) -> None:
    with app.app_context():
        first = ask("First")
    batch = begun(alan, "cancel", first)
    with app.app_context():
        process_instances.withdraw(actor("ada"), first, "Not needed")
    work(app, settings)
    page = alan.get(batch).text
    assert 'id="failed"' in page
    assert f"/instances/{first}" in page
    assert "Cancel instances" in alan.get("/operations/batches").text


def test_a_batch_is_paused_goes_on_and_is_stopped(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        first = ask("First")
    batch = begun(alan, "suspend", first)
    assert alan.post(f"{batch}/pause").status_code == 303
    assert "Go on" in alan.get(batch).text
    assert alan.post(f"{batch}/go-on").status_code == 303
    assert alan.post(f"{batch}/stop").status_code == 303
    page = alan.get(batch).text
    assert "Left as they were" in page
    assert alan.post(f"{batch}/pause").status_code == 409


def test_without_a_reason_and_without_instances_nothing_begins(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        first = ask("First")
    address = "/operations/batches/instances"
    assert alan.post(address, data={"kind": "cancel", "instance": first, "reason": " "}).status_code == 422
    assert alan.post(address, data={"kind": "cancel", "reason": "Too late"}).status_code == 422
    assert "No batch yet" in alan.get("/operations/batches").text


def test_participants_neither_see_batches_nor_choose_instances(ada: FlaskClient) -> None:
    assert ada.get("/operations/batches").status_code == 404
    assert 'name="instance"' not in ada.get("/instances").text


def test_a_cause_is_tried_again_with_other_variables_as_a_batch(
    app: Flask, settings: Settings, alan: FlaskClient
) -> None:
    with app.app_context():
        stuck.bill(0)
        stuck.bill(0)
        (cause,) = operations.causes(actor("alan")).causes
    given = {"cause": cause.text, "process": cause.process_key, "element": cause.element_key, "reason": "It was 4"}
    wrong = alan.post("/operations/retry", data=given | {"variables": "amount = 4"})
    assert wrong.status_code == 422
    assert "Write the variables as a JSON object" in wrong.text
    answer = alan.post("/operations/retry", data=given | {"variables": '{"amount": 4}'})
    assert re.fullmatch(r"/operations/batches/\w+", answer.headers["Location"])
    work(app, settings)
    assert "2 of 2" in alan.get(answer.headers["Location"]).text
    with app.app_context():
        assert operations.strip(actor("alan")).incidents == 0


def test_one_incident_is_skipped_after_a_dry_run(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        stuck.bill(0)
        incident_id = operations.causes(actor("alan")).causes[0].incidents[0].id
    assert "go on behind Divide the amount" in alan.get(f"/operations/skip?incident={incident_id}").text
    assert alan.post("/operations/skip", data={"incident": incident_id, "reason": ""}).status_code == 422
    answer = alan.post("/operations/skip", data={"incident": incident_id, "reason": "Not needed"})
    assert answer.status_code == 303
    assert "Nothing is stuck" in alan.get("/operations").text


def test_who_has_an_incident_to_mend_stands_beside_it(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        stuck.bill(0)
        incident_id = operations.causes(actor("alan")).causes[0].incidents[0].id
    assert "Who has it" in alan.get(f"/operations/owner?incident={incident_id}").text
    wrong = alan.post("/operations/owner", data={"incident": incident_id, "person_id": "ada"})
    assert wrong.status_code == 422
    assert alan.post("/operations/owner", data={"incident": incident_id, "person_id": "alan"}).status_code == 303
    assert "to mend by Alan" in alan.get("/operations").text


def test_a_note_is_written_at_an_incident_and_read_in_the_list_and_at_the_instance(
    app: Flask, alan: FlaskClient
) -> None:
    with app.app_context():
        stuck.bill(0)
        incident = operations.causes(actor("alan")).causes[0].incidents[0]
    written = {"incident": incident.id, "note": "Asked the <bank>."}
    assert "<pre>" not in alan.get("/operations").text
    assert "Empty: no note" in alan.get(f"/operations/note?incident={incident.id}").text
    assert alan.post("/operations/note", data=written).status_code == 303
    assert "<pre>Asked the &lt;bank&gt;.</pre>" in alan.get("/operations").text
    assert "Asked the &lt;bank&gt;.</textarea>" in alan.get(f"/operations/note?incident={incident.id}").text
    assert "Asked the &lt;bank&gt;.</pre></dd>" in alan.get(f"/instances/{incident.instance_id}").text
    assert alan.post("/operations/note", data={**written, "note": ""}).status_code == 303
    assert "<pre>" not in alan.get("/operations").text


def test_a_note_that_is_too_long_stands_there_with_what_is_wrong(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        stuck.bill(0)
        incident_id = operations.causes(actor("alan")).causes[0].incidents[0].id
    refused = alan.post("/operations/note", data={"incident": incident_id, "note": "y" * 4001})
    assert (refused.status_code, "at most 4000 characters" in refused.text) == (422, True)
    assert "y" * 4001 in refused.text
    assert alan.get("/operations/note?incident=nowhere").status_code == 404
