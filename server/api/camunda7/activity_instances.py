"""Where an instance is: the tree of its live activity instances."""

from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import answer
from server.api.camunda7.wording.ids import definition_id, row_id, uuid_of
from server.api.camunda7.wording.incidents import incident_type
from server.queries import chosen_history as queries
from server.queries import chosen_instances
from server.queries.chosen_history import IncidentRow, VisitRow
from server.queries.chosen_instances import InstanceRow
from server.queries.selections import Selection, Where


def tree(instance_id: str) -> Response:
    row = chosen_instances.instance(acting(), row_id(instance_id))
    here, is_open = (
        Where("instance_id", row.id),
        Selection((Where("instance_id", row.id), Where("ended_at", True, "null"))),
    )
    visits = queries.visits(acting(), is_open)
    incidents = queries.incidents(acting(), Selection((here, Where("resolved_at", True, "null"))))
    return answer(_node(row, None, visits, incidents))


def _node(
    row: InstanceRow, visit: VisitRow | None, visits: tuple[VisitRow, ...], incidents: tuple[IncidentRow, ...]
) -> dict[str, Any]:
    number, shown = (visit.activity if visit is not None else 0), uuid_of(row.id)
    own = [each for each in incidents if each.activity == number]
    place = definition_id(row.process_key, row.version, row.definition_id)
    return {
        "id": uuid_of(row.id, number),
        "parentActivityInstanceId": None if visit is None else uuid_of(row.id, visit.outer or 0),
        "activityId": place if visit is None else visit.element_key,
        "activityType": "processDefinition" if visit is None else visit.kind,
        "activityName": row.process_name if visit is None else visit.name or None,
        "name": row.process_name if visit is None else visit.name or None,
        "processInstanceId": shown,
        "processDefinitionId": place,
        "childActivityInstances": [
            _node(row, each, visits, incidents) for each in visits if (each.outer or 0) == number and each != visit
        ],
        "childTransitionInstances": [],
        "executionIds": [shown],
        "incidentIds": [uuid_of(each.id) for each in own],
        "incidents": [
            {
                "id": uuid_of(each.id),
                "parentId": None,
                "incidentType": incident_type(each.kind),
                "activityId": each.element_key,
            }
            for each in own
        ],
    }


ROUTES = (("GET", "/process-instance/<instance_id>/activity-instances", tree),)
