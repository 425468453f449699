"""Operations: incidents by cause, trying again, suspended instances, and who may see them."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.commands import deployments, process_instances
from server.database import db
from server.queries import operations
from server.records.definition import ProcessDefinition
from server.records.logs import AuditEntry
from tests.web import stuck
from tests.web.purchases import actor, ask, sign_in


@pytest.fixture
def alan(app: Flask) -> FlaskClient:
    stuck.settle(app)
    return sign_in(app, "alan")


def _cause(app: Flask) -> str:
    with app.app_context():
        return operations.causes(actor("alan")).causes[0].text


def test_without_incidents_the_page_says_that_nothing_is_stuck(alan: FlaskClient) -> None:
    page = alan.get("/operations")
    assert page.status_code == 200
    assert "Nothing is stuck" in page.text


def test_three_instances_stuck_for_one_cause_are_one_card_with_links(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        ids = [stuck.bill(0) for _ in range(3)]
    page = alan.get("/operations").text
    assert page.count('id="cause-') == 1
    assert "3 incidents" in page
    assert "Divide the amount of Billing" in page
    assert all(f"/instances/{instance_id}" in page for instance_id in ids)


def test_the_dry_run_says_how_many_instances_and_which_elements_and_changes_nothing(
    app: Flask, alan: FlaskClient
) -> None:
    with app.app_context():
        stuck.bill(0)
        stuck.bill(0)
    page = alan.get("/operations/retry", query_string={"cause": _cause(app)}).text
    assert "2 incidents of 2 instances would be tried again, at Divide the amount." in page
    assert "Retry 2 incidents</button>" in page
    with app.app_context():
        assert operations.strip(actor("alan")).due_jobs == 0


def test_by_htmx_the_dry_run_is_the_content_of_the_dialog_alone(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        stuck.bill(0)
    part = alan.get("/operations/retry", query_string={"cause": _cause(app)}, headers={"HX-Request": "true"}).text
    assert "<html" not in part
    assert 'formmethod="dialog"' in part


def test_trying_a_cause_again_makes_a_job_for_each_and_keeps_the_reason(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        stuck.bill(0)
        stuck.bill(0)
    answer = alan.post("/operations/retry", data={"cause": _cause(app), "reason": "Amounts are mended"})
    assert answer.status_code == 303
    assert "2 incidents are tried again" in alan.get("/operations").text
    with app.app_context():
        assert operations.strip(actor("alan")).due_jobs == 2
        entry = db.session.query(AuditEntry).filter_by(command="batches.retry").one()
        assert (entry.actor, entry.reason) == ("alan", "Amounts are mended")


def test_suspended_instances_and_incidents_being_tried_are_left_alone(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        stuck.bill(0)
        process_instances.suspend(actor("alan"), stuck.bill(0), "Look at it first")
    cause = _cause(app)
    page = alan.get("/operations/retry", query_string={"cause": cause}).text
    assert "1 incident of 1 instance would be tried again, at Divide the amount. The others are left alone." in page
    alan.post("/operations/retry", data={"cause": cause, "reason": "Once"})
    assert "Nothing would be tried again just now." in alan.get("/operations/retry", query_string={"cause": cause}).text
    alan.post("/operations/retry", data={"cause": cause, "reason": "Twice"})
    with app.app_context():
        assert operations.strip(actor("alan")).due_jobs == 1


def test_one_incident_is_tried_again_after_its_variable_was_mended(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        instance_id = stuck.bill(0)
        process_instances.set_variable(actor("alan"), instance_id, "amount", 4, "It was 4")
        incident_id = operations.causes(actor("alan")).causes[0].incidents[0].id
    answer = alan.post("/operations/retry", data={"incident": incident_id, "reason": "The amount is 4"})
    assert answer.status_code == 303
    with app.app_context():
        numbers = operations.strip(actor("alan"))
        assert (numbers.incidents, numbers.waiting_timers) == (0, 1)


def test_without_a_reason_nothing_is_tried_and_the_field_says_so(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        stuck.bill(0)
    answer = alan.post("/operations/retry", data={"cause": _cause(app), "reason": "  "})
    assert answer.status_code == 422
    assert "Give a reason: the audit log keeps it." in answer.text
    assert 'aria-invalid="true"' in answer.text
    with app.app_context():
        assert operations.strip(actor("alan")).due_jobs == 0


def test_a_cause_that_nobody_has_any_more_is_not_found(alan: FlaskClient) -> None:
    assert alan.get("/operations/retry?cause=nothing").status_code == 404


def test_a_suspended_instance_is_listed_with_its_reason_and_resumed_from_there(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        instance_id = stuck.bill(5)
        process_instances.suspend(actor("alan"), instance_id, "Wait for the bank")
    page = alan.get("/operations/suspended").text
    assert "Wait for the bank" in page
    address = f"/operations/suspended/{instance_id}/resume"
    assert "Resume 1 instance" in alan.get(address).text
    assert alan.post(address, data={"reason": ""}).status_code == 422
    assert alan.post(address, data={"reason": "The bank answered"}).status_code == 303
    assert "Nothing is suspended" in alan.get("/operations/suspended").text


@pytest.mark.parametrize("address", ["/operations", "/operations/jobs", "/operations/suspended", "/operations/retry"])
def test_participants_find_no_operations(ada: FlaskClient, address: str) -> None:
    assert ada.get(address).status_code == 404


def test_auditors_cannot_try_an_incident_again(app: Flask, alan: FlaskClient) -> None:
    margaret = sign_in(app, "margaret")
    with app.app_context():
        stuck.bill(0)
    assert margaret.post("/operations/retry", data={"cause": _cause(app), "reason": "Because"}).status_code == 404


def test_a_suspended_version_is_listed_with_its_reason_and_resumed_from_there(app: Flask, alan: FlaskClient) -> None:
    with app.app_context():
        definition_id = str(db.session.query(ProcessDefinition.id).filter_by(key="purchase").one()[0])
        ask()
        deployments.suspend_definition(actor("alan"), definition_id, "A new form is coming")
    page = alan.get("/operations/suspended").text
    assert "A new form is coming" in page
    assert f'href="/definitions/{definition_id}"' in page
    assert 'Suspended <span class="n">1</span>' in page
    address = f"/operations/suspended/versions/{definition_id}/resume"
    assert address in page
    assert "Purchase approval, version 1" in alan.get(address).text
    assert alan.post(address, data={"reason": " "}).status_code == 422
    assert alan.post(address, data={"reason": "The form is there"}).status_code == 303
    assert alan.get(address).status_code == 404
    assert "Nothing is suspended" in alan.get("/operations/suspended").text


@pytest.mark.parametrize("person", ["ada", "grace"])
def test_versions_are_resumed_by_operators_alone(app: Flask, person: str) -> None:
    with app.app_context():
        definition_id = str(db.session.query(ProcessDefinition.id).filter_by(key="purchase").one()[0])
        deployments.suspend_definition(actor("alan"), definition_id, "A new form is coming")
    address = f"/operations/suspended/versions/{definition_id}/resume"
    assert sign_in(app, person).post(address, data={"reason": "I want to"}).status_code in (403, 404)
    with app.app_context():
        assert db.session.get_one(ProcessDefinition, definition_id).suspended
