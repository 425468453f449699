"""Jobs: lists, other times, and new tries for those that failed."""

from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, nothing
from server.api.camunda7.wording.bodies import Given, both, sent
from server.api.camunda7.wording.ids import definition_id, definition_row, row_id, uuid_of
from server.api.camunda7.wording.moments import read, written
from server.api.camunda7.wording.selections import condition, flag_condition, part
from server.commands import jobs as commands
from server.errors import Invalid
from server.queries import chosen_jobs as queries
from server.queries.chosen_jobs import JobRow
from server.queries.selections import Selection, Where

REASON = "By the REST API of Camunda 7"
_SORTS = {
    "jobId": "id",
    "executionId": "instance_id",
    "processInstanceId": "instance_id",
    "processDefinitionId": "definition_id",
    "processDefinitionKey": "process_key",
    "jobRetries": "attempts_left",
    "jobPriority": "priority",
    "jobDueDate": "due_at",
    "createTime": "created_at",
}


def listed() -> Response:
    return answer([_row(row) for row in queries.listed(acting(), _selection(both()))])


def count() -> Response:
    return answer({"count": queries.count(acting(), _selection(both()))})


def _selection(given: Given) -> Selection:
    where = [
        *condition(given, "jobId", "id", read=row_id),
        *condition(given, "processInstanceId", "instance_id", read=row_id),
        *condition(given, "executionId", "instance_id", read=row_id),
        *condition(given, "processDefinitionId", "definition_id", read=definition_row),
        *condition(given, "processDefinitionKey", "process_key"),
        *condition(given, "activityId", "element_key"),
        *condition(given, "failedActivityId", "element_key"),
        *flag_condition(given, "withException", Where("error", False, "null")),
        *flag_condition(given, "withRetriesLeft", Where("state", "ready")),
        *flag_condition(given, "noRetriesLeft", Where("state", "dead")),
        *flag_condition(given, "timers", Where("kind", "timer")),
        *flag_condition(given, "messages", Where("kind", "timer", "ne")),
        *flag_condition(given, "active", Where("instance_state", "suspended", "ne")),
        *flag_condition(given, "suspended", Where("instance_state", "suspended")),
        *([Where("id", (), "in")] if given.texts("tenantIdIn") else []),
    ]
    return part(given, where, _SORTS)


def job(job_id: str) -> Response:
    return answer(_row(queries.job(acting(), row_id(job_id))))


def set_retries(job_id: str) -> Response:
    """New tries begin at once: how many there are, the model says."""
    retries, row = sent().number("retries"), queries.job(acting(), row_id(job_id))
    if retries is None or retries < 1:
        raise Invalid("retries has to be 1 or more.")
    commands.fire_now(acting(), row.id, REASON)
    return nothing()


def execute(job_id: str) -> Response:
    commands.fire_now(acting(), queries.job(acting(), row_id(job_id)).id, REASON)
    return nothing()


def set_due_date(job_id: str) -> Response:
    """Without a date it is due now. Later repetitions of a timer keep the times that the model says."""
    body, row = sent(), queries.job(acting(), row_id(job_id))
    if body.flag("cascade"):
        raise Invalid("Later repetitions of a timer cannot be moved with this one: leave cascade out.")
    if "duedate" in body:
        commands.postpone(acting(), row.id, read(body.get("duedate"), "duedate"), REASON)
    else:
        commands.fire_now(acting(), row.id, REASON)
    return nothing()


def suspend(job_id: str) -> Response:
    """A job is suspended with its instance, so that only what is so already can be asked for. Raises Invalid."""
    body, row = sent(), queries.job(acting(), row_id(job_id))
    if "suspended" not in body:
        raise Invalid("suspended is missing.")
    if body.flag("suspended") != row.is_suspended:
        path = f"PUT /process-instance/{uuid_of(row.instance_id)}/suspended"
        raise Invalid(f"A job is suspended and resumed with its process instance: use {path}.")
    return nothing()


def _row(row: JobRow) -> dict[str, Any]:
    return {
        "id": uuid_of(row.id),
        "jobDefinitionId": None,
        "processInstanceId": uuid_of(row.instance_id),
        "processDefinitionId": definition_id(row.process_key, row.version, row.definition_id),
        "processDefinitionKey": row.process_key,
        "executionId": uuid_of(row.instance_id),
        "exceptionMessage": row.error,
        "failedActivityId": row.element_key if row.error else None,
        "retries": row.attempts_left,
        "dueDate": written(row.due_at),
        "suspended": row.is_suspended,
        "priority": row.priority,
        "tenantId": None,
        "createTime": written(row.created_at),
        "batchId": None,
    }


ROUTES = (
    ("GET POST", "/job", listed),
    ("GET POST", "/job/count", count),
    ("GET", "/job/<job_id>", job),
    ("PUT", "/job/<job_id>/retries", set_retries),
    ("PUT", "/job/<job_id>/duedate", set_due_date),
    ("PUT", "/job/<job_id>/suspended", suspend),
    ("POST", "/job/<job_id>/execute", execute),
)
