"""A real database of each kind for every test, made by the real upgrades, and people to give commands."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from server.commands import deployments, groups, people
from server.identity.actor import CONSOLE, Actor, person_actor
from server.settings import Settings
from tests import databases

PASSWORD = "a long enough password"


@pytest.fixture(params=databases.KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """The kind of database; a test of one kind alone says so by `databases.ONLY_SQLITE` and its like."""
    return str(request.param)


@pytest.fixture
def settings(tmp_path: Path, kind: str) -> Iterator[Settings]:
    with databases.copy(kind, tmp_path, _settle) as url:
        yield Settings(database_url=url, files_path=tmp_path / "files")


def _settle() -> None:
    people.create(CONSOLE, "ann", "Ann", PASSWORD, ["participant"])
    people.create(CONSOLE, "bob", "Bob", PASSWORD, ["participant"])
    people.create(CONSOLE, "olga", "Olga", PASSWORD, ["operator"])
    groups.create(CONSOLE, "clerks", "Clerks")


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    with databases.running(settings) as app:
        yield app


@pytest.fixture
def ann(app: Flask) -> Actor:
    return person_actor("ann", "Ann", frozenset({"participant"}), frozenset({"clerks"}), frozenset({"clerks"}))


@pytest.fixture
def bob(app: Flask) -> Actor:
    return person_actor("bob", "Bob", frozenset({"participant"}), frozenset({"clerks"}))


@pytest.fixture
def stranger(app: Flask) -> Actor:
    return person_actor("zoe", "Zoe", frozenset({"participant"}))


@pytest.fixture
def olga(app: Flask) -> Actor:
    return person_actor("olga", "Olga", frozenset({"operator"}))


@pytest.fixture
def worker(app: Flask) -> Actor:
    return person_actor("printer", "Printer", frozenset({"worker"}))


@pytest.fixture
def other(app: Flask) -> Actor:
    return person_actor("plotter", "Plotter", frozenset({"worker"}))


def deploy(*bodies: tuple[str, str]) -> None:
    """Deploy one process for each (key, inner XML)."""
    deployments.deploy(CONSOLE, [(f"{key}.bpmn", model(key, body)) for key, body in bodies])


def model(key: str, body: str, properties: str = "") -> bytes:
    extension = f"<extensionElements><camunda:properties>{properties}</camunda:properties></extensionElements>"
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="tests">'
        f'<process id="{key}" name="{key.capitalize()}" isExecutable="true">{extension if properties else ""}{body}'
        "</process></definitions>"
    ).encode()


def flows(*pairs: str) -> str:
    """Flows written as "a>b"."""
    made = []
    for number, pair in enumerate(pairs):
        source, target = pair.split(">")
        made.append(f'<sequenceFlow id="f{number}_{source}_{target}" sourceRef="{source}" targetRef="{target}"/>')
    return "".join(made)


APPROVAL = (
    '<startEvent id="begin"/><userTask id="approve" name="Approve" camunda:candidateGroups="clerks">'
    '<extensionElements><camunda:formData><camunda:formField id="amount" label="Amount" type="long"/>'
    '</camunda:formData></extensionElements></userTask><endEvent id="done"/>' + flows("begin>approve", "approve>done")
)
