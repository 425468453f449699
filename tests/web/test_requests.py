"""My requests: who has it, since when; remind and withdraw."""

from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.commands import user_tasks
from tests.web.purchases import actor, ask, sign_in
from tests.web.test_user_task import user_task_of


def test_a_request_says_who_has_it_since_when(app: Flask, ada: FlaskClient) -> None:
    begun = clock.now()
    with app.app_context():
        instance_id = ask()
        user_tasks.claim(actor("grace"), user_task_of(instance_id))
    clock.freeze(begun + timedelta(days=2, hours=1))
    text = sign_in(app, "ada").get("/requests").get_data(as_text=True)
    assert "Waiting for <strong>Grace</strong> since <strong>2 days</strong> (Approve purchase)." in text


def test_a_withdrawn_request_moves_to_its_tab_with_the_reason(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        instance_id = ask()
    assert ada.post(f"/requests/{instance_id}/withdraw", data={"reason": "Not needed"}).status_code == 303
    assert "Nothing is under way" in ada.get("/requests").get_data(as_text=True)
    assert "Not needed" in ada.get("/requests?show=withdrawn").get_data(as_text=True)


def test_a_withdrawal_needs_a_reason(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        instance_id = ask()
    answer = ada.post(f"/requests/{instance_id}/withdraw", data={"reason": " "})
    assert answer.status_code == 422
    assert "Give a reason" in answer.get_data(as_text=True)


def test_nobody_withdraws_somebody_elses_request(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        instance_id = ask()
    assert grace.post(f"/requests/{instance_id}/withdraw", data={"reason": "x"}).status_code == 403
    stranger = sign_in(app, "mallory")
    assert stranger.post(f"/requests/{instance_id}/withdraw", data={"reason": "x"}).status_code == 404


def test_a_reminder_becomes_a_notice(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        instance_id = ask()
        user_tasks.claim(actor("grace"), user_task_of(instance_id))
    assert ada.post(f"/requests/{instance_id}/remind").status_code == 303
    browser = sign_in(app, "grace")
    assert "PR-1001" in browser.get("/notices?show=unread").get_data(as_text=True)


def test_nobody_sees_requests_of_others_among_theirs(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        ask()
    assert "Three laptops" not in grace.get("/requests").get_data(as_text=True)
