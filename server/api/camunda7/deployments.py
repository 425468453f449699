"""Deployments: what Camunda Modeler does, lists, and the deployed files."""

from collections.abc import Sequence
from typing import Any

from flask import Response, request

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, error, nothing
from server.api.camunda7.wording.bodies import Given, asked
from server.api.camunda7.wording.definitions import decision_definition, process_definition
from server.api.camunda7.wording.ids import row_id, uuid_of
from server.api.camunda7.wording.instances import link
from server.api.camunda7.wording.moments import written
from server.api.camunda7.wording.selections import condition, part
from server.commands import deployments as commands
from server.commands import withdrawals
from server.commands.deployments import Deployed
from server.errors import Invalid, Problem
from server.queries import chosen_definitions as queries
from server.queries.chosen_definitions import DeploymentRow
from server.queries.selections import Selection, Where

REASON = "By the REST API of Camunda 7"
OWN_PARTS = frozenset(
    (
        "deployment-name",
        "deployment-activation-time",
        "enable-duplicate-filtering",
        "deploy-changed-only",
        "deployment-source",
        "tenant-id",
    )
)
UNREADABLE = "ENGINE-09005 Could not parse BPMN process."
_DEPLOYABLE = (".bpmn", ".xml", ".dmn", ".form", ".json")


def create() -> Response:
    files = _files()
    try:
        deployed = commands.deploy(acting(), files)
    except Invalid as invalid:
        return _unreadable(invalid)
    return answer(_created(deployed))


def _files() -> list[tuple[str, bytes]]:
    """The parts with a file name; bpmn20.xml, as models were called once, is a .bpmn. Raises Invalid."""
    astray = [name for name in request.form if name not in OWN_PARTS]
    if astray:
        raise Invalid(f"The part {astray[0][:80]} has no file name, so that it is no resource.")
    found = [(part.filename or name, part.read()) for name, part in request.files.items(multi=True)]
    if not found:
        raise Invalid("No deployment resources were sent: add at least one file.")
    if not any(name.endswith(_DEPLOYABLE) for name, _ in found):
        raise Invalid(f"{found[0][0][:80]} is neither a model (.bpmn, .dmn) nor a form (.form).")
    return [(name, content) for name, content in found if name.endswith(_DEPLOYABLE)]


def _unreadable(invalid: Invalid) -> Response:
    """What the Modeler shows in its log: each problem with its element."""
    problems = invalid.problems or (Problem(invalid.message),)
    told = " ".join(f"{_place(problem)}{problem.text}" for problem in problems)
    details: dict[str, Any] = {}
    for problem in problems:
        found = details.setdefault(problem.resource or "", {"errors": [], "warnings": []})
        found["errors" if problem.level == "problem" else "warnings"].append(
            {
                "message": problem.text,
                "line": problem.line,
                "column": 0,
                "mainElementId": problem.element,
                "elementIds": [problem.element] if problem.element else [],
            }
        )
    return error(400, f"{UNREADABLE} {told}", "ParseException", details=details)


def _place(problem: Problem) -> str:
    parts = [problem.resource, f"line {problem.line}" if problem.line else "", problem.element]
    place = ", ".join(part for part in parts if part)
    return f"[{place}] " if place else ""


def _created(deployed: Deployed) -> dict[str, Any]:
    """What is runnable comes first: the Modeler takes the first definition for the one it may start."""
    actor, row = acting(), queries.deployment(acting(), deployed.deployment_id)
    order = sorted(deployed.definitions, key=lambda each: not each.executable)
    ids = [each.id for each in order]
    rows = {each.id: each for each in queries.listed(actor, Selection((Where("id", ids, "in"),)))}
    shown = [process_definition(rows[each]) for each in ids if each in rows]
    decisions = [decision_definition(each) for each in queries.decisions(actor, deployed.deployment_id)]
    found = _shown(row, request.form.get("deployment-name"), request.form.get("deployment-source"))
    return found | {
        "deployedProcessDefinitions": {each["id"]: each for each in shown} or None,
        "deployedCaseDefinitions": None,
        "deployedDecisionDefinitions": {each["id"]: each for each in decisions} or None,
        "deployedDecisionRequirementsDefinitions": None,
    }


def _shown(row: DeploymentRow, name: str | None = None, source: str | None = None) -> dict[str, Any]:
    found = uuid_of(row.id)
    return {
        "links": [link(f"/deployment/{found}")],
        "id": found,
        "name": name or ", ".join(each.name for each in row.resources) or None,
        "source": source,
        "deploymentTime": written(row.deployed_at),
        "tenantId": None,
    }


def listed() -> Response:
    return answer([_shown(row) for row in queries.deployments(acting(), _selection(asked()))])


def count() -> Response:
    return answer({"count": len(queries.deployments(acting(), _selection(asked())))})


def _selection(given: Given) -> Selection:
    where: Sequence[Where] = condition(given, "id", "id", read=row_id)
    return part(given, where, {"id": "id", "name": "id", "deploymentTime": "deployed_at"})


def deployment(deployment_id: str) -> Response:
    return answer(_shown(queries.deployment(acting(), row_id(deployment_id))))


def remove(deployment_id: str) -> Response:
    """By cascade or not: what has run stays, with its history."""
    withdrawals.withdraw(acting(), queries.deployment(acting(), row_id(deployment_id)).id, REASON)
    return nothing()


def resources(deployment_id: str) -> Response:
    row = queries.deployment(acting(), row_id(deployment_id))
    found = uuid_of(row.id)
    return answer([{"id": uuid_of(each.id), "name": each.name, "deploymentId": found} for each in row.resources])


def resource_content(deployment_id: str, resource_id: str) -> Response:
    name, content = queries.resource(acting(), row_id(deployment_id), row_id(resource_id))
    response = Response(content)
    response.headers["Content-Type"] = "application/json" if name.endswith((".form", ".json")) else "application/xml"
    response.headers["Content-Disposition"] = "attachment"
    return response


ROUTES = (
    ("POST", "/deployment/create", create),
    ("GET", "/deployment", listed),
    ("GET", "/deployment/count", count),
    ("GET", "/deployment/<deployment_id>", deployment),
    ("DELETE", "/deployment/<deployment_id>", remove),
    ("GET", "/deployment/<deployment_id>/resources", resources),
    ("GET", "/deployment/<deployment_id>/resources/<resource_id>/data", resource_content),
)
