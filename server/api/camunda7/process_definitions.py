"""Process definitions: lists, files, start forms, what goes on in them, and starting one."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, nothing, xhtml
from server.api.camunda7.wording.bodies import Given, both, sent
from server.api.camunda7.wording.definitions import process_definition
from server.api.camunda7.wording.forms import form_names
from server.api.camunda7.wording.ids import definition_row, row_id
from server.api.camunda7.wording.incidents import incident_type
from server.api.camunda7.wording.instances import instance
from server.api.camunda7.wording.instructions import STARTS, STARTS_LISTED, element_before
from server.api.camunda7.wording.rendered_forms import rendered
from server.api.camunda7.wording.selections import condition, flag_condition, number_condition, part
from server.api.camunda7.wording.uploads import file_ids, received
from server.api.camunda7.wording.values import all_typed
from server.commands import deployments as deployment_commands
from server.commands import starts
from server.errors import Invalid
from server.queries import chosen_definitions as queries
from server.queries import chosen_instances
from server.queries.chosen_definitions import DefinitionCount, DefinitionRow, ElementCount
from server.queries.modifications import Place
from server.queries.selections import Selection, Where

REASON = "By the REST API of Camunda 7"
_SORTS = {
    "category": "category",
    "key": "key",
    "id": "id",
    "name": "name",
    "version": "version",
    "deploymentId": "deployment_id",
    "deployTime": "deployed_at",
    "versionTag": "version_tag",
}


def listed() -> Response:
    return answer([process_definition(row) for row in queries.listed(acting(), _selection(both()))])


def count() -> Response:
    return answer({"count": queries.count(acting(), _selection(both()))})


def _selection(given: Given) -> Selection:
    where = [
        *condition(given, "processDefinitionId", "id", read=definition_row),
        *condition(given, "processDefinitionIdIn", "id", "in", read=definition_row),
        *condition(given, "key", "key"),
        *condition(given, "keysIn", "key", "in"),
        *condition(given, "keyLike", "key", "like"),
        *condition(given, "name", "name"),
        *condition(given, "nameLike", "name", "like"),
        *condition(given, "category", "category"),
        *condition(given, "categoryLike", "category", "like"),
        *condition(given, "resourceName", "resource_name"),
        *condition(given, "resourceNameLike", "resource_name", "like"),
        *condition(given, "versionTag", "version_tag"),
        *condition(given, "versionTagLike", "version_tag", "like"),
        *condition(given, "deploymentId", "deployment_id", read=row_id),
        *number_condition(given, "version", "version"),
        *flag_condition(given, "latestVersion", Where("latest", True)),
        *flag_condition(given, "withoutVersionTag", Where("version_tag", True, "null")),
        *flag_condition(given, "active", Where("suspended", False)),
        *flag_condition(given, "suspended", Where("suspended", True)),
        *flag_condition(given, "startableInTasklist", Where("startable", True)),
        *flag_condition(given, "notStartableInTasklist", Where("startable", False)),
        *([Where("id", (), "in")] if given.texts("tenantIdIn") else []),
    ]
    return part(given, where, _SORTS)


def _row(key: str | None = None, definition_id: str | None = None) -> DefinitionRow:
    if key is not None:
        return queries.latest(acting(), key)
    return queries.definition(acting(), definition_row(definition_id))


def definition(key: str | None = None, definition_id: str | None = None) -> Response:
    return answer(process_definition(_row(key, definition_id)))


def xml(key: str | None = None, definition_id: str | None = None) -> Response:
    row = _row(key, definition_id)
    shown = process_definition(row)["id"]
    return answer({"id": shown, "bpmn20Xml": queries.xml(acting(), row.id).decode("utf-8", "replace")})


def start(key: str | None = None, definition_id: str | None = None, tenant: str | None = None) -> Response:
    body = sent()
    given, before = body.mapping("variables"), []
    instructions = body.objects("startInstructions")
    if instructions:
        key, definition_id = None, _row(key, definition_id).id
    for each in instructions:
        before.append(_before(each, Place(definition_id=definition_id)))
        given |= each.mapping("variables")
    return _started(body, given, key, definition_id, before=before)


def _before(instruction: Given, place: Place) -> str:
    kind = instruction.needed("type")
    if kind not in STARTS:
        raise Invalid(f"The type of a start instruction is {STARTS_LISTED}.")
    return element_before(kind, instruction, place)


def submit_form(key: str | None = None, definition_id: str | None = None) -> Response:
    body = sent()
    return _started(body, body.mapping("variables"), key, definition_id, by_form=True)


def _started(
    body: Given,
    given: Mapping[str, Any],
    key: str | None,
    definition_id: str | None,
    *,
    by_form: bool = False,
    before: Sequence[str] = (),
) -> Response:
    variables = received(acting(), given)
    row = None if definition_id is None else definition_row(definition_id)
    files = file_ids(variables)
    begun = starts.start(acting(), key, row, variables, body.text("businessKey"), files, by_form, before)
    place = (begun.process_key, begun.version, begun.definition_id)
    shown: dict[str, Any] = instance(begun.instance_id, place, begun.business_key, begun.has_ended, False)
    if body.flag("withVariablesInReturn"):
        now = {} if begun.has_ended else chosen_instances.variables(acting(), begun.instance_id)
        shown["variables"] = all_typed(now)
    return answer(shown)


def start_form(key: str | None = None, definition_id: str | None = None) -> Response:
    names = form_names(queries.start_form(acting(), _row(key, definition_id).id))
    return answer({"key": names["formKey"], "camundaFormRef": names["camundaFormRef"], "contextPath": None})


def deployed_start_form(key: str | None = None, definition_id: str | None = None) -> Response:
    reference = queries.start_form(acting(), _row(key, definition_id).id)
    if reference is None or reference.key is None:
        raise Invalid("This process names no deployed form to start it.")
    return answer(json.loads(queries.form_file(reference.key)))


def rendered_form(key: str | None = None, definition_id: str | None = None) -> Response:
    return xhtml(rendered(queries.start_form(acting(), _row(key, definition_id).id), {}))


def form_variables(key: str | None = None, definition_id: str | None = None) -> Response:
    _row(key, definition_id)
    return answer({})


def all_statistics() -> Response:
    """Every version, with what goes on in it; those without instances too."""
    return answer([_version_counted(each) for each in queries.definition_counts(acting())])


def _version_counted(each: DefinitionCount) -> dict[str, Any]:
    definition = process_definition(each.definition)
    return {"id": definition["id"], "instances": each.instances, **_failed(each.incidents), "definition": definition}


def _failed(incidents: Mapping[str, int]) -> dict[str, Any]:
    counts: dict[str, int] = {}
    for kind, number in incidents.items():
        counts[incident_type(kind)] = counts.get(incident_type(kind), 0) + number
    told = [{"incidentType": name, "incidentCount": number} for name, number in sorted(counts.items())]
    return {"failedJobs": counts.get("failedJob", 0), "incidents": told}


def statistics(key: str | None = None, definition_id: str | None = None) -> Response:
    return answer([_counted(each) for each in queries.element_counts(acting(), _row(key, definition_id).id)])


def _counted(each: ElementCount) -> dict[str, Any]:
    return {"id": each.element_key, "instances": each.instances, **_failed(each.incidents)}


def suspend(key: str | None = None, definition_id: str | None = None) -> Response:
    body, row = sent(), _row(key, definition_id)
    if "suspended" not in body:
        raise Invalid("suspended is missing.")
    if body.flag("includeProcessInstances"):
        raise Invalid("Suspend the instances one by one; a definition's own suspension lets running ones go on.")
    wanted = body.flag("suspended")
    if wanted != row.suspended:
        switch = deployment_commands.suspend_definition if wanted else deployment_commands.resume_definition
        switch(acting(), row.id, REASON)
    return nothing()


ROUTES = (
    ("GET", "/process-definition", listed),
    ("GET", "/process-definition/count", count),
    ("GET", "/process-definition/statistics", all_statistics),
    ("POST", "/process-definition/key/<key>/tenant-id/<tenant>/start", start),
    *(
        (methods, f"/process-definition/{place}{path}", do)
        for place in ("key/<key>", "<definition_id>")
        for methods, path, do in (
            ("GET", "", definition),
            ("GET", "/xml", xml),
            ("POST", "/start", start),
            ("POST", "/submit-form", submit_form),
            ("GET", "/startForm", start_form),
            ("GET", "/deployed-start-form", deployed_start_form),
            ("GET", "/rendered-form", rendered_form),
            ("GET", "/form-variables", form_variables),
            ("GET", "/statistics", statistics),
            ("PUT", "/suspended", suspend),
        )
    ),
)
