"""Variables as things of their own: those of running instances, and those that ended ones have left behind."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.bodies import Given, asked, both
from server.api.camunda7.wording.ids import definition_id, definition_row, row_id, uuid_of
from server.api.camunda7.wording.moments import written
from server.api.camunda7.wording.selections import checked_names, condition, plain, variable_conditions
from server.api.camunda7.wording.values import typed
from server.errors import Invalid
from server.queries import chosen_variables as queries
from server.queries.chosen_variables import VariableRow
from server.queries.selections import Having, Where

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
    """Variables of all instances are not searched through: either the instances have to be named, or the variables."""
    values = _values(given)
    name, like, several = given.text("variableName"), given.text("variableNameLike"), given.texts("variableNameIn")
    wanted = [name] if name is not None else several or [each.name for each in values]
    where = _instances(given)
    names = () if where else checked_names(wanted, "variableNameIn")
    if not where and not names:
        raise Invalid(
            "Name the instances by processInstanceId or processInstanceIdIn, or the variables by variableName,"
            " variableNameIn or variableValues."
        )
    where += condition(given, "processDefinitionId", "definition_id", read=definition_row)
    where += condition(given, "processDefinitionKey", "process_key")
    where += [Where("ended_at", True, "null")] if running_only else []
    found = [
        row
        for row in queries.variables(acting(), where, names)
        if name in (None, row.name)
        and (several is None or row.name in several)
        and (like is None or like.strip("%").lower() in row.name.lower())
        and all(each.name == row.name and each.holds({row.name: row.value}) for each in values)
    ]
    first, most = asked().number("firstResult") or 0, asked().number("maxResults")
    return found[max(0, first) :][: None if most is None else max(0, most)]


def _instances(given: Given) -> list[Where]:
    """Which instances are named; none: they are not."""
    ids = [given.text("processInstanceId")] if "processInstanceId" in given else given.texts("processInstanceIdIn")
    ids = given.texts("executionIdIn") if ids is None else ids
    return [] if ids is None else [Where("instance_id", [row_id(each) for each in ids[:_MOST]], "in")]


def _values(given: Given) -> tuple[Having, ...]:
    """Values that the variables themselves must have: variableValues, or variableValue of the one that is named."""
    name, value = given.text("variableName"), given.get("variableValue")
    if name is None or value is None:
        return variable_conditions(given, "variableValues")
    if "variableValue" in asked():
        return (Having(name, plain(str(value)), text=str(value)),)
    return (Having(name, value),)


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
