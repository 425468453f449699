"""Connections and secrets by programs of administrators, and what people say about versions, as on the pages."""

from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from server.database import db
from server.identity.sealing import new_key
from server.records.connection import Secret
from server.settings import Settings
from tests.api.house import Program, program

SECRET = "hunter2 of the whole firm"  # nobody's
MAIL = {"server": "127.0.0.1", "port": "1", "sender": "us@example.org", "password": "mail.password"}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """With a key to seal secrets with."""
    return replace(settings, secrets_keys=(new_key(),))


def kept(katherine: Program) -> Any:
    assert katherine.put("/secrets/mail.password", {"value": SECRET}).status_code == 204
    return katherine.post("/connections", {"name": "letters", "connector": "mail", "settings": MAIL})


def test_a_program_keeps_a_secret_and_a_connection_that_needs_it(katherine: Program) -> None:
    assert kept(katherine).status_code == 204
    [secret] = katherine.get("/secrets").json["items"]
    assert (secret["name"], secret["used_by"]) == ("mail.password", ["letters"])
    one = katherine.get("/connections/letters").json
    assert (one["connector"], one["settings"]) == ("mail", MAIL)
    assert [row["name"] for row in katherine.get("/connections").json["items"]] == ["letters"]


def test_no_secret_is_ever_told_nor_written_down_openly(app: Flask, katherine: Program) -> None:
    kept(katherine)
    for path in ("/secrets", "/connections", "/connections/letters", "/audit"):
        assert SECRET not in katherine.get(path).text
    with app.app_context():
        assert SECRET not in db.session.get_one(Secret, "mail.password").sealed


def test_a_secret_takes_no_key_so_that_not_even_its_digest_is_kept(katherine: Program) -> None:
    answer = katherine.put("/secrets/mail.password", {"value": SECRET}, Idempotency_Key="one")
    assert answer.status_code == 400


def test_a_secret_that_a_connection_needs_stays(katherine: Program) -> None:
    kept(katherine)
    assert katherine.delete("/secrets/mail.password").status_code == 409
    assert katherine.delete("/connections/letters").status_code == 204
    assert katherine.delete("/secrets/mail.password").status_code == 204
    assert katherine.get("/secrets").json["items"] == []


def test_what_is_wrong_with_a_connection_is_pointed_to(katherine: Program) -> None:
    missing = katherine.post("/connections", {"name": "letters", "connector": "mail", "settings": MAIL})
    assert (missing.status_code, missing.json["problems"][0]["pointer"]) == (422, "/password")
    odd = katherine.post("/connections", {"name": "x", "connector": "pigeon", "settings": {}})
    assert (odd.status_code, odd.json["problems"][0]["pointer"]) == (422, "/connector")


def test_a_connection_is_not_made_twice_nor_changed_before_it_is_there(katherine: Program) -> None:
    kept(katherine)
    assert kept(katherine).status_code == 409
    assert katherine.put("/connections/nothing", {"settings": {}}).status_code == 404


def test_a_trial_says_what_the_other_end_said(katherine: Program) -> None:
    kept(katherine)
    answer = katherine.post("/connections/letters/trial")
    assert answer.status_code == 422
    assert SECRET not in answer.text


def test_the_connectors_say_which_fields_a_connection_holds(katherine: Program) -> None:
    by_key = {one["key"]: one for one in katherine.get("/connectors").json["items"]}
    [password] = [field for field in by_key["mail"]["fields"] if field["key"] == "password"]
    assert password["is_secret"] is True
    assert by_key["http"]["can_be_tried"] in (True, False)


@pytest.mark.parametrize("path", ["/secrets", "/connections", "/connectors"])
def test_only_administrators_see_them(app: Flask, path: str) -> None:
    assert [program(app, name).get(path).status_code for name in ("ada", "tim", "alan")] == [403, 403, 403]


def test_a_program_says_something_about_a_version_and_reads_what_was_said(app: Flask, alan: Program) -> None:
    path = next(f"/process-definitions/{one['id']}" for one in alan.get("/process-definitions").json["items"])
    tim = program(app, "tim")
    for number in range(3):
        assert tim.post(f"{path}/comments", {"text": f"Remark {number}"}).status_code == 204
    first = alan.get(f"{path}/comments?limit=2").json
    rest = alan.get(f"{path}/comments?limit=2&cursor={first['next']}").json
    texts = [one["text"] for one in (*first["items"], *rest["items"])]
    assert (texts, rest["next"]) == (["Remark 2", "Remark 1", "Remark 0"], None)
    assert alan.get("/process-definitions/nothing/comments").status_code == 404
