"""Bad input as people meet it: each is told in one sentence on the page, and nothing is lost or half done."""

import html
import io
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from werkzeug.test import TestResponse

from server.commands import people
from server.database import db
from server.identity.actor import CONSOLE
from server.records.definition import ProcessDefinition
from server.records.logs import HistoryEntry
from server.records.user_task import UserTask
from tests import databases
from tests.web import purchases
from tests.web.purchases import ask, sign_in
from tests.web.test_user_task import user_task_of

JSON = {"Accept": "application/json"}
HEAD = '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" targetNamespace="http://example.org/tests">'
ONE = '<process id="{id}" isExecutable="true"><task id="{id}_work"/></process>'
CALL = (
    '<process id="{id}" isExecutable="true"><startEvent id="{id}_s"/><sequenceFlow id="{id}_f" sourceRef="{id}_s"'
    ' targetRef="{id}_c"/><callActivity id="{id}_c" calledElement="{calls}"/></process>'
)
ENTITIES = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10}">' for i in range(1, 10))
MODELS = {
    "not XML": ("%PDF-1.7 and so on", "This is not an XML file"),
    "an XML bomb": (f'<!DOCTYPE d [<!ENTITY e0 "ha">{ENTITIES}]>{HEAD}&e9;</definitions>', "DOCTYPE"),
    "an external entity": (f'<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>{HEAD}&x;</definitions>', "DOCTYPE"),
    "20 MB": (f"{HEAD}<!--{'x' * 20 * 1024 * 1024}--></definitions>", "at most 5 MB"),
    "two processes with one id": (
        f"{HEAD}{ONE.format(id='p')}{ONE.format(id='p')}</definitions>",
        'Two processes have the id "p"',
    ),
    "a dangling reference": (
        f'{HEAD}<process id="p" isExecutable="true"><task id="a"/>'
        '<sequenceFlow id="f" sourceRef="a" targetRef="gone"/></process></definitions>',
        'The target "gone" is no activity, event or gateway of this process; draw the flow again.',
    ),
    "a loop of call activities": (
        f"{HEAD}{CALL.format(id='one', calls='two')}{CALL.format(id='two', calls='one')}</definitions>",
        "call",
    ),
}


@pytest.fixture
def analyst(app: Flask) -> FlaskClient:
    with app.app_context():
        people.create(CONSOLE, "hedy", "Hedy", purchases.PASSWORD, ("analyst",))
    return sign_in(app, "hedy")


@pytest.fixture
def task(app: Flask) -> str:
    with app.app_context():
        return user_task_of(ask())


def count_of(app: Flask, record: type[ProcessDefinition] | type[HistoryEntry]) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(record)) or 0


def state_of(app: Flask, task: str) -> str:
    with app.app_context():
        return db.session.get_one(UserTask, task).state


def submit(browser: FlaskClient, task: str, **values: object) -> TestResponse:
    return browser.post(f"/user-tasks/{task}/submit", json={"values": values}, headers=JSON)


def as_browsers_send(files: dict[str, str]) -> bytes:
    """Several files of one field; the client of the tests would leave a large one open."""
    head = '--b\r\nContent-Disposition: form-data; name="file"; filename="{}"\r\n\r\n'
    return ("".join(f"{head.format(name)}{text}\r\n" for name, text in files.items()) + "--b--\r\n").encode()


@pytest.mark.parametrize("name", MODELS)
def test_a_bad_model_is_refused_in_words_and_nothing_is_deployed(app: Flask, analyst: FlaskClient, name: str) -> None:
    model, words = MODELS[name]
    before = count_of(app, ProcessDefinition)
    body = as_browsers_send({"bad.bpmn": model, "good.bpmn": f"{HEAD}{ONE.format(id='good')}</definitions>"})
    answer = analyst.post(
        "/definitions/deploy", data=body, content_type="multipart/form-data; boundary=b", headers={"HX-Request": "true"}
    )
    text = html.unescape(answer.get_data(as_text=True))
    assert answer.status_code == 422
    assert "Not deployed." in text
    assert words in text
    assert "bad.bpmn" in text
    assert "root:" not in text  # of the file that the external entity names
    assert count_of(app, ProcessDefinition) == before, "the good file is not deployed without the bad one"


def test_an_unknown_form_field_is_refused_by_name_and_the_user_task_waits(
    app: Flask, grace: FlaskClient, task: str
) -> None:
    answer = submit(grace, task, why="Needed", approvedBy="the boss")
    assert answer.status_code == 422
    assert "approvedBy" in answer.get_data(as_text=True)
    assert state_of(app, task) == "open"


def test_an_upload_beyond_the_largest_request_is_refused_in_one_sentence(
    app: Flask, grace: FlaskClient, task: str
) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 5000
    content = {"file": (io.BytesIO(b"x" * 10_000), "big.bin"), "field": "offer"}
    answer = grace.post(f"/user-tasks/{task}/files", data=content, headers=JSON)
    assert answer.status_code == 413
    assert answer.get_json()["message"].startswith("What you sent is larger than")


def test_a_completed_user_task_completed_again_is_told_and_changes_nothing(
    app: Flask, grace: FlaskClient, task: str
) -> None:
    assert submit(grace, task, why="Needed").status_code == 200
    before = count_of(app, HistoryEntry)
    answer = submit(grace, task, why="Once more")
    assert (answer.status_code, answer.get_json()["message"]) == (409, "Completed by Grace just now.")
    assert count_of(app, HistoryEntry) == before


@pytest.mark.parametrize("task_id", ["0000000000000", "x", "'; drop table user_task; --"])
def test_a_user_task_id_that_is_none_leads_nowhere(grace: FlaskClient, task_id: str) -> None:
    answer = submit(grace, task_id, why="x")
    assert answer.status_code == 404
    assert answer.get_json()["message"].endswith(".")


def test_a_zero_character_is_refused_wherever_it_stands(app: Flask, grace: FlaskClient, task: str) -> None:
    for address in ("/user-tasks/%00", "/inbox?q=%00", "/search?q=a%00b"):
        assert grace.get(address).status_code == 422, address
    answer = grace.post(f"/user-tasks/{task}/comment", data={"text": "a\0b"})
    assert answer.status_code == 422
    assert "a character that no text has" in answer.get_data(as_text=True)
    assert submit(grace, task, why="Zero: \0").status_code in (200, 422)


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"values": 7}', b'{"values": {}, "files": 7}', b"\xff\xfe"])
def test_a_body_that_no_form_sends_is_refused_in_one_sentence(
    app: Flask, grace: FlaskClient, task: str, body: bytes
) -> None:
    headers = JSON | {"Content-Type": "application/json"}
    answer = grace.post(f"/user-tasks/{task}/submit", data=body, headers=headers)
    assert answer.status_code == 422
    assert answer.get_json()["message"].endswith(".")
    assert state_of(app, task) == "open"


@contextmanager
def locked(app: Flask, tmp_path: Path) -> Iterator[None]:
    """Somebody else writes, and does not come to an end."""

    def hurry(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA busy_timeout=50")

    with app.app_context():
        db.session.remove()
        db.engine.dispose()
        event.listen(db.engine, "connect", hurry)
    with closing(sqlite3.connect(tmp_path / "test.sqlite", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@databases.ONLY_SQLITE
def test_a_locked_database_is_told_and_what_was_typed_can_be_sent_again(
    app: Flask, grace: FlaskClient, task: str, tmp_path: Path
) -> None:
    with locked(app, tmp_path):
        answer = submit(grace, task, why="Needed")
        page = grace.post(f"/user-tasks/{task}/claim")
    assert answer.status_code == 503
    assert "busy, so nothing was saved" in answer.get_json()["message"]
    assert page.status_code == 503
    assert "busy, so nothing was saved" in page.get_data(as_text=True)
    assert state_of(app, task) == "open"
    assert submit(grace, task, why="Needed").status_code == 200


@databases.ONLY_SQLITE
def test_a_full_disk_is_told_and_what_was_typed_can_be_sent_again(app: Flask, grace: FlaskClient, task: str) -> None:
    with full_disk(app):
        answers = [submit_comment(grace, task) for _ in range(200)]
    refused = [answer for answer in answers if answer.status_code == 503]
    assert refused, "the disk did not become full"
    assert "disk of the database is full, so nothing was saved" in refused[0].get_data(as_text=True)
    assert state_of(app, task) == "open"
    assert submit(grace, task, why="Needed").status_code == 200


def submit_comment(browser: FlaskClient, task: str) -> TestResponse:
    return browser.post(f"/user-tasks/{task}/comment", data={"text": "A long comment. " * 200})


@contextmanager
def full_disk(app: Flask) -> Iterator[None]:
    """SQLite answers as it does on a full disk."""
    limit: list[int] = []

    def begin(connection: sqlite3.Connection, _: object) -> None:
        connection.execute(f"PRAGMA max_page_count={limit[-1]}")

    with app.app_context():
        with db.engine.connect() as connection:
            limit.append(int(connection.exec_driver_sql("PRAGMA page_count").scalar_one()) + 4)
        reconnect()
        event.listen(db.engine, "connect", begin)
    yield
    limit.append(1_000_000)
    with app.app_context():
        reconnect()


def reconnect() -> None:
    db.session.remove()
    db.engine.dispose()
