"""Whatever is sent, the answer is JSON with a type and a message, and never a defect."""

import json

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from server.expressions.characters import HALF
from tests import databases
from tests.api.camunda7.conftest import Caller

pytestmark = databases.ONLY_SQLITE
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=8,
)
NAMES = st.sampled_from(
    """workerId maxTasks topics topicName lockDuration variables localVariables businessKey messageName correlationKeys
    processInstanceId all userId taskId query name properties resourceType retries sorting sortBy sortOrder value type
    modifications deletions suspended errorCode errorMessage asyncResponseTimeout processVariables username
    password""".split()
)
BODIES = st.dictionaries(NAMES, JSON, max_size=6)


def check(answer: TestResponse) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        body = answer.json
        assert isinstance(body, dict)
        assert isinstance(body["type"], str)
        assert isinstance(body["message"], str)
        assert body["message"]


@pytest.fixture
def routes(app: Flask) -> list[tuple[str, str]]:
    """Every (method, path) of the API, with ids of ours and of nobody."""
    found = []
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("camunda7.") and "unknown" not in rule.endpoint:
            path = rule.rule.removeprefix("/engine-rest")
            for argument in rule.arguments:
                path = path.replace(f"<{argument}>", "00000000-0000-8000-8000-000000000000")
            found += [(method, path) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return found


def test_every_route_answers_an_empty_body(ada: Caller, routes: list[tuple[str, str]]) -> None:
    assert len(routes) > 150
    for method, path in routes:
        if path != "/external-task/fetchAndLock":
            check(ada.ask(method, path))


@pytest.mark.parametrize("text", ["{", "[]", "7", '"x"', "nul", "{" * 5000, "\ufeff{}", '{"a": NaN}', "\x00"])
def test_every_route_that_writes_survives_a_broken_body(ada: Caller, routes: list[tuple[str, str]], text: str) -> None:
    for method, path in routes:
        if method in ("POST", "PUT"):
            check(ada.ask(method, path, data=text.encode(), content_type="application/json"))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=BODIES, number=st.integers(0, 10_000))
def test_every_route_survives_any_object(
    ada: Caller, routes: list[tuple[str, str]], body: dict[str, object], number: int
) -> None:
    method, path = routes[number % len(routes)]
    if "asyncResponseTimeout" in body:
        body["asyncResponseTimeout"] = None
    if method in ("POST", "PUT"):
        check(ada.ask(method, path, data=json.dumps(body).encode(), content_type="application/json"))
    else:
        query = {name: str(value)[:50] for name, value in body.items()}
        check(ada.ask(method, path, query_string=query))


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("POST", "/nothing/at/all", 404),
        ("GET", "/", 404),
        ("GET", "/message", 405),
        ("DELETE", "/version", 405),
        ("PATCH", "/task/x/claim", 405),
    ],
)
def test_what_is_no_route_is_said_in_the_same_form(ada: Caller, method: str, path: str, status: int) -> None:
    answer = ada.ask(method, path)
    assert answer.status_code == status
    check(answer)


def test_nobody_gets_anywhere_without_saying_who_they_are(app: Flask, routes: list[tuple[str, str]]) -> None:
    client = app.test_client()
    for method, path in [*routes, ("GET", "/nothing")]:
        answer = client.open(f"/engine-rest{path}", method=method)
        assert answer.status_code == 401, (method, path)
        check(answer)


def test_a_zero_character_is_refused(ada: Caller) -> None:
    answer = ada.ask("GET", "/task?name=%00")
    assert answer.status_code == 400
    check(answer)


def test_half_of_a_character_is_refused_before_anything_is_done_with_it(ada: Caller) -> None:
    sent = b'{"variables": {"item": {"value": "a\\ud83d"}}}'
    answer = ada.ask("POST", "/process-definition/key/purchase/start", data=sent, content_type="application/json")
    assert (answer.status_code, (answer.json or {})["message"]) == (400, HALF)
