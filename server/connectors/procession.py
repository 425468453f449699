"""Sends a message or a signal to a Procession server, this one or another, by its interface for programs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from server.connectors.addresses import Resolver, resolve
from server.connectors.answers import Answer, failure_of, read_answer
from server.connectors.connection import Field
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.exchange import Exchange
from server.connectors.peers import check_address
from server.connectors.requests import HttpRequest, always, plain_json
from server.errors import Failure
from server.sentences import say

PARAMETERS = ("message", "signal", "payload", "correlationKey", "timeToLive")


@dataclass(frozen=True)
class ProcessionConnector:
    """Takes message or signal, payload, and of a message correlationKey and timeToLive; answers instanceId (of a
    message; nothing while it waits for a receiver) or listeners (of a signal)."""

    resolver: Resolver = resolve
    fields: ClassVar = (
        Field(
            "url", say("Address"), say("Such as https://procession.example.org."), required=True, check=check_address
        ),
        Field("token", say("Token"), say("Of who may send messages and signals there."), secret=True, required=True),
    )
    trial: ClassVar = None

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Send it; once, however often it is tried. Raises TemporaryFailure and Failure as the http connector does."""
        for name in parameters:
            if name not in PARAMETERS:
                raise Failure(f'The procession connector has no parameter "{name}"; it takes {", ".join(PARAMETERS)}.')
        opened = context.needed("procession")
        path, body = _event(parameters, context.job_id)
        request = HttpRequest(
            "POST",
            f"{opened.setting('url').rstrip('/')}/api/v1/{path}",
            {
                **always(context.job_id),
                "content-type": "application/json",
                "authorization": f"Bearer {opened.secret('token').strip()}",
            },
            json.dumps(body).encode(),
            float(context.settings.http_timeout),
        )
        answer, what = Exchange(context.settings, self.resolver).send(request)
        return _heard(answer, what)


def _event(parameters: Mapping[str, Any], job_id: str) -> tuple[str, dict[str, Any]]:
    """Where it goes, and what. Raises Failure for what is no one event."""
    message, signal = (str(parameters.get(name) or "").strip() for name in ("message", "signal"))
    if bool(message) == bool(signal):
        raise Failure("Give the name of a message or of a signal as the parameter message or signal: one of them.")
    payload = parameters.get("payload") or {}
    if not isinstance(payload, Mapping):
        raise Failure("The parameter payload must be a map of variables.")
    body: dict[str, Any] = {"name": message or signal, "payload": plain_json(payload, "payload")}
    key, seconds = parameters.get("correlationKey"), parameters.get("timeToLive")
    if signal:
        if key is not None or seconds is not None:
            raise Failure("A signal is for all who listen; take correlationKey and timeToLive out.")
        return "signals", body
    body["once"] = job_id
    if key is not None:
        body["correlation_key"] = str(key)
    if seconds is not None:
        body["time_to_live"] = plain_json(seconds, "timeToLive")
    return "messages", body


def _heard(answer: Answer, what: str) -> Mapping[str, Any]:
    failure = failure_of(answer, what, accept_errors=False)
    if isinstance(failure, TemporaryFailure):
        raise failure
    content = read_answer(answer, what)["response"]
    if failure is not None:
        detail = content.get("detail") if isinstance(content, Mapping) else None
        raise Failure(f"{failure} {detail}" if isinstance(detail, str) else str(failure))
    if not isinstance(content, Mapping):
        raise Failure(f"{what} did not answer as Procession does; look at the address of the connection.")
    if "listeners" in content:
        return {"listeners": content["listeners"]}
    return {"instanceId": content.get("instance_id")}
