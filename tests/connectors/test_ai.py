"""The ai connector against a real server that speaks the chat protocol."""

import json
from typing import Any

import pytest

from server.connectors.ai import AiConnector
from server.connectors.connection import Connection
from server.connectors.connector import CallContext, TemporaryFailure
from server.errors import Failure
from server.settings import Settings
from tests.loopback import Site

SCHEMA = json.dumps(
    {"type": "object", "required": ["subject"], "properties": {"subject": {"type": "string", "maxLength": 20}}}
)
PRICES = {"price_in": "2", "price_out": "10"}


def said(site: Site, content: Any, status: int = 200, reason: str = "stop", **message: Any) -> None:
    """What the other end will answer."""
    body = {
        "model": "small-1-2026",
        "choices": [{"message": {"role": "assistant", "content": content, **message}, "finish_reason": reason}],
        "usage": {"prompt_tokens": 120, "completion_tokens": 30},
    }
    site.answers["/v1/chat/completions"] = (status, {"content-type": "application/json"}, json.dumps(body).encode())


def ask(site: Site, settings: dict[str, str] | None = None, **given: Any) -> Any:
    held = {"url": site.url("/v1"), "agent": "Draft writer", "model": "small-1", "authentication": "bearer"}
    opened = Connection("drafts", {**held, **(settings or {})}, {"token": "sk-canary"})
    context = CallContext("job-1", 1, Settings(http_allowed=("127.0.0.1",)), opened)
    return AiConnector().call({"prompt": "Write.", **given}, context)


def sent(site: Site) -> Any:
    return json.loads(site.asked[-1][3])


def test_an_answer_comes_with_what_was_asked_and_what_it_took(site: Site) -> None:
    said(site, "Dear Ann")
    answer = ask(site, PRICES, instructions="Be kind.", values={"name": "Ann"}, temperature=0.5, maxTokens=99)
    prompt = 'Write.\n\n{\n "name": "Ann"\n}'
    assert answer == {
        "answer": "Dear Ann",
        "agent": "Draft writer",
        "connection": "drafts",
        "model": "small-1-2026",
        "prompt": prompt,
        "tokensIn": 120,
        "tokensOut": 30,
        "cost": 540,
    }
    assert sent(site) == {
        "model": "small-1",
        "messages": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": prompt}],
        "max_tokens": 99,
        "temperature": 0.5,
    }
    assert site.asked[0][2]["authorization"] == "Bearer sk-canary"


def test_an_answer_is_held_against_its_schema(site: Site) -> None:
    said(site, '{"subject": "Your order"}')
    assert ask(site, answerSchema=SCHEMA)["answer"] == {"subject": "Your order"}
    assert sent(site)["response_format"]["json_schema"]["schema"] == json.loads(SCHEMA)


@pytest.mark.parametrize("form", ["json_object", "none"])
def test_a_model_without_schemas_is_told_the_schema_in_words(site: Site, form: str) -> None:
    said(site, '```json\n{"subject": "Yes"}\n```')
    assert ask(site, {"format": form}, answerSchema=SCHEMA)["answer"] == {"subject": "Yes"}
    assert "maxLength" in sent(site)["messages"][0]["content"]
    assert ("response_format" in sent(site)) is (form == "json_object")


@pytest.mark.parametrize("content", ["no JSON", "{}", '{"subject": "much too long for this schema"}', "", None])
def test_an_answer_that_does_not_fit_is_asked_for_again(site: Site, content: Any) -> None:
    said(site, content)
    with pytest.raises(TemporaryFailure):
        ask(site, answerSchema=SCHEMA)


def test_another_attempt_asks_under_another_key(site: Site) -> None:
    said(site, "Dear Ann")
    ask(site)
    assert site.asked[0][2]["idempotency-key"] == "job-1.1"


def test_a_busy_agent_is_asked_again_when_it_says(site: Site) -> None:
    site.answers["/v1/chat/completions"] = (429, {"retry-after": "9"}, b"")
    with pytest.raises(TemporaryFailure) as caught:
        ask(site)
    assert caught.value.retry_after == 9


def test_a_refusal_and_a_cut_answer_are_failures(site: Site) -> None:
    said(site, None, refusal="I must not.")
    with pytest.raises(Failure, match="refuses to answer: I must not"):
        ask(site)
    said(site, "Dear", reason="length")
    with pytest.raises(Failure, match="maxTokens"):
        ask(site)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"choices": []}', b'{"choices": [{"message": 1}]}', b'"x"'])
def test_another_protocol_is_told(site: Site, body: bytes) -> None:
    site.answers["/v1/chat/completions"] = (200, {"content-type": "application/json"}, body)
    with pytest.raises(Failure, match="as a chat model does"):
        ask(site)


def test_an_end_that_counts_nothing_costs_nothing(site: Site) -> None:
    body = b'{"choices": [{"message": {"content": "x"}}]}'
    site.answers["/v1/chat/completions"] = (200, {"content-type": "application/json"}, body)
    answer = ask(site, PRICES)
    assert (answer["tokensIn"], answer["cost"], answer["model"]) == (0, 0, "small-1")


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"prompt": ""}, "prompt is missing"),
        ({"prompt": "x" * 200_001}, "longer than"),
        ({"answerSchema": "{"}, "no JSON"),
        ({"answerSchema": '{"type": "colour"}'}, "cannot be used"),
        ({"temperature": 3}, "temperature"),
        ({"maxTokens": 0}, "maxTokens"),
        ({"url": "x"}, 'no parameter "url"'),
    ],
)
def test_a_wrong_parameter_is_named(site: Site, given: dict[str, Any], words: str) -> None:
    with pytest.raises(Failure, match=words):
        ask(site, **given)
    assert site.asked == []
