"""User tasks as those programs read them, and what they may be asked for by."""

from dataclasses import dataclass
from typing import Any

from server.api.camunda7.wording.bodies import Given
from server.api.camunda7.wording.forms import form_names
from server.api.camunda7.wording.ids import definition_id, definition_row, row_id, uuid_of
from server.api.camunda7.wording.moments import written
from server.api.camunda7.wording.selections import (
    condition,
    flag_condition,
    moment_condition,
    number_condition,
    part,
    variable_conditions,
)
from server.errors import Invalid
from server.queries.chosen_user_tasks import Candidates, UserTaskRow
from server.queries.selections import Selection, Where

_SORTS = {
    "instanceId": "instance_id",
    "executionId": "instance_id",
    "dueDate": "due_at",
    "followUpDate": "follow_up_at",
    "assignee": "assignee",
    "created": "created_at",
    "lastUpdated": "created_at",
    "id": "id",
    "name": "name",
    "nameCaseInsensitive": "lower_name",
    "priority": "priority",
}


@dataclass(frozen=True)
class Asked:
    """What a list of user tasks is asked for by."""

    selection: Selection
    candidates: Candidates | None
    having: dict[str, Any]


def asked_for(given: Given, open_only: bool = True) -> Asked:
    """Raises Invalid for what cannot be asked here."""
    if given.objects("orQueries"):
        raise Invalid("orQueries are not known here; ask several times.")
    where = [
        *([Where("state", "open")] if open_only else []),
        *condition(given, "taskId", "id", read=row_id),
        *condition(given, "taskIdIn", "id", "in", read=row_id),
        *condition(given, "assignee", "assignee"),
        *condition(given, "assigneeLike", "assignee", "like"),
        *condition(given, "assigneeIn", "assignee", "in"),
        *condition(given, "owner", "owner"),
        *condition(given, "name", "name"),
        *condition(given, "nameNotEqual", "name", "ne"),
        *condition(given, "nameLike", "lower_name", "ilike"),
        *condition(given, "taskDefinitionKey", "element_key"),
        *condition(given, "taskDefinitionKeyIn", "element_key", "in"),
        *condition(given, "taskDefinitionKeyLike", "element_key", "like"),
        *condition(given, "processInstanceId", "instance_id", read=row_id),
        *condition(given, "processInstanceIdIn", "instance_id", "in", read=row_id),
        *condition(given, "executionId", "instance_id", read=row_id),
        *condition(given, "processInstanceBusinessKey", "business_key"),
        *condition(given, "processInstanceBusinessKeyIn", "business_key", "in"),
        *condition(given, "processInstanceBusinessKeyLike", "business_key", "like"),
        *condition(given, "processDefinitionId", "definition_id", read=definition_row),
        *condition(given, "processDefinitionKey", "process_key"),
        *condition(given, "processDefinitionKeyIn", "process_key", "in"),
        *condition(given, "processDefinitionName", "process_name"),
        *condition(given, "processDefinitionNameLike", "process_name", "like"),
        *number_condition(given, "priority", "priority"),
        *number_condition(given, "minPriority", "priority", "ge"),
        *number_condition(given, "maxPriority", "priority", "le"),
        *_moments(given),
        *flag_condition(given, "assigned", Where("assignee", False, "null")),
        *flag_condition(given, "unassigned", Where("assignee", True, "null")),
        *flag_condition(given, "active", Where("instance_state", "suspended", "ne")),
        *flag_condition(given, "suspended", Where("instance_state", "suspended")),
        *_delegation(given),
        *([Where("id", (), "in")] if given.texts("tenantIdIn") or "parentTaskId" in given else []),
    ]
    having = variable_conditions(given, "taskVariables") | variable_conditions(given, "processVariables")
    return Asked(part(given, where, _SORTS), _candidates(given), having)


def _moments(given: Given) -> list[Where]:
    found: list[Where] = []
    for name, column in (("due", "due_at"), ("followUp", "follow_up_at"), ("created", "created_at")):
        on = "createdOn" if name == "created" else f"{name}Date"
        found += moment_condition(given, on, column, "eq")
        found += moment_condition(given, f"{name}Before", column, "lt")
        found += moment_condition(given, f"{name}After", column, "gt")
    return found


def _delegation(given: Given) -> list[Where]:
    state = given.text("delegationState")
    if state is None:
        return []
    return [Where("owner", False, "null")] if state == "PENDING" else [Where("id", (), "in")]


def _candidates(given: Given) -> Candidates | None:
    groups = [given.text("candidateGroup")] if "candidateGroup" in given else given.texts("candidateGroups")
    user, involved = given.text("candidateUser"), given.text("involvedUser")
    if groups is None and user is None and involved is None:
        return None
    named = None if groups is None else [str(each) for each in groups]
    return Candidates(user, named, given.flag("includeAssignedTasks"), involved)


def user_task(row: UserTaskRow) -> dict[str, Any]:
    return {
        "id": uuid_of(row.id),
        "name": row.name,
        "assignee": row.assignee,
        "created": written(row.created_at),
        "due": written(row.due_at),
        "followUp": written(row.follow_up_at),
        "lastUpdated": None,
        "delegationState": "PENDING" if row.owner is not None else None,
        "description": row.documentation or None,
        "executionId": uuid_of(row.instance_id),
        "owner": row.owner,
        "parentTaskId": None,
        "priority": row.priority,
        "processDefinitionId": definition_id(row.process_key, row.version, row.definition_id),
        "processInstanceId": uuid_of(row.instance_id),
        "taskDefinitionKey": row.element_key,
        "caseExecutionId": None,
        "caseInstanceId": None,
        "caseDefinitionId": None,
        "suspended": row.is_suspended,
        "tenantId": None,
        "taskState": {"open": "Created", "completed": "Completed"}.get(row.state, "Deleted"),
        **form_names(row.form),
    }
