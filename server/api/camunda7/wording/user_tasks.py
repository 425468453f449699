"""User tasks as those programs read them, and what they may be asked for by."""

from dataclasses import replace
from typing import Any

from server.api.camunda7.wording.bodies import Given
from server.api.camunda7.wording.forms import form_names
from server.api.camunda7.wording.ids import definition_id, definition_row, row_id, uuid_of
from server.api.camunda7.wording.moments import written
from server.api.camunda7.wording.selections import (
    MOST,
    condition,
    flag_condition,
    moment_condition,
    number_condition,
    part,
    variable_conditions,
)
from server.errors import Invalid
from server.queries.chosen_user_tasks import Alternatives, Candidates, Question, UserTaskRow
from server.queries.selections import Having, Where

_SORTS = {
    "instanceId": "instance_id",
    "executionId": "instance_id",
    "dueDate": "due_at",
    "followUpDate": "follow_up_at",
    "assignee": "assignee",
    "created": "created_at",
    "ended": "ended_at",
    "lastUpdated": "created_at",
    "id": "id",
    "name": "name",
    "nameCaseInsensitive": "lower_name",
    "priority": "priority",
    "description": "description",
    "tenantId": "tenant_id",
    "owner": "owner",
    "state": "state",
    "activity": "activity",
    "taskDefinitionKey": "element_key",
    "processDefinitionId": "definition_id",
}


_VARIABLE_SORTS = ("processVariable", "executionVariable", "taskVariable")


def asked_for(given: Given, open_only: bool = True) -> Question:
    """Raises Invalid for what cannot be asked here."""
    open_ones = [Where("state", "open")] if open_only else []
    by_variables, sorted_by = _sorting(given)
    either = given.objects("orQueries")
    if len(either) > MOST:
        raise Invalid(f"orQueries may be {MOST} at most.")
    return Question(
        part(sorted_by, [*open_ones, *_conditions(given)], _SORTS),
        _candidates(given),
        _having(given),
        tuple(_alternatives(each) for each in either if each.fields),
        by_variables,
    )


def _alternatives(given: Given) -> Alternatives:
    """One entry of orQueries. Raises Invalid for what can only stand outside of it."""
    for name in ("orQueries", "sorting"):
        if given.get(name):
            raise Invalid(f"{name} cannot stand inside of orQueries.")
    return Alternatives(tuple(_conditions(given)), _candidates(given), _having(given))


def _having(given: Given) -> tuple[Having, ...]:
    return variable_conditions(given, "taskVariables") + variable_conditions(given, "processVariables")


def _sorting(given: Given) -> tuple[tuple[tuple[str, bool], ...], Given]:
    """The variables that a list is sorted by, and the same question without them. Raises Invalid."""
    found: list[tuple[str, bool]] = []
    others: list[Any] = []
    for each in given.objects("sorting"):
        if each.text("sortBy") not in _VARIABLE_SORTS:
            others.append(each.fields)
            continue
        if others:
            raise Invalid("sorting by variables has to come before sorting by anything else.")
        if each.text("sortOrder") not in ("asc", "desc"):
            raise Invalid("sortOrder has to be asc or desc wherever there is a sortBy.")
        found.append((Given(each.mapping("parameters")).needed("variable"), each.text("sortOrder") == "desc"))
    return tuple(found), Given({**given.fields, "sorting": others}) if found else given


def _conditions(given: Given) -> list[Where]:
    return [
        *condition(given, "taskId", "id", read=row_id),
        *condition(given, "taskIdIn", "id", "in", read=row_id),
        *condition(given, "assignee", "assignee"),
        *condition(given, "assigneeLike", "assignee", "like"),
        *condition(given, "assigneeIn", "assignee", "in"),
        *condition(given, "assigneeNotIn", "assignee", "not in"),
        *condition(given, "owner", "owner"),
        *condition(given, "name", "name"),
        *condition(given, "nameNotEqual", "name", "ne"),
        *condition(given, "nameLike", "lower_name", "ilike"),
        *condition(given, "nameNotLike", "lower_name", "not like", read=str.lower),
        *condition(given, "description", "description"),
        *condition(given, "descriptionLike", "description", "ilike"),
        *condition(given, "taskDefinitionKey", "element_key"),
        *condition(given, "taskDefinitionKeyIn", "element_key", "in"),
        *condition(given, "taskDefinitionKeyNotIn", "element_key", "not in"),
        *condition(given, "taskDefinitionKeyLike", "element_key", "like"),
        *number_condition(given, "priority", "priority"),
        *number_condition(given, "minPriority", "priority", "ge"),
        *number_condition(given, "maxPriority", "priority", "le"),
        *_moments(given),
        *flag_condition(given, "assigned", Where("assignee", False, "null")),
        *flag_condition(given, "unassigned", Where("assignee", True, "null")),
        *_delegation(given),
        *_of_the_process(given),
        *([Where("id", (), "in")] if given.texts("tenantIdIn") or "parentTaskId" in given else []),
    ]


def _of_the_process(given: Given) -> list[Where]:
    return [
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
        *flag_condition(given, "active", Where("instance_state", "suspended", "ne")),
        *flag_condition(given, "suspended", Where("instance_state", "suspended")),
    ]


def _moments(given: Given) -> list[Where]:
    found: list[Where] = []
    for name, column in (("due", "due_at"), ("followUp", "follow_up_at"), ("created", "created_at")):
        on = "createdOn" if name == "created" else f"{name}Date"
        found += moment_condition(given, on, column, "eq")
        found += moment_condition(given, f"{name}Before", column, "lt")
        found += moment_condition(given, f"{name}After", column, "gt")
    found += moment_condition(given, "followUpBeforeOrNotExistent", "follow_up_at", "lt or null")
    return found + flag_condition(given, "withoutDueDate", Where("due_at", True, "null"))


def _delegation(given: Given) -> list[Where]:
    state = given.text("delegationState")
    if state is None:
        return []
    return [Where("owner", False, "null")] if state == "PENDING" else [Where("id", (), "in")]


def _candidates(given: Given) -> Candidates | None:
    groups = [given.text("candidateGroup")] if "candidateGroup" in given else given.texts("candidateGroups")
    found = Candidates(
        given.text("candidateUser"),
        None if groups is None else [str(each) for each in groups],
        given.flag("includeAssignedTasks"),
        given.text("involvedUser"),
        _either(given, "withCandidateUsers", "withoutCandidateUsers"),
        _either(given, "withCandidateGroups", "withoutCandidateGroups"),
    )
    return None if replace(found, with_assigned=False) == Candidates() else found


def _either(given: Given, yes: str, no: str) -> bool | None:
    if given.flag(yes):
        return True
    return False if given.flag(no) else None


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
