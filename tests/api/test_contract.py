"""The OpenAPI document is kept to: schemathesis asks every endpoint as every role, with what fits and what does not."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import hypothesis
import pytest
import schemathesis
from flask import Flask
from schemathesis import GenerationMode
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import positive_data_acceptance

from server.api.nouns import NOUNS
from server.api.openapi import document
from server.identity.permissions import Role
from server.settings import Settings
from tests import databases
from tests.api import house
from tests.api.house import OF_ROLE, program

SOAKS = "SOAK" in os.environ  # `make soak` asks ten times as often, each time something else
EXAMPLES = 10 if SOAKS else 1  # of each kind, endpoint and role
MEANT = {
    "account.change": "the time zone has to be one",
    "account.change_password": "the old password has to be right",
    "deployments.deploy": "the files have to be models",
    "external-tasks.complete": "a value with a tag has to be one of its kind",
    "external-tasks.throw_bpmn_error": "a value with a tag has to be one of its kind",
    "decisions.trial": "what is put in has to be FEEL",
    "account.choose_notices": "quiet hours have two ends",
    "notice-policies.settle": "whom it names has to be there, and quiet hours have two ends",
    "notice-policies.settle_every": "as above",
    "batches.begin": "there has to be something to do",
    "incidents.retry_cause": "as above",
    "incidents.skip_cause": "as above",
    "incidents.give_cause": "whom it names has to be there",
    "groups.create": "the name has to leave a key",
    "people.create": "the time zone has to be one",
    "people.change": "the time zone has to be one",
    "process-instances.start": "the form has rules of its own",
    "programs.create_token": "it has to end within a year",
    "substitutes.add": "the end has to come after the beginning",
    "subscribers.add": "the address has to be one, and the facts have to exist",
    "subscribers.change": "the address has to be one, and the facts have to exist",
    "subscribers.rotate": "a secret has to be one that can sign",
    "tokens.create": "it has to end within a year",
    "webhooks.change": "expressions have to be FEEL and the schema has to be one",
    "webhooks.open_one": "the element has to be one that hears something",
    "webhooks.rotate": "a secret has to be one that can sign",
}
"""Where what has the right shape may still have to be mended (422), and why."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("contract")
    with databases.copy("sqlite", folder, house.settle) as url:
        settings = Settings(database_url=url, files_path=folder / "files", sign_in_limit="1000000 per minute")
        with databases.running(settings) as app:
            yield app


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["fits", "does-not-fit"])
@pytest.mark.parametrize("role", OF_ROLE)
def test_every_endpoint_keeps_to_the_document(served: Flask, role: Role, mode: GenerationMode) -> None:
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app=served)
    secret = program(served, OF_ROLE[role]).secret
    for found in schema.get_all_operations():
        assert isinstance(found, Ok)
        operation = found.ok()
        if role in operation.definition.raw["x-roles"]:  # the others are refused, see test_roles
            ask(operation, mode, {"Authorization": f"Bearer {secret}"})


def ask(operation: Any, mode: GenerationMode, headers: dict[str, str]) -> None:
    """Ask it a few times, and hold every answer against the document and all checks there are."""
    excluded = [positive_data_acceptance] if operation.definition.raw["operationId"] in MEANT else []

    @hypothesis.settings(
        max_examples=EXAMPLES,
        derandomize=not SOAKS,
        database=None,
        deadline=None,
        suppress_health_check=list(hypothesis.HealthCheck),
        phases=[hypothesis.Phase.generate],
    )
    @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
    def once(case: Any) -> None:
        if mode is GenerationMode.POSITIVE:
            # A key is good for one request, and a cursor is what the server gave: what is made up fits by chance only.
            if case.headers and "Idempotency-Key" in case.headers:
                case.headers["Idempotency-Key"] = uuid4().hex
            if case.query:
                case.query.pop("cursor", None)
            # Values of forms are whatever JSON is: the document cannot say that no text in them holds U+0000.
            hypothesis.assume("\\u0000" not in json.dumps(case.body, default=str))
        case.call_and_validate(headers=headers, excluded_checks=excluded)

    once()


def test_every_text_that_can_be_sent_is_said_to_hold_no_nul() -> None:
    texts = {place: text for place, text in sent_texts(document(NOUNS)) if "?cursor" not in place}
    assert len(texts) > 100
    assert [place for place, text in texts.items() if not {"pattern", "enum", "format"} & set(text)] == []


def sent_texts(told: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What the document says of each text in the queries and bodies of requests, with its place."""
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            for one in operation.get("parameters", ()):
                if one.get("in") == "query":
                    yield from _texts(told, one["schema"], f"{method} {path} ?{one['name']}")
            for content in operation.get("requestBody", {}).get("content", {}).values():
                yield from _texts(told, content["schema"], f"{method} {path}")


def _texts(told: dict[str, Any], schema: Any, place: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if not isinstance(schema, dict):
        return
    if schema.get("type") == "string":
        yield place, schema
    name = schema.get("$ref", "").rpartition("/")[2]
    if name and f">{name}>" not in place:
        yield from _texts(told, told["components"]["schemas"][name], f"{place}>{name}>")
    for key, value in schema.items():
        for each in value if isinstance(value, list) else [value]:
            yield from _texts(told, each, f"{place}.{key}")
