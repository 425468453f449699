"""Variables as things of their own: those of running instances, and those that ended ones have left behind."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.bodies import Given, asked, both
from server.api.camunda7.wording.ids import definition_id, row_id, uuid_of
from server.api.camunda7.wording.moments import written
from server.api.camunda7.wording.values import typed
from server.errors import Invalid
from server.queries import chosen_history as queries
from server.queries import chosen_instances
from server.queries.chosen_history import VariableRow

_MOST = 1000


def running() -> Response:
    return answer([_running(row) for row in _found(both(), running_only=True)])


def running_count() -> Response:
    return answer({"count": len(_found(both(), running_only=True))})


def past() -> Response:
    return answer([_past(row) for row in _found(both(), running_only=False)])


def past_count() -> Response:
    return answer({"count": len(_found(both(), running_only=False))})


def _found(given: Given, running_only: bool) -> list[VariableRow]:
    """The instances have to be named: variables of all instances are not searched through."""
    ids = [given.text("processInstanceId")] if "processInstanceId" in given else given.texts("processInstanceIdIn")
    ids = given.texts("executionIdIn") if ids is None else ids
    if ids is None:
        raise Invalid("Name the instances by processInstanceId or processInstanceIdIn.")
    rows = [row_id(each) for each in ids[:_MOST]]
    if running_only:
        live = {each for each in rows if _is_live(each)}
        rows = [each for each in rows if each in live]
    name, like, names = given.text("variableName"), given.text("variableNameLike"), given.texts("variableNameIn")
    found = [
        row
        for row in queries.variables(acting(), rows)
        if name in (None, row.name)
        and (names is None or row.name in names)
        and (like is None or like.strip("%").lower() in row.name.lower())
    ]
    first, most = asked().number("firstResult") or 0, asked().number("maxResults")
    return found[max(0, first) :][: None if most is None else max(0, most)]


def _is_live(instance_id: str) -> bool:
    found = chosen_instances.listed(acting(), chosen_instances.Selection((chosen_instances.Where("id", instance_id),)))
    return bool(found) and found[0].ended_at is None


def _running(row: VariableRow) -> dict[str, Any]:
    instance_id = uuid_of(row.instance_id)
    return {
        "id": _id(row),
        "name": row.name,
        **typed(row.value),
        "processDefinitionId": definition_id(row.process_key, row.version, row.definition_id),
        "processInstanceId": instance_id,
        "executionId": instance_id,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "taskId": None,
        "batchId": None,
        "activityInstanceId": uuid_of(row.instance_id, row.activity),
        "errorMessage": None,
        "tenantId": None,
    }


def _past(row: VariableRow) -> dict[str, Any]:
    return _running(row) | {
        "processDefinitionKey": row.process_key,
        "caseDefinitionKey": None,
        "caseDefinitionId": None,
        "state": "CREATED",
        "createTime": written(row.set_at),
        "removalTime": None,
        "rootProcessInstanceId": uuid_of(row.instance_id),
    }


def _id(row: VariableRow) -> str:
    """A variable has no row of its own: its id is made of what it is known by."""
    return str(uuid5(NAMESPACE_URL, f"{row.instance_id}/{row.activity}/{row.name}"))


ROUTES = (
    ("GET POST", "/variable-instance", running),
    ("GET POST", "/variable-instance/count", running_count),
    ("GET POST", "/history/variable-instance", past),
    ("GET POST", "/history/variable-instance/count", past_count),
)
