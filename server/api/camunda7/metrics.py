"""Metrics: sums of what the database keeps."""

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.bodies import asked
from server.api.camunda7.wording.moments import read
from server.errors import NotFound
from server.queries.measurements import Measure, measured

_MEASURES = {
    "process-instances": Measure.INSTANCES_STARTED,
    "root-process-instance-start": Measure.INSTANCES_STARTED,
    "flow-node-instances": Measure.ACTIVITIES_STARTED,
    "activity-instance-start": Measure.ACTIVITIES_STARTED,
    "activity-instance-end": Measure.ACTIVITIES_ENDED,
}


def total(name: str) -> Response:
    """From startDate on, and before endDate."""
    measure = _MEASURES.get(name)
    if measure is None:
        raise NotFound(f"{name[:60]} is not counted here; ask for one of {', '.join(sorted(_MEASURES))}.")
    given = asked()
    since, before = (read(given.get(day), day) if day in given else None for day in ("startDate", "endDate"))
    return answer({"result": measured(acting(), measure, since, before)})


ROUTES = (("GET", "/metrics/<name>/sum", total),)
