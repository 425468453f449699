"""One's own account: profile, time zone, password, sessions; and the notices."""

from flask import Flask
from flask.testing import FlaskClient

from server.commands import user_tasks
from tests.web.purchases import PASSWORD, actor, ask, sign_in
from tests.web.test_user_task import user_task_of


def test_the_time_zone_changes_every_date(app: Flask, ada: FlaskClient) -> None:
    answer = ada.post("/account", data={"name": "Ada L.", "email": "", "zone": "Asia/Tokyo"})
    assert answer.status_code == 303
    text = ada.get("/account").get_data(as_text=True)
    assert "Times in Asia/Tokyo (UTC+09:00)" in text
    assert "Ada L." in text


def test_an_unknown_zone_is_refused_beside_the_field(ada: FlaskClient) -> None:
    answer = ada.post("/account", data={"name": "Ada", "zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert "Mars/Olympus" in answer.get_data(as_text=True)


def test_a_new_password_ends_every_other_session(app: Flask, ada: FlaskClient) -> None:
    other = sign_in(app, "ada")
    new = "another long password"
    answer = ada.post("/account/password", data={"old": PASSWORD, "new": new, "again": new})
    assert answer.status_code == 303
    assert ada.get("/account").status_code == 200
    assert other.get("/account").status_code == 302
    assert app.test_client().post("/sign-in", data={"name": "ada", "password": new}).status_code == 303


def test_a_new_password_written_in_two_ways_changes_nothing(app: Flask, ada: FlaskClient) -> None:
    answer = ada.post("/account/password", data={"old": PASSWORD, "new": "a" * 12, "again": "b" * 12})
    assert answer.status_code == 422
    assert sign_in(app, "ada").get("/account").status_code == 200


def test_signing_out_everywhere_else_keeps_this_browser(app: Flask, ada: FlaskClient) -> None:
    other = sign_in(app, "ada")
    ada.post("/account/sign-out-others")
    assert (ada.get("/account").status_code, other.get("/account").status_code) == (200, 302)


def test_an_opened_notice_is_read_and_leads_on(app: Flask, ada: FlaskClient, grace: FlaskClient) -> None:
    with app.app_context():
        task = user_task_of(ask())
        user_tasks.ask_back(actor("grace"), task, "Which model?")
    text = ada.get("/notices").get_data(as_text=True)
    assert "1 unread" in text
    address = text.split('action="/notices/')[2].split('"')[0]
    answer = ada.post(f"/notices/{address}")
    assert answer.location == f"/user-tasks/{task}"
    assert "0 unread" in ada.get("/notices").get_data(as_text=True)
    assert grace.post(f"/notices/{address}").status_code == 404


def test_all_notices_are_read_at_once(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        user_tasks.ask_back(actor("grace"), user_task_of(ask()), "Which model?")
    ada.post("/notices/read")
    assert "Everything is read" in ada.get("/notices?show=unread").get_data(as_text=True)


def test_whoever_has_been_told_nothing_is_told_so(ada: FlaskClient) -> None:
    text = ada.get("/notices").get_data(as_text=True)
    assert "0 unread" in text
    assert 'class="empty-x"' in text
    assert ada.post("/notices/0000000000000/open").status_code == 404
