"""User tasks that no other process asks for: each is an instance of the process application `single_task`."""

from datetime import UTC
from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import nothing
from server.api.camunda7.wording.bodies import Given, sent
from server.api.camunda7.wording.ids import row_id
from server.api.camunda7.wording.moments import read
from server.commands import process_instances, starts
from server.errors import Invalid, NotFound
from server.identity.permissions import Permission
from server.queries import chosen_user_tasks as queries

PROCESS = "single_task"
REASON = "By the REST API of Camunda 7"
LONGEST_NAME = 255
_NOT_KEPT = {
    "id": "id cannot be chosen: the user task gets one of its own. Leave it out and find the user task by its name.",
    "owner": "owner cannot be given here: whoever has the user task becomes its owner by POST /task/{id}/delegate.",
    "delegationState": "delegationState cannot be given here: it follows from POST /task/{id}/delegate.",
    "parentTaskId": "parentTaskId cannot be kept: a user task is not part of another one here. Leave it out.",
    "caseInstanceId": "caseInstanceId cannot be kept: there are no cases here. Leave it out.",
    "tenantId": "tenantId cannot be kept: there are no tenants here. Leave it out.",
}


def create() -> Response:
    variables = _variables(sent())
    if variables["assignee"] is None and not acting().may(Permission.GIVE_VARIABLES):
        raise Invalid("assignee is missing: without the role worker you create a user task for somebody.")
    try:
        starts.start(acting(), PROCESS, None, variables)
    except NotFound as error:
        raise Invalid(
            f"A user task that stands alone is an instance of the process {PROCESS}, which is not there for you: have"
            f" bpmn_models/{PROCESS}.bpmn deployed together with forms/{PROCESS}_*.form."
        ) from error
    return nothing()


def _variables(body: Given) -> dict[str, Any]:
    """What the process calls what a program gives; its requester is not asked when it is overdue. Raises Invalid."""
    for name, text in _NOT_KEPT.items():
        if name in body:
            raise Invalid(text)
    name, assignee = body.needed("name"), body.text("assignee") or None
    if len(name) > LONGEST_NAME:
        raise Invalid(f"name has {len(name)} characters; write {LONGEST_NAME} at most.")
    priority = body.number("priority")
    if priority is not None and abs(priority) > 2**31 - 1:
        raise Invalid("priority is a whole number of at most 32 bits.")
    return {
        "what": name,
        "more": body.text("description") or "",
        "addressee": None if assignee is None else "person",
        "assignee": assignee,
        "due": _moment(body, "due"),
        "followUp": _moment(body, "followUp"),
        "priority": priority,
        "remind": False,
    }


def _moment(body: Given, name: str) -> str | None:
    return read(body.get(name), name).astimezone(UTC).isoformat() if name in body else None


def remove(user_task_id: str) -> Response:
    """Its instance ends: by whoever mends instances, or by whoever has created it."""
    row = queries.user_task(acting(), row_id(user_task_id))
    if row.state != "open":
        raise NotFound(f"The user task {user_task_id} has ended.")
    if row.process_key != PROCESS:
        raise Invalid(
            f"{row.name} cannot be deleted because it is part of a running instance of {row.process_key}: complete it,"
            " or delete the process instance."
        )
    end = process_instances.cancel if acting().may(Permission.MEND) else process_instances.withdraw
    end(acting(), row.instance_id, REASON)
    return nothing()


ROUTES = (
    ("POST", "/task/create", create),
    ("DELETE", "/task/<user_task_id>", remove),
)
