"""What has happened: instances, visits to elements, incidents."""

from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.bodies import Given, both
from server.api.camunda7.wording.ids import activity_of, definition_id, definition_row, row_id, uuid_of
from server.api.camunda7.wording.incidents import SORTS, incident, incident_conditions
from server.api.camunda7.wording.moments import lasted, written
from server.api.camunda7.wording.selections import (
    condition,
    flag_condition,
    moment_condition,
    part,
    variable_conditions,
)
from server.errors import NotFound
from server.queries import chosen_history as queries
from server.queries import chosen_instances
from server.queries.chosen_history import IncidentRow, VisitRow
from server.queries.chosen_instances import InstanceRow
from server.queries.selections import Selection, Where

_STATES = {
    "active": "ACTIVE",
    "suspended": "SUSPENDED",
    "completed": "COMPLETED",
    "terminated": "EXTERNALLY_TERMINATED",
}
_INSTANCE_SORTS = {
    "instanceId": "id",
    "definitionId": "definition_id",
    "definitionKey": "process_key",
    "definitionName": "process_name",
    "definitionVersion": "version",
    "businessKey": "business_key",
    "startTime": "started_at",
    "endTime": "ended_at",
}
_VISIT_SORTS = {
    "activityInstanceID": "activity",
    "instanceId": "instance_id",
    "executionId": "instance_id",
    "activityId": "element_key",
    "startTime": "started_at",
    "endTime": "ended_at",
    "definitionId": "definition_id",
    "occurrence": "activity",
}


def instances() -> Response:
    given = both()
    having = variable_conditions(given, "variables")
    return answer([_instance(row) for row in chosen_instances.listed(acting(), _instances(given), having)])


def instances_count() -> Response:
    given = both()
    having = variable_conditions(given, "variables")
    return answer({"count": chosen_instances.count(acting(), _instances(given), having)})


def one_instance(instance_id: str) -> Response:
    return answer(_instance(chosen_instances.instance(acting(), row_id(instance_id))))


def _instances(given: Given) -> Selection:
    where = [
        *condition(given, "processInstanceId", "id", read=row_id),
        *condition(given, "processInstanceIds", "id", "in", read=row_id),
        *condition(given, "processInstanceBusinessKey", "business_key"),
        *condition(given, "processInstanceBusinessKeyLike", "business_key", "like"),
        *condition(given, "processDefinitionId", "definition_id", read=definition_row),
        *condition(given, "processDefinitionKey", "process_key"),
        *condition(given, "processDefinitionKeyIn", "process_key", "in"),
        *condition(given, "processDefinitionName", "process_name"),
        *condition(given, "processDefinitionNameLike", "process_name", "like"),
        *condition(given, "superProcessInstanceId", "caller_id", read=row_id),
        *condition(given, "startedBy", "started_by"),
        *moment_condition(given, "startedBefore", "started_at", "lt"),
        *moment_condition(given, "startedAfter", "started_at", "gt"),
        *moment_condition(given, "finishedBefore", "ended_at", "lt"),
        *moment_condition(given, "finishedAfter", "ended_at", "gt"),
        *flag_condition(given, "finished", Where("ended_at", False, "null")),
        *flag_condition(given, "unfinished", Where("ended_at", True, "null")),
        *flag_condition(given, "active", Where("state", "active")),
        *flag_condition(given, "suspended", Where("state", "suspended")),
        *flag_condition(given, "completed", Where("state", "completed")),
        *flag_condition(given, "externallyTerminated", Where("state", "terminated")),
        *flag_condition(given, "withIncidents", Where("incidents", 0, "gt")),
        *flag_condition(given, "rootProcessInstances", Where("caller_id", True, "null")),
    ]
    return part(given, where, _INSTANCE_SORTS)


def _instance(row: InstanceRow) -> dict[str, Any]:
    shown = uuid_of(row.id)
    caller = None if row.caller_id is None else uuid_of(row.caller_id)
    return {
        "id": shown,
        "businessKey": row.business_key,
        "processDefinitionId": definition_id(row.process_key, row.version, row.definition_id),
        "processDefinitionKey": row.process_key,
        "processDefinitionName": row.process_name,
        "processDefinitionVersion": row.version,
        "startTime": written(row.started_at),
        "endTime": written(row.ended_at),
        "removalTime": None,
        "durationInMillis": lasted(row.started_at, row.ended_at),
        "startUserId": row.started_by,
        "startActivityId": None,
        "deleteReason": row.end_reason,
        "superProcessInstanceId": caller,
        "rootProcessInstanceId": caller or shown,
        "superCaseInstanceId": None,
        "caseInstanceId": None,
        "tenantId": None,
        "state": _STATES.get(row.state, row.state.upper()),
        "restartedProcessInstanceId": None,
    }


def visits() -> Response:
    return answer([_visit(row) for row in queries.visits(acting(), _visits(both()))])


def visits_count() -> Response:
    return answer({"count": queries.visits_count(acting(), _visits(both()))})


def _visits(given: Given) -> Selection:
    where = [
        *condition(given, "processInstanceId", "instance_id", read=row_id),
        *condition(given, "executionId", "instance_id", read=row_id),
        *condition(given, "processDefinitionId", "definition_id", read=definition_row),
        *condition(given, "activityId", "element_key"),
        *condition(given, "taskAssignee", "person_id"),
        *moment_condition(given, "startedBefore", "started_at", "lt"),
        *moment_condition(given, "startedAfter", "started_at", "gt"),
        *moment_condition(given, "finishedBefore", "ended_at", "lt"),
        *moment_condition(given, "finishedAfter", "ended_at", "gt"),
        *flag_condition(given, "finished", Where("ended_at", False, "null")),
        *flag_condition(given, "unfinished", Where("ended_at", True, "null")),
        *flag_condition(given, "canceled", Where("state", "cancelled")),
    ]
    return part(given, where, _VISIT_SORTS)


def one_visit(visit_id: str) -> Response:
    row, activity = activity_of(visit_id)
    found = queries.visits(acting(), Selection((Where("instance_id", row), Where("activity", activity))))
    if not found:
        raise NotFound(f"There is no activity instance {visit_id}.")
    return answer(_visit(found[0]))


def _visit(row: VisitRow) -> dict[str, Any]:
    instance_id = uuid_of(row.instance_id)
    return {
        "id": uuid_of(row.instance_id, row.activity),
        "parentActivityInstanceId": uuid_of(row.instance_id, row.outer or 0),
        "activityId": row.element_key,
        "activityName": row.name or None,
        "activityType": row.kind,
        "processDefinitionKey": row.process_key,
        "processDefinitionId": definition_id(row.process_key, row.version, row.definition_id),
        "processInstanceId": instance_id,
        "executionId": instance_id,
        "taskId": None if row.user_task_id is None else uuid_of(row.user_task_id),
        "calledProcessInstanceId": None if row.called_id is None else uuid_of(row.called_id),
        "calledCaseInstanceId": None,
        "assignee": row.person_id,
        "startTime": written(row.started_at),
        "endTime": written(row.ended_at),
        "durationInMillis": lasted(row.started_at, row.ended_at),
        "canceled": row.state == "cancelled",
        "completeScope": row.state == "completed" and row.kind == "endEvent",
        "tenantId": None,
        "removalTime": None,
        "rootProcessInstanceId": instance_id,
    }


def incidents() -> Response:
    return answer([_incident(row) for row in queries.incidents(acting(), _incidents(both()))])


def incidents_count() -> Response:
    return answer({"count": queries.incidents_count(acting(), _incidents(both()))})


def _incidents(given: Given) -> Selection:
    where = [
        *incident_conditions(given),
        *flag_condition(given, "open", Where("resolved_at", True, "null")),
        *flag_condition(given, "resolved", Where("resolved_at", False, "null")),
        *flag_condition(given, "deleted", Where("id", (), "in")),
    ]
    return part(given, where, SORTS)


def _incident(row: IncidentRow) -> dict[str, Any]:
    shown = incident(row)
    shown.pop("incidentTimestamp")
    return shown | {
        "processDefinitionKey": row.process_key,
        "rootProcessInstanceId": shown["processInstanceId"],
        "createTime": written(row.raised_at),
        "endTime": written(row.resolved_at),
        "removalTime": None,
        "historyConfiguration": None,
        "open": row.resolved_at is None,
        "deleted": False,
        "resolved": row.resolved_at is not None,
    }


ROUTES = (
    ("GET POST", "/history/process-instance", instances),
    ("GET POST", "/history/process-instance/count", instances_count),
    ("GET", "/history/process-instance/<instance_id>", one_instance),
    ("GET POST", "/history/activity-instance", visits),
    ("GET POST", "/history/activity-instance/count", visits_count),
    ("GET", "/history/activity-instance/<visit_id>", one_visit),
    ("GET POST", "/history/incident", incidents),
    ("GET POST", "/history/incident/count", incidents_count),
)
