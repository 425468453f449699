"""The chat connector against a real server: each chat gets what it understands, and the address stays secret."""

import json
from typing import Any

import pytest

from server.connectors.chat import KINDS, ChatConnector
from server.connectors.connection import Connection
from server.connectors.connector import CallContext, TemporaryFailure
from server.errors import Failure
from server.settings import Settings
from tests.loopback import Site


def post(site: Site, kind: str, path: str = "/hook/canary", **given: Any) -> Any:
    room = Connection("room", {"kind": kind}, {"webhook": site.url(path) + "\n"})
    return ChatConnector().call(given, CallContext("job-1", 1, Settings(http_allowed=("127.0.0.1",)), room))


def test_every_chat_gets_title_text_and_link(site: Site) -> None:
    site.answers["/hook/canary"] = (200, {}, b"ok")
    for kind in KINDS:
        assert post(site, kind, title="Order 7", text="waits", link="https://x.example/1") == {"statusCode": 200}
    for _, _, headers, content in site.asked:
        assert headers["content-type"] == "application/json"
        assert all(word in content for word in (b"Order 7", b"waits", b"https://x.example/1"))
    bodies = [json.loads(content) for _, _, _, content in site.asked]
    assert bodies[0]["text"] == "*Order 7*\nwaits\nhttps://x.example/1"
    assert bodies[list(KINDS).index("discord")]["allowed_mentions"] == {"parse": []}
    assert bodies[list(KINDS).index("teams")]["attachments"][0]["content"]["type"] == "AdaptiveCard"


def test_a_refusal_is_told_without_the_address(site: Site) -> None:
    with pytest.raises(Failure, match=r"^POST 127\.0\.0\.1 answered 404") as caught:
        post(site, "slack", text="x")
    assert "canary" not in str(caught.value)


def test_a_busy_chat_is_tried_again(site: Site) -> None:
    site.answers["/hook/canary"] = (429, {"retry-after": "3"}, b"")
    with pytest.raises(TemporaryFailure) as caught:
        post(site, "slack", text="x")
    assert caught.value.retry_after == 3


@pytest.mark.parametrize("given", [{}, {"text": " "}, {"text": "x", "colour": "red"}])
def test_a_wrong_parameter_is_named(site: Site, given: dict[str, str]) -> None:
    with pytest.raises(Failure, match="parameter"):
        post(site, "slack", **given)
    assert site.asked == []
