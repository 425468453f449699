"""The OpenAPI document is kept to: schemathesis asks every endpoint as every role, with what fits and what does not."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from flask import Flask
from schemathesis import GenerationMode

from server.app import create_app
from server.identity.permissions import Role
from server.settings import Settings
from tests import databases
from tests.api import house
from tests.api.house import OF_ROLE, program

EXAMPLES = 2  # of each kind, endpoint and role; a longer look is one number away


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
        operation = found.ok()

        @hypothesis.settings(
            max_examples=EXAMPLES,
            derandomize=True,
            database=None,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
            phases=[hypothesis.Phase.generate],
        )
        @hypothesis.given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            case.call_and_validate(headers={"Authorization": f"Bearer {secret}"})

        ask()
