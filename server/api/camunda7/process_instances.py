"""Process instances: lists, variables, suspending and ending them; executions, which are the same here."""

from typing import Any

from flask import Response, request

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, nothing
from server.api.camunda7.wording.bodies import Given, both, sent
from server.api.camunda7.wording.ids import activity_of, definition_row, row_id, uuid_of
from server.api.camunda7.wording.instances import instance as written
from server.api.camunda7.wording.selections import condition, flag_condition, part, variable_conditions
from server.api.camunda7.wording.uploads import content, received
from server.api.camunda7.wording.values import all_typed, typed
from server.commands import process_instances as commands
from server.commands import variables as variable_commands
from server.errors import Invalid, NotFound
from server.queries import chosen_instances as queries
from server.queries.chosen_instances import InstanceRow, Selection, Where

REASON = "By the REST API of Camunda 7"
_SORTS = {
    "instanceId": "id",
    "definitionKey": "process_key",
    "definitionId": "definition_id",
    "businessKey": "business_key",
}
LIVE = ("active", "suspended")


def listed() -> Response:
    given = both()
    having = variable_conditions(given, "variables")
    return answer([_row(row) for row in queries.listed(acting(), _selection(given), having)])


def count() -> Response:
    given = both()
    return answer({"count": queries.count(acting(), _selection(given), variable_conditions(given, "variables"))})


def _selection(given: Given) -> Selection:
    where = [
        Where("state", LIVE, "in"),
        *condition(given, "businessKey", "business_key"),
        *condition(given, "businessKeyLike", "business_key", "like"),
        *condition(given, "processDefinitionKey", "process_key"),
        *condition(given, "processDefinitionKeyIn", "process_key", "in"),
        *condition(given, "processDefinitionId", "definition_id", read=definition_row),
        *condition(given, "deploymentId", "deployment_id", read=row_id),
        *condition(given, "processInstanceIds", "id", "in", read=row_id),
        *condition(given, "superProcessInstance", "caller_id", read=row_id),
        *flag_condition(given, "active", Where("state", "active")),
        *flag_condition(given, "suspended", Where("state", "suspended")),
        *flag_condition(given, "withIncident", Where("incidents", 0, "gt")),
        *flag_condition(given, "rootProcessInstances", Where("caller_id", True, "null")),
        *([Where("state", (), "in")] if given.texts("tenantIdIn") else []),
    ]
    return part(given, where, _SORTS)


def _row(row: InstanceRow) -> dict[str, Any]:
    definition = (row.process_key, row.version, row.definition_id)
    return written(row.id, definition, row.business_key, row.state not in LIVE, row.state == "suspended")


def _live(instance_id: str) -> str:
    """The id of the row; of an instance that has ended nothing is told here. Raises NotFound."""
    row, _ = activity_of(instance_id)
    if queries.instance(acting(), row).state not in LIVE:
        raise NotFound(f"The process instance {instance_id} has ended.")
    return row


def instance(instance_id: str) -> Response:
    return answer(_row(queries.instance(acting(), _live(instance_id))))


def remove(instance_id: str) -> Response:
    commands.cancel(acting(), _live(instance_id), REASON)
    return nothing()


def suspend(instance_id: str) -> Response:
    body, row = sent(), _live(instance_id)
    if "suspended" not in body:
        raise Invalid("suspended is missing.")
    wanted = body.flag("suspended")
    if (queries.instance(acting(), row).state == "suspended") != wanted:
        (commands.suspend if wanted else commands.resume)(acting(), row, REASON)
    return nothing()


def _variables(instance_id: str, only_own: bool) -> dict[str, Any]:
    row, activity = activity_of(instance_id)
    _live(instance_id)
    return queries.variables(acting(), row, activity, only_own)


def variables(instance_id: str) -> Response:
    return answer(all_typed(_variables(instance_id, "localVariables" in request.path)))


def _value(instance_id: str, name: str) -> Any:
    found = _variables(instance_id, "localVariables" in request.path)
    if name not in found:
        raise NotFound(f"There is no variable {name} in {instance_id}.")
    return found[name]


def variable(instance_id: str, name: str) -> Response:
    return answer(typed(_value(instance_id, name)))


def variable_content(instance_id: str, name: str) -> Response:
    return content(acting(), _value(instance_id, name))


def change_variables(instance_id: str) -> Response:
    body, (row, activity) = sent(), activity_of(instance_id)
    _live(instance_id)
    changed = received(acting(), body.mapping("modifications"), row)
    variable_commands.change(acting(), row, changed, body.texts("deletions") or [], activity or None, REASON)
    return nothing()


def put_variable(instance_id: str, name: str) -> Response:
    row, activity = activity_of(instance_id)
    _live(instance_id)
    changed = received(acting(), {name: sent().fields}, row)
    variable_commands.change(acting(), row, changed, (), activity or None, REASON)
    return nothing()


def remove_variable(instance_id: str, name: str) -> Response:
    row, activity = activity_of(instance_id)
    _live(instance_id)
    variable_commands.change(acting(), row, {}, [name], activity or None, REASON)
    return nothing()


def execution(instance_id: str) -> Response:
    row = _live(instance_id)
    return answer({"id": uuid_of(row), "processInstanceId": uuid_of(row), "ended": False, "tenantId": None})


ROUTES = (
    ("GET POST", "/process-instance", listed),
    ("GET POST", "/process-instance/count", count),
    ("GET", "/process-instance/<instance_id>", instance),
    ("DELETE", "/process-instance/<instance_id>", remove),
    ("PUT", "/process-instance/<instance_id>/suspended", suspend),
    ("GET", "/execution/<instance_id>", execution),
    *(
        (methods, f"{place}{path}", do)
        for place in ("/process-instance/<instance_id>/variables", "/execution/<instance_id>/localVariables")
        for methods, path, do in (
            ("GET", "", variables),
            ("POST", "", change_variables),
            ("GET", "/<name>", variable),
            ("PUT", "/<name>", put_variable),
            ("DELETE", "/<name>", remove_variable),
            ("GET", "/<name>/data", variable_content),
        )
    ),
)
