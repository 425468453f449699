"""Messages and signals: whom they reach, and what becomes of that."""

from collections.abc import Sequence
from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import Mismatch, answer, nothing
from server.api.camunda7.wording.bodies import sent
from server.api.camunda7.wording.ids import row_id, uuid_of
from server.api.camunda7.wording.instances import instance
from server.api.camunda7.wording.uploads import file_ids, received
from server.api.camunda7.wording.values import all_typed, read_all
from server.commands import addressed_messages, signals
from server.errors import Conflict, Invalid
from server.queries import chosen_instances
from server.queries.receivers import Addressed, Receiving, receivers


def correlate() -> Response:
    body, actor = sent(), acting()
    name = body.needed("messageName")
    wanted = Addressed(
        name,
        body.text("businessKey"),
        row_id(body.text("processInstanceId")) if "processInstanceId" in body else None,
        read_all(body.mapping("correlationKeys")),
        read_all(body.mapping("localCorrelationKeys")),
    )
    found = receivers(actor, wanted)
    if not found or (len(found) > 1 and not body.flag("all")):
        many = "Nobody waits" if not found else f"{len(found)} wait"
        raise Mismatch(f"{many} for the message {name} with what was said of its receiver.")
    payload = received(actor, {**body.mapping("processVariables"), **body.mapping("processVariablesLocal")})
    files = file_ids(payload)  # of the first of several receivers
    reached = [
        _reached(each, payload, wanted.business_key, () if number else files) for number, each in enumerate(found)
    ]
    if not body.flag("resultEnabled"):
        return nothing()
    return answer([_result(*each, body.flag("variablesInResultEnabled")) for each in reached])


def _reached(
    found: Receiving, payload: dict[str, Any], business_key: str | None, files: Sequence[str]
) -> tuple[Receiving, str]:
    try:
        return found, addressed_messages.deliver_to(acting(), found.subscription_id, payload, business_key, files)
    except Conflict as conflict:
        raise Mismatch(conflict.message) from conflict


def _result(found: Receiving, instance_id: str, with_variables: bool) -> dict[str, Any]:
    row = uuid_of(instance_id)
    if found.instance_id is not None:
        execution = {"id": row, "processInstanceId": row, "ended": False, "tenantId": None}
        result: dict[str, Any] = {"resultType": "Execution", "execution": execution, "processInstance": None}
    else:
        started = chosen_instances.instance(acting(), instance_id)
        shown = instance(
            started.id,
            (started.process_key, started.version, started.definition_id),
            started.business_key,
            started.ended_at is not None,
            False,
        )
        result = {"resultType": "ProcessDefinition", "execution": None, "processInstance": shown}
    if with_variables:
        result["variables"] = all_typed(chosen_instances.variables(acting(), instance_id))
    return result


def signal() -> Response:
    body = sent()
    if "executionId" in body:
        raise Invalid("A signal reaches everybody who listens; it cannot be sent to one execution.")
    signals.send(acting(), body.needed("name"), received(acting(), body.mapping("variables")))
    return nothing()


ROUTES = (("POST", "/message", correlate), ("POST", "/signal", signal))
