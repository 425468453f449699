"""Posts a line into a room of a chat, by the address that the chat gives out for that (an incoming webhook)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from server.connectors.addresses import Resolver, resolve
from server.connectors.answers import failure_of
from server.connectors.connection import Field
from server.connectors.connector import CallContext
from server.connectors.exchange import Exchange
from server.connectors.requests import HttpRequest, always
from server.errors import Failure
from server.sentences import say

PARAMETERS = ("text", "title", "link")
LONGEST = 4_000  # signs; what chats take at most


def _plain(title: str, text: str, link: str) -> dict[str, Any]:
    return {"text": "\n".join(filter(None, (f"*{title}*" if title else "", text, link)))}


def _discord(title: str, text: str, link: str) -> dict[str, Any]:
    content = "\n".join(filter(None, (f"**{title}**" if title else "", text, link)))[:2_000]
    return {"content": content, "allowed_mentions": {"parse": []}}


def _teams(title: str, text: str, link: str) -> dict[str, Any]:
    """An adaptive card, as the webhooks of Teams' workflows take it."""
    heading = [{"type": "TextBlock", "text": title, "weight": "Bolder", "wrap": True}] if title else []
    card: dict[str, Any] = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "body": [*heading, {"type": "TextBlock", "text": text, "wrap": True}],
    }
    if link:
        card["actions"] = [{"type": "Action.OpenUrl", "title": "Open", "url": link}]
    return {
        "type": "message",
        "attachments": [{"contentType": "application/vnd.microsoft.card.adaptive", "content": card}],
    }


KINDS = {"slack": _plain, "mattermost": _plain, "google": _plain, "discord": _discord, "teams": _teams}


@dataclass(frozen=True)
class ChatConnector:
    """Takes text, title, link; answers statusCode. Which chat and which room, the connection says."""

    resolver: Resolver = resolve
    fields: ClassVar = (
        Field("kind", say("Chat"), required=True, choices=tuple(KINDS)),
        Field("webhook", say("Webhook"), say("Its address; whoever knows it may post."), secret=True, required=True),
    )
    trial: ClassVar = None

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Post it. Raises TemporaryFailure and Failure as the http connector does."""
        for name in parameters:
            if name not in PARAMETERS:
                raise Failure(f'The chat connector has no parameter "{name}"; it takes {", ".join(PARAMETERS)}.')
        opened = context.needed("chat")
        title, text, link = (str(parameters.get(name) or "").strip() for name in ("title", "text", "link"))
        if not text:
            raise Failure("The parameter text is missing; say what is to be posted.")
        message = KINDS[opened.setting("kind")](title[:200], text[:LONGEST], link[:2_000])
        request = HttpRequest(
            "POST",
            opened.secret("webhook").strip(),
            {**always(context.job_id), "content-type": "application/json"},
            json.dumps(message).encode(),
            float(context.settings.http_timeout),
        )
        answer, what = Exchange(context.settings, self.resolver).send(request)
        failure = failure_of(answer, what, accept_errors=False)
        if failure is not None:
            raise failure
        return {"statusCode": answer.status}
