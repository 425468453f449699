"""What people have done: the commands that the audit log keeps, in the words of those programs."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.bodies import Given, both
from server.api.camunda7.wording.ids import is_row_id, row_id, uuid_of
from server.api.camunda7.wording.moments import written
from server.api.camunda7.wording.selections import condition, moment_condition, part
from server.queries import chosen_history as queries
from server.queries.chosen_history import OperationRow
from server.queries.selections import Selection

_ENTITIES = {
    "user_tasks": "Task",
    "user_task_changes": "Task",
    "jobs": "Job",
    "incidents": "Incident",
    "external_tasks": "ExternalTask",
    "variables": "Variable",
}
_PROPERTIES = {
    "to": "assignee",
    "priority": "priority",
    "due_at": "dueDate",
    "follow_up_at": "followUpDate",
    "due": "duedate",
    "retries": "retries",
    "offered": "candidate",
    "withdrawn": "candidate",
    "variables": "variables",
    "variable": "variables",
}
"""What details of an audit entry are called there."""
_OF_NOUNS = {"incidents": {"to": "owner", "note": "annotation"}}
_SUSPENDED = {"suspend": ("active", "suspended"), "resume": ("suspended", "active")}


def listed() -> Response:
    return answer([_row(row) for row in queries.operations(acting(), _selection(both()))])


def count() -> Response:
    return answer({"count": queries.operations_count(acting(), _selection(both()))})


def _selection(given: Given) -> Selection:
    where = [
        *condition(given, "taskId", "subject", read=row_id),
        *condition(given, "processInstanceId", "instance_id", read=row_id),
        *condition(given, "userId", "actor"),
        *condition(given, "operationType", "command"),
        *moment_condition(given, "beforeTimestamp", "at", "lt"),
        *moment_condition(given, "afterTimestamp", "at", "gt"),
    ]
    return part(given, where, {"timestamp": "at"})


@dataclass(frozen=True)
class _Change:
    """What was changed, as far as the audit log keeps it; of several properties, their names and values in one text."""

    name: str | None = None
    old: str | None = None
    new: str | None = None


def _change(row: OperationRow) -> _Change:
    noun, _, verb = row.command.partition(".")
    if verb in _SUSPENDED:
        return _Change("suspensionState", *_SUSPENDED[verb])
    names = _PROPERTIES | _OF_NOUNS.get(noun, {})
    found = [(names[name], *_values(name, value, row.details)) for name, value in row.details.items() if name in names]
    if not found:
        return _Change()
    old, new = ([each[place] for each in found] for place in (1, 2))
    return _Change(", ".join(each[0] for each in found), _text(old), _text(new))


def _values(name: str, value: Any, details: Mapping[str, Any]) -> tuple[Any, Any]:
    """Before and after."""
    return (value, None) if name == "withdrawn" else (details.get(f"{name}_before"), value)


def _text(values: list[Any]) -> str | None:
    if all(value is None for value in values):
        return None
    return ", ".join("" if value is None else _written(value) for value in values)


def _written(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _row(row: OperationRow) -> dict[str, Any]:
    noun, _, verb = row.command.partition(".")
    entity, change = _ENTITIES.get(noun, "ProcessInstance"), _change(row)
    of_user_task = _id_of(row) if entity == "Task" else None
    return {
        "id": str(row.id),
        "operationId": str(row.id),
        "userId": row.actor,
        "timestamp": written(row.at),
        "operationType": verb.title().replace("_", ""),
        "entityType": entity,
        "property": change.name,
        "orgValue": change.old,
        "newValue": change.new,
        "category": "TaskWorker" if entity == "Task" else "Operator",
        "annotation": row.reason,
        "taskId": of_user_task,
        "processInstanceId": None if row.instance_id is None else uuid_of(row.instance_id),
        "executionId": None if row.instance_id is None else uuid_of(row.instance_id),
        "processDefinitionId": None,
        "processDefinitionKey": None,
        "deploymentId": None,
        "jobId": _id_of(row) if entity == "Job" else None,
        "jobDefinitionId": None,
        "batchId": None,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "caseDefinitionId": None,
        "rootProcessInstanceId": None,
        "removalTime": None,
        "tenantId": None,
    }


def _id_of(row: OperationRow) -> str | None:
    """The UUID of what the command was given on; None where it was given on several."""
    return uuid_of(row.subject) if row.subject is not None and is_row_id(row.subject) else None


ROUTES = (
    ("GET", "/history/user-operation", listed),
    ("GET", "/history/user-operation/count", count),
)
