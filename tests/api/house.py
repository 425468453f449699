"""A small house for programs: a token for each role, a process at work, one that is stuck, and a program that asks."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from server import clock
from server.commands import deployments, groups, people, tokens
from server.commands.tokens import NewToken
from server.identity.actor import CONSOLE
from server.identity.permissions import Role
from tests.web import stuck
from tests.web.purchases import DECISION_FORM, PASSWORD, PROCESS, REQUEST_FORM, actor

PEOPLE = {
    "ada": ("Ada", (Role.PARTICIPANT,), "staff"),
    "grace": ("Grace", (Role.PARTICIPANT,), "approvers"),
    "mallory": ("Mallory", (Role.PARTICIPANT,), ""),
    "tim": ("Tim", (Role.ANALYST,), ""),
    "alan": ("Alan", (Role.OPERATOR,), ""),
    "margaret": ("Margaret", (Role.AUDITOR,), ""),
    "katherine": ("Katherine", (Role.ADMINISTRATOR,), ""),
    "robbie": ("Robbie", (Role.WORKER,), ""),
}
OF_ROLE = {
    Role.PARTICIPANT: "ada",
    Role.ANALYST: "tim",
    Role.OPERATOR: "alan",
    Role.AUDITOR: "margaret",
    Role.ADMINISTRATOR: "katherine",
    Role.WORKER: "robbie",
}


def settle() -> None:
    """Create the people, the groups and two processes; needs an application context."""
    groups.create(CONSOLE, "staff", "Staff")
    groups.create(CONSOLE, "approvers", "Purchasing approvers")
    for person_id, (name, roles, group) in PEOPLE.items():
        people.create(CONSOLE, person_id, name, PASSWORD, roles, zone="Europe/Berlin")
        if group:
            groups.add_member(CONSOLE, group, person_id)
    files = [("purchase.bpmn", PROCESS), ("request.form", REQUEST_FORM), ("decision.form", DECISION_FORM)]
    deployments.deploy(CONSOLE, [*files, ("billing.bpmn", stuck.PROCESS), ("billing.form", stuck.FORM)])


@dataclass
class Program:
    """Asks as somebody, by one of their tokens."""

    app: Flask
    secret: str
    headers: dict[str, str] = field(default_factory=dict)
    browser: FlaskClient | None = None  # asks by its session instead

    def ask(self, method: str, path: str, json: Any = None, headers: Mapping[str, str] | None = None) -> Any:
        own = {} if self.browser is not None else {"Authorization": f"Bearer {self.secret}"}
        more = {"json": json} if json is not None else {}
        client = self.browser or self.app.test_client()
        return client.open(f"/api/v1{path}", method=method, headers={**own, **self.headers, **(headers or {})}, **more)

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, headers=_spelt(headers))

    def post(self, path: str, json: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, json, _spelt(headers))

    def put(self, path: str, json: Any = None, **headers: str) -> Any:
        return self.ask("PUT", path, json, _spelt(headers))

    def delete(self, path: str, **headers: str) -> Any:
        return self.ask("DELETE", path, headers=_spelt(headers))


def _spelt(headers: Mapping[str, str]) -> dict[str, str]:
    """`Idempotency_Key` as HTTP spells it."""
    return {name.replace("_", "-"): value for name, value in headers.items()}


def program(app: Flask, person_id: str, **restrictions: Any) -> Program:
    """A program that acts for *person_id*, who is just signed in."""
    with app.app_context():
        from_sign_in = actor(person_id)
        made = tokens.create(from_sign_in, NewToken("tests", clock.now() + timedelta(days=30), **restrictions))
    return Program(app, made.secret)
