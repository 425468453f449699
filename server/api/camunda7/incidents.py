"""Incidents: what is open, trying it again, and notes at it."""

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer, nothing
from server.api.camunda7.wording.bodies import Given, asked, sent
from server.api.camunda7.wording.ids import row_id
from server.api.camunda7.wording.incidents import SORTS, incident, incident_conditions
from server.api.camunda7.wording.selections import part
from server.commands import incidents as commands
from server.queries import chosen_history as queries
from server.queries.selections import Selection, Where

REASON = "By the REST API of Camunda 7"


def listed() -> Response:
    return answer([incident(row) for row in queries.incidents(acting(), _selection(asked()))])


def count() -> Response:
    return answer({"count": queries.incidents_count(acting(), _selection(asked()))})


def _selection(given: Given) -> Selection:
    return part(given, [Where("resolved_at", True, "null"), *incident_conditions(given)], SORTS)


def one(incident_id: str) -> Response:
    return answer(incident(queries.incident(acting(), row_id(incident_id))))


def resolve(incident_id: str) -> Response:
    """An incident goes when what failed has been done: it is tried again."""
    row = queries.incident(acting(), row_id(incident_id))
    commands.retry(acting(), row.id, REASON)
    return nothing()


def annotate(incident_id: str) -> Response:
    commands.write_note(acting(), row_id(incident_id), sent().text("annotation") or "")
    return nothing()


def clear_annotation(incident_id: str) -> Response:
    commands.write_note(acting(), row_id(incident_id), "")
    return nothing()


ROUTES = (
    ("GET", "/incident", listed),
    ("GET", "/incident/count", count),
    ("GET", "/incident/<incident_id>", one),
    ("DELETE", "/incident/<incident_id>", resolve),
    ("PUT", "/incident/<incident_id>/annotation", annotate),
    ("DELETE", "/incident/<incident_id>/annotation", clear_annotation),
)
