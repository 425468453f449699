"""User tasks of the past and of now, as history tells them."""

from dataclasses import replace
from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.bodies import Given, both
from server.api.camunda7.wording.ids import definition_id, uuid_of
from server.api.camunda7.wording.moments import lasted, written
from server.api.camunda7.wording.selections import flag_condition, moment_condition
from server.api.camunda7.wording.user_tasks import asked_for
from server.queries import chosen_user_tasks as queries
from server.queries.chosen_user_tasks import Question, UserTaskRow
from server.queries.selections import Where

_OF_TODAY = {
    "taskAssignee": "assignee",
    "taskAssigneeLike": "assigneeLike",
    "taskOwner": "owner",
    "taskName": "name",
    "taskNameLike": "nameLike",
    "taskDescription": "description",
    "taskDescriptionLike": "descriptionLike",
    "taskPriority": "priority",
    "taskDueDate": "dueDate",
    "taskDueDateBefore": "dueBefore",
    "taskDueDateAfter": "dueAfter",
    "taskFollowUpDate": "followUpDate",
    "taskFollowUpDateBefore": "followUpBefore",
    "taskFollowUpDateAfter": "followUpAfter",
    "taskInvolvedUser": "involvedUser",
    "taskHadCandidateUser": "candidateUser",
    "taskHadCandidateGroup": "candidateGroup",
    "startedBefore": "createdBefore",
    "startedAfter": "createdAfter",
}
_SORT_OF_TODAY = {
    "taskId": "id",
    "startTime": "created",
    "endTime": "ended",
    "taskName": "name",
    "activityName": "name",
    "taskDescription": "description",
    "processInstanceId": "instanceId",
    "activityInstanceID": "activity",
    "activityInstanceId": "activity",
    "deleteReason": "state",
}


def listed() -> Response:
    return answer([_row(row) for row in queries.listed(acting(), _asked(both()))])


def count() -> Response:
    return answer({"count": queries.count(acting(), _asked(both()))})


def _asked(given: Given) -> Question:
    """The same words as a list of today's has them, and those of the past."""
    names = {name: _OF_TODAY.get(name, name) for name in given.fields if name not in ("sortBy", "sorting")}
    fields = {today: given.get(name) for name, today in names.items()} | _sorted(given)
    if given.objects("orQueries"):
        fields["orQueries"] = [
            {_OF_TODAY.get(name, name): value for name, value in each.fields.items()}
            for each in given.objects("orQueries")
        ]
    found = asked_for(Given(fields), open_only=False)
    where = (
        *found.selection.where,
        *moment_condition(given, "finishedBefore", "ended_at", "lt"),
        *moment_condition(given, "finishedAfter", "ended_at", "gt"),
        *flag_condition(given, "finished", Where("state", "open", "ne")),
        *flag_condition(given, "unfinished", Where("state", "open")),
    )
    return replace(found, selection=replace(found.selection, where=where))


def _sorted(given: Given) -> dict[str, Any]:
    if "sorting" in given:
        wanted = [{**each.fields, "sortBy": _sort(each.text("sortBy"))} for each in given.objects("sorting")]
        return {"sorting": wanted}
    name = given.text("sortBy")
    return {} if name is None else {"sortBy": _sort(name)}


def _sort(name: str | None) -> str | None:
    return None if name is None else _SORT_OF_TODAY.get(name, name)


def _row(row: UserTaskRow) -> dict[str, Any]:
    instance_id = uuid_of(row.instance_id)
    return {
        "id": uuid_of(row.id),
        "processDefinitionKey": row.process_key,
        "processDefinitionId": definition_id(row.process_key, row.version, row.definition_id),
        "processInstanceId": instance_id,
        "executionId": instance_id,
        "caseDefinitionKey": None,
        "caseDefinitionId": None,
        "caseInstanceId": None,
        "caseExecutionId": None,
        "activityInstanceId": uuid_of(row.instance_id, row.activity),
        "name": row.name,
        "description": row.documentation or None,
        "deleteReason": {"open": None, "completed": "completed"}.get(row.state, "deleted"),
        "owner": row.owner,
        "assignee": row.assignee,
        "startTime": written(row.created_at),
        "endTime": written(row.ended_at),
        "duration": lasted(row.created_at, row.ended_at),
        "taskDefinitionKey": row.element_key,
        "priority": row.priority,
        "due": written(row.due_at),
        "parentTaskId": None,
        "followUp": written(row.follow_up_at),
        "tenantId": None,
        "removalTime": None,
        "rootProcessInstanceId": instance_id,
        "taskState": {"open": "Created", "completed": "Completed"}.get(row.state, "Deleted"),
    }


ROUTES = (
    ("GET POST", "/history/task", listed),
    ("GET POST", "/history/task/count", count),
)
