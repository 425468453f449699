"""An agent that a real server speaks for: its draft, its name in the trail, what it has cost."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from server.commands import connections, deployments, people, process_instances, secrets
from server.database import db
from server.identity.actor import CONSOLE, person_actor
from server.identity.sealing import seal_of
from server.queries import connections as queries
from server.queries import history
from server.records.incident import Incident
from server.records.logs import HistoryEntry
from server.records.user_task import UserTask
from server.settings import Settings
from server.workers.loop import work_once
from tests.loopback import Site

ROOT = Path(__file__).parents[2]
PASSWORD = "a long enough password"
FILES = ("bpmn_models/customer_reply.bpmn", "forms/reply_question.form", "forms/reply_review.form")
QUESTION = {"customer": "Zoe", "email": "zoe@example.org", "question": "Are you open?", "reviewer": "barbara"}


@pytest.fixture
def asked(app: Flask, site: Site, settings: Settings) -> str:
    """A question that was answered by an agent, or by nobody if nobody speaks for it; the id of its instance."""
    allowed = Settings(database_url=settings.database_url, files_path=settings.files_path, http_allowed=("127.0.0.1",))
    secrets.keep(CONSOLE, seal_of(allowed), "drafts.token", "sk-canary")
    held = {"url": site.url("/v1"), "authentication": "bearer", "token": "drafts.token", "model": "small-1"}
    prices = {"price_in": "2", "price_out": "10", "currency": "EUR"}
    connections.keep(CONSOLE, "drafts", "ai", {"agent": "Draft writer", **held, **prices})
    people.create(CONSOLE, "barbara", "Barbara", PASSWORD, ["participant", "auditor", "administrator"])
    draft = json.dumps({"subject": "Our hours", "text": "Open on Saturday. My key is sk-canary."})
    body = {
        "choices": [{"message": {"content": draft}}],
        "usage": {"prompt_tokens": 100, "completion_tokens": 20},
    }
    site.answers["/v1/chat/completions"] = (200, {"content-type": "application/json"}, json.dumps(body).encode())
    deployments.deploy(CONSOLE, [(Path(name).name, (ROOT / name).read_bytes()) for name in FILES])
    people.create(CONSOLE, "ada", "Ada", PASSWORD, ["participant"])
    ada = person_actor("ada", "Ada", frozenset({"participant"}), frozenset({"employees"}))
    instance_id = process_instances.start(ada, "customer_reply", dict(QUESTION)).instance_id
    while work_once(allowed, "test", {}):
        pass
    return instance_id


def test_the_draft_waits_for_the_named_person_and_nothing_is_sent(asked: str, site: Site) -> None:
    (row,) = db.session.scalars(select(UserTask).where(UserTask.instance_id == asked)).all()
    assert (row.element_key, row.assignee) == ("review_reply", "barbara")
    assert len(site.asked) == 1
    assert db.session.scalars(select(Incident)).all() == []


def test_the_agent_stands_in_the_trail_under_its_own_name_with_prompt_and_answer(asked: str) -> None:
    barbara = person_actor("barbara", "Barbara", frozenset({"auditor"}))
    (said,) = [entry for entry in history.trail(barbara, asked).entries if entry.name == "AgentAnswered"]
    assert (said.actor, said.who) == ("agent:Draft writer", "Draft writer (AI agent)")
    assert '"question": "Are you open?"' in said.fields["prompt"]
    assert said.fields["answer"]["answer"]["text"] == "Open on Saturday. My key is •••."
    assert "sk-canary" not in str(db.session.scalars(select(HistoryEntry.facts)).all())


def test_tokens_and_cost_are_added_up_for_the_connection(asked: str) -> None:
    assert queries.use(CONSOLE, "drafts") == queries.Use(1, 100, 20, 0.0004)


def test_the_pages_show_what_the_agent_said_and_what_it_cost(app: Flask, asked: str) -> None:
    app.config["WTF_CSRF_ENABLED"] = False
    browser = app.test_client()
    assert browser.post("/sign-in", data={"name": "barbara", "password": PASSWORD}).status_code == 303
    page = browser.get(f"/instances/{asked}").text
    assert "Draft writer (AI agent) answered at Draft the reply" in page
    assert "100 tokens read, 20 written, cost 0.000400" in page
    assert "0.0004 EUR" in browser.get("/administration/connections/drafts").text
