"""Calls a connector by its name; nothing that comes back holds a secret, neither its answer nor its errors (S22)."""

from collections.abc import Mapping
from typing import Any

from server.connectors import CONNECTORS
from server.connectors.connection import Connection
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.redaction import Redaction
from server.errors import BpmnError, Failure, Invalid
from server.sentences import say
from server.settings import Settings


def call(connector: str, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
    """Have the connector do it. Raises what `Connector.call` does."""
    if context.connection is not None:
        context.hidden.extend(context.connection.secrets.values())
    try:
        answer = CONNECTORS[connector].call(parameters, context)
    except TemporaryFailure as failure:
        raise TemporaryFailure(Redaction(context.hidden).text(str(failure)), failure.retry_after) from None
    except Failure as failure:
        raise Failure(Redaction(context.hidden).text(str(failure)), failure.line) from None
    except BpmnError as error:
        hiding = Redaction(context.hidden)
        raise BpmnError(error.code, hiding.text(str(error)), hiding.value(error.variables)) from None
    except Exception as defect:
        if Redaction(context.hidden).text(str(defect)) == str(defect):
            raise
        raise RuntimeError(f"{type(defect).__name__}: {Redaction(context.hidden).text(str(defect))}") from None
    found: Mapping[str, Any] = Redaction(context.hidden).value(answer)
    return found


def try_out(connector: str, connection: Connection, settings: Settings) -> str:
    """One sentence about whether the other end answers. Raises Failure where it does not, Invalid without a way."""
    trial = CONNECTORS[connector].trial
    if trial is None:
        raise Invalid(
            say(
                "A connection of the %(connector)s connector cannot be tried without doing something.",
                connector=connector,
            )
        )
    answer = call(connector, trial, CallContext("trial", 1, settings, connection))
    status = answer.get("statusCode", 200)
    if status in (401, 403):
        raise Failure(
            say(
                'The connection "%(name)s" is there, and refuses us: it answered %(status)s.',
                name=connection.name,
                status=status,
            )
        )
    return say('The connection "%(name)s" answers.', name=connection.name)
