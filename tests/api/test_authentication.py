"""Who asks: tokens, passwords and sessions; what each lets in, and what each keeps out."""

from base64 import b64encode
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from server import clock
from server.commands import people, process_instances, tokens
from server.commands.tokens import NewToken
from server.database import db
from server.errors import Forbidden, Invalid
from server.identity.actor import CONSOLE
from server.queries import sessions
from server.queries import tokens as queries
from server.queries.tokens import TokenState
from tests.api.house import Program, program
from tests.web import purchases, stuck
from tests.web.purchases import PASSWORD, actor

MONTH = timedelta(days=30)


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(f'{name}:{password}'.encode()).decode()}"}


def test_a_token_acts_for_whoever_made_it(ada: Program) -> None:
    assert ada.get("/account").json["id"] == "ada"


def test_nobody_gets_in_without_saying_who_they_are(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/account")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Procession"'
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("given", ["Bearer procession_wrong", "Bearer", "Basic x", "Basic bm9wZQ==", "Digest a=b", "x"])
def test_what_fits_nobody_is_refused(app: Flask, given: str) -> None:
    assert app.test_client().get("/api/v1/account", headers={"Authorization": given}).status_code == 401


def test_name_and_password_let_in_and_so_does_name_and_token(app: Flask, ada: Program) -> None:
    browser = app.test_client()
    for password in (PASSWORD, ada.secret):
        answer = browser.get("/api/v1/account", headers=basic("Ada", password))
        assert (answer.status_code, answer.get_json()["id"]) == (200, "ada")
    assert browser.get("/api/v1/account", headers=basic("grace", ada.secret)).status_code == 401
    assert browser.get("/api/v1/account", headers=basic("ada", "another password")).status_code == 401


def test_a_changed_password_is_forgotten_at_once(app: Flask) -> None:
    browser = app.test_client()
    assert browser.get("/api/v1/account", headers=basic("ada", PASSWORD)).status_code == 200
    with app.app_context():
        people.set_password(CONSOLE, "ada", "a brand new password")
    assert browser.get("/api/v1/account", headers=basic("ada", PASSWORD)).status_code == 401
    assert browser.get("/api/v1/account", headers=basic("ada", "a brand new password")).status_code == 200


def test_failed_attempts_run_out_for_the_account_and_the_address(app: Flask) -> None:
    browser = app.test_client()
    for _ in range(5):
        assert browser.get("/api/v1/account", headers=basic("ada", "wrong")).status_code == 401
    answer = browser.get("/api/v1/account", headers=basic("grace", PASSWORD))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    elsewhere = browser.get("/api/v1/account", headers=basic("ada", PASSWORD), environ_base={"REMOTE_ADDR": "10.1.1.1"})
    assert elsewhere.status_code == 429


def test_wrong_tokens_run_out_and_right_ones_go_on(app: Flask, ada: Program) -> None:
    wrong = Program(app, "procession_wrong")
    assert [wrong.get("/account").status_code for _ in range(6)] == [401] * 5 + [429]
    assert ada.get("/account").status_code == 200


def test_a_revoked_an_expired_and_a_deactivated_token_are_refused(app: Flask, ada: Program, grace: Program) -> None:
    with app.app_context():
        (row,) = queries.own(actor("ada"), clock.now())
        tokens.revoke(actor("ada"), row.id)
        people.deactivate(CONSOLE, "grace", "left")
    assert ada.get("/account").status_code == 401
    assert grace.get("/account").status_code == 401
    mallory = program(app, "mallory")
    clock.freeze(clock.now() + MONTH + timedelta(minutes=1))
    assert mallory.get("/account").status_code == 401
    with app.app_context():
        assert queries.own(actor("mallory"), clock.now())[0].state is TokenState.EXPIRED


def test_the_database_holds_no_secret(app: Flask, ada: Program) -> None:
    with app.app_context():
        rows = db.session.execute(text("SELECT * FROM token")).all()
        assert rows
        assert ada.secret not in str(rows)
        entries = db.session.execute(text("SELECT * FROM audit_entry")).all()
        assert ada.secret not in str(entries)


def test_the_last_use_is_told_and_written_once_a_minute(app: Flask) -> None:
    late = program(app, "ada")
    begin = datetime(2026, 12, 1, 10, tzinfo=UTC)
    seen = []
    for seconds in (0, 50, 61):
        clock.freeze(begin + timedelta(seconds=seconds))
        late.get("/account")
        with app.app_context():
            row = queries.own(actor("ada"), clock.now())[0]
        assert row.seen_at is not None
        seen.append((row.seen_at - begin).seconds)
    assert (seen, row.seen_address) == ([0, 0, 61], "127.0.0.1")


def test_a_token_with_fewer_roles_may_do_less(app: Flask) -> None:
    with app.app_context():
        people.change(CONSOLE, "alan", "Alan", ["participant", "operator"])
    narrow = program(app, "alan", roles=["participant"])
    assert narrow.get("/incidents").status_code == 403
    assert narrow.get("/user-tasks").status_code == 200
    with app.app_context():
        people.change(CONSOLE, "alan", "Alan", ["operator"])
    assert narrow.get("/user-tasks").status_code == 403


def test_a_token_for_one_process_sees_and_does_nothing_else(app: Flask) -> None:
    with app.app_context():
        bought, stuck_one = purchases.ask(), stuck.bill(0)
        job = stuck.bill(2)
    alan = program(app, "alan", process_keys=["purchase"])
    found = alan.get("/process-instances").json["items"]
    assert [one["id"] for one in found] == [bought]
    assert alan.get(f"/process-instances/{stuck_one}").status_code == 404
    assert alan.post(f"/process-instances/{stuck_one}/cancellation", {"reason": "x"}).status_code == 404
    assert alan.get("/incidents").json["items"] == []
    assert alan.get("/jobs").json["items"] == []
    assert alan.get("/jobs/counts").json["counts"]["waiting"] == 0
    assert alan.post("/signals", {"name": "fire"}).status_code == 403
    assert alan.get("/messages").status_code == 403
    with app.app_context():
        incident = db.session.execute(text("SELECT id FROM incident")).scalar_one()
        timer = db.session.execute(text("SELECT id FROM job WHERE instance_id = :id"), {"id": job}).scalar_one()
    assert alan.post(f"/incidents/{incident}/retry", {"reason": "x"}).status_code == 404
    assert alan.post(f"/jobs/{timer}/firing", {"reason": "x"}).status_code == 404
    assert alan.get("/operations").status_code == 403
    with app.app_context():
        rows = db.session.execute(text("SELECT key, id FROM process_definition")).all()
    definition_ids: dict[str, str] = {row.key: row.id for row in rows}
    assert alan.post(f"/process-definitions/{definition_ids['billing']}/suspension", {"reason": "x"}).status_code == 404
    assert (
        alan.post(f"/process-definitions/{definition_ids['purchase']}/suspension", {"reason": "x"}).status_code == 204
    )
    assert [one["key"] for one in alan.get("/operations/suspended-definitions").json["items"]] == ["purchase"]
    ada = program(app, "ada", process_keys=["billing"])
    assert ada.post("/process-instances", {"process_key": "purchase"}).status_code == 403
    assert ada.get("/processes/purchase").status_code in (403, 404)
    grace = program(app, "grace", process_keys=["billing"])
    assert grace.get("/user-tasks?tab=groups").json["items"] == []


def test_a_token_cannot_make_tokens(ada: Program, katherine: Program) -> None:
    new = {"name": "more", "expires_at": (clock.now() + MONTH).isoformat()}
    assert ada.post("/tokens", new).status_code == 403
    assert katherine.post("/programs", {"id": "robot", "name": "Robot", "roles": ["participant"]}).status_code == 204
    assert katherine.post("/programs/robot/tokens", new).status_code == 403


def test_a_token_ends_within_a_year_and_has_no_roles_of_others(app: Flask) -> None:
    with app.app_context():
        with pytest.raises(Invalid, match="366 days"):
            tokens.create(actor("ada"), NewToken("x", clock.now() + timedelta(days=367)))
        with pytest.raises(Invalid, match="does not have the role operator"):
            tokens.create(actor("ada"), NewToken("x", clock.now() + MONTH, ["operator"]))


def test_nobody_makes_or_revokes_the_token_of_another_person(app: Flask, ada: Program) -> None:
    with app.app_context():
        (row,) = queries.own(actor("ada"), clock.now())
        with pytest.raises(Forbidden, match="Ada is a person"):
            tokens.create_for(CONSOLE, "ada", NewToken("x", clock.now() + MONTH))
    assert program(app, "grace").delete(f"/tokens/{row.id}").status_code == 404
    assert program(app, "katherine").delete(f"/tokens/{row.id}").status_code == 204
    assert ada.get("/account").status_code == 401


def test_a_program_has_no_password(app: Flask, katherine: Program) -> None:
    katherine.post("/programs", {"id": "robot", "name": "Robot", "roles": ["participant"]})
    assert app.test_client().get("/api/v1/account", headers=basic("robot", "")).status_code == 401
    assert katherine.put("/people/robot/password", {"password": "a long password"}).status_code == 409
    with app.app_context():
        assert not sessions.password_is_right("robot", "")


def test_the_audit_log_says_by_which_token(app: Flask, ada: Program) -> None:
    instance = ada.post("/process-instances", {"process_key": "purchase", "values": {"item": "Pen", "amount": 1}}).json
    with app.app_context():
        (row,) = queries.own(actor("ada"), clock.now())
        said = db.session.execute(
            text("SELECT details FROM audit_entry WHERE instance_id = :id"), {"id": instance["instance_id"]}
        ).scalar_one()
    assert row.id in said


def test_a_session_reads_and_changes_with_the_token_of_a_page(browser: Program) -> None:
    assert browser.get("/account").json["id"] == "ada"
    assert browser.post("/account/notices/reading").status_code == 204


def test_a_session_without_the_token_changes_nothing(browser: Program) -> None:
    answer = browser.post("/account/notices/reading", X_CSRFToken="")
    assert answer.status_code == 403
    assert "CSRF" in answer.json["detail"]
    assert browser.post("/account/notices/reading", X_CSRFToken="forged").status_code == 403


@pytest.mark.parametrize("header", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_another_site_changes_nothing_however_it_signs_in(ada: Program, header: dict[str, str]) -> None:
    assert ada.ask("POST", "/account/notices/reading", headers=header).status_code == 403
    assert ada.ask("POST", "/account/notices/reading", headers={"Origin": "http://localhost"}).status_code == 204


def test_a_started_process_belongs_to_whoever_holds_the_token(app: Flask, ada: Program) -> None:
    started = ada.post("/process-instances", {"process_key": "purchase", "values": {"item": "Pen", "amount": 1}})
    assert started.status_code == 201
    with app.app_context():
        process_instances.withdraw(actor("ada"), started.json["instance_id"], "mine")
