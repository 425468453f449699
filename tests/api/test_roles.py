"""Which role may call what: every endpoint is called as every role and held against the document and its table."""

from typing import Any

import pytest
from flask import Flask

from server.api.documentation import roles_table
from server.api.nouns import NOUNS
from server.api.openapi import PREFIX, document
from server.identity.permissions import Role
from tests import databases
from tests.api.examples import example
from tests.api.house import OF_ROLE, Program, program
from tests.architecture.source import PROJECT

DOCUMENT = document(NOUNS)


def asked(path: str, operation: dict[str, Any]) -> tuple[str, Any]:
    """The address below the prefix and the body of a request that fits, about things that do not exist."""
    shapes = DOCUMENT["components"]["schemas"]
    query = []
    for parameter in operation["parameters"]:
        value = example(parameter["schema"], shapes)
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(value))
        elif parameter["in"] == "query" and parameter["required"]:
            query.append(f"{parameter['name']}={value}")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json")
    address = path.removeprefix(PREFIX) + (f"?{'&'.join(query)}" if query else "")
    return address, example(body["schema"], shapes) if body else None


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    return [
        (method.upper(), path, operation)
        for path, methods in DOCUMENT["paths"].items()
        for method, operation in methods.items()
    ]


def is_refused(asking: Program, method: str, path: str, operation: dict[str, Any]) -> bool:
    """Whether it is the role that is refused, and not this one thing."""
    address, body = asked(path, operation)
    answer = asking.ask(method, address, body)
    assert answer.status_code != 500, (method, path, answer.text)
    assert str(answer.status_code) in operation["responses"], (method, path, answer.status_code)
    return answer.status_code == 403 and "You may not" in answer.json["detail"]


@databases.ONLY_SQLITE
@pytest.mark.parametrize("role", OF_ROLE)
def test_every_endpoint_answers_just_the_roles_that_it_names(app: Flask, role: Role) -> None:
    asking = program(app, OF_ROLE[role])
    wrong = [
        f"{method} {path}"
        for method, path, operation in operations()
        if is_refused(asking, method, path, operation) is (role in operation["x-roles"])
    ]
    assert wrong == []


@databases.ONLY_SQLITE
def test_nobody_is_answered_without_signing_in(app: Flask) -> None:
    stranger = Program(app, "procession_unknown")
    for method, path, operation in operations():
        address, body = asked(path, operation)
        answer = stranger.ask(method, address, body, {"Authorization": ""})
        assert answer.status_code == 401, (method, path)


def test_the_table_in_the_documentation_is_that_of_the_code() -> None:
    text = (PROJECT / "docs/api.md").read_text(encoding="utf-8")
    assert roles_table(NOUNS) in text, "Run: python scripts/write_api_table.py"


def test_every_endpoint_has_a_sentence_and_a_name_of_its_own() -> None:
    found = [operation for _, _, operation in operations()]
    assert all(operation["summary"] for operation in found)
    assert len({operation["operationId"] for operation in found}) == len(found)
