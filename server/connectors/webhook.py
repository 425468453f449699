"""Posts one event to an address that its receiver gives out, signed, so that the receiver knows who sent it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from server import clock
from server.connectors.addresses import Resolver, resolve
from server.connectors.answers import failure_of
from server.connectors.connection import Field
from server.connectors.connector import CallContext
from server.connectors.exchange import Exchange
from server.connectors.peers import check_address
from server.connectors.requests import HttpRequest, always
from server.connectors.signing import signed
from server.errors import Failure
from server.sentences import say

PARAMETERS = ("type", "data")


@dataclass(frozen=True)
class WebhookConnector:
    """Takes type and data; answers statusCode. Whom it is for and the key of the signature, the connection says."""

    resolver: Resolver = resolve
    fields: ClassVar = (
        Field(
            "url", say("Address"), say("Such as https://hooks.example.org/notices."), required=True, check=check_address
        ),
        Field(
            "key",
            say("Key"),
            say("Of the signature (HMAC-SHA256); the receiver has the same."),
            secret=True,
            required=True,
        ),
    )
    trial: ClassVar = None

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Post it. Raises TemporaryFailure and Failure as the http connector does."""
        for name in parameters:
            if name not in PARAMETERS:
                raise Failure(f'The webhook connector has no parameter "{name}"; it takes {", ".join(PARAMETERS)}.')
        opened, moment = context.needed("webhook"), clock.now()
        event = {"type": parameters.get("type"), "timestamp": moment.isoformat(), "data": parameters.get("data")}
        body = json.dumps(event, ensure_ascii=False).encode()
        request = HttpRequest(
            "POST",
            opened.setting("url"),
            {
                **always(context.job_id),
                "content-type": "application/json",
                **signed(opened.secret("key"), context.job_id, moment, body),
            },
            body,
            float(context.settings.http_timeout),
        )
        answer, what = Exchange(context.settings, self.resolver).send(request)
        failure = failure_of(answer, what, accept_errors=False)
        if failure is not None:
            raise failure
        return {"statusCode": answer.status}
