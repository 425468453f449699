"""Incidents as those programs read them: some clients know two types only, so that all of ours are one of these."""

from typing import Any

from server.api.camunda7.wording.bodies import Given
from server.api.camunda7.wording.ids import definition_id, definition_row, row_id, uuid_of
from server.api.camunda7.wording.moments import written
from server.api.camunda7.wording.selections import condition
from server.queries.chosen_history import IncidentRow
from server.queries.selections import Where

FAILED_JOB, FAILED_EXTERNAL_TASK = "failedJob", "failedExternalTask"
SORTS = {
    "incidentId": "id",
    "incidentMessage": "message",
    "createTime": "raised_at",
    "endTime": "resolved_at",
    "incidentTimestamp": "raised_at",
    "activityId": "element_key",
    "processInstanceId": "instance_id",
    "executionId": "instance_id",
    "processDefinitionId": "definition_id",
    "processDefinitionKey": "process_key",
}


def incident_type(kind: str) -> str:
    return FAILED_EXTERNAL_TASK if kind == "external" else FAILED_JOB


def incident_conditions(given: Given) -> list[Where]:
    return [
        *condition(given, "incidentId", "id", read=row_id),
        *condition(given, "incidentMessage", "message"),
        *condition(given, "incidentMessageLike", "message", "like"),
        *condition(given, "processInstanceId", "instance_id", read=row_id),
        *condition(given, "executionId", "instance_id", read=row_id),
        *condition(given, "processDefinitionId", "definition_id", read=definition_row),
        *condition(given, "processDefinitionKey", "process_key"),
        *condition(given, "processDefinitionKeyIn", "process_key", "in"),
        *condition(given, "activityId", "element_key"),
        *condition(given, "failedActivityId", "element_key"),
        *_type(given),
    ]


def _type(given: Given) -> list[Where]:
    wanted = given.text("incidentType")
    if wanted is None:
        return []
    known = {FAILED_EXTERNAL_TASK: Where("kind", "external"), FAILED_JOB: Where("kind", "external", "ne")}
    return [known.get(wanted, Where("id", (), "in"))]


def incident(row: IncidentRow) -> dict[str, Any]:
    shown, instance_id = uuid_of(row.id), uuid_of(row.instance_id)
    return {
        "id": shown,
        "processDefinitionId": definition_id(row.process_key, row.version, row.definition_id),
        "processInstanceId": instance_id,
        "executionId": instance_id,
        "incidentTimestamp": written(row.raised_at),
        "incidentType": incident_type(row.kind),
        "activityId": row.element_key,
        "failedActivityId": row.element_key,
        "causeIncidentId": shown,
        "rootCauseIncidentId": shown,
        "configuration": None,
        "incidentMessage": row.message,
        "tenantId": None,
        "jobDefinitionId": None,
        "annotation": row.note,
    }
