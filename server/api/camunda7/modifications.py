"""Moving tokens as clients of Camunda 7 ask for it: instructions, carried out as one step."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.answers import nothing
from server.api.camunda7.wording.bodies import Given, sent
from server.api.camunda7.wording.ids import activity_of, row_id
from server.api.camunda7.wording.instructions import STARTS, STARTS_LISTED, element_before
from server.api.camunda7.wording.uploads import file_ids, received
from server.commands import process_instances as commands
from server.errors import Invalid, NotFound
from server.queries import chosen_history
from server.queries.modifications import Place
from server.queries.selections import Selection, Where

REASON = "By the REST API of Camunda 7"


def modify(instance_id: str) -> Response:
    body, row = sent(), row_id(instance_id)
    instructions = body.objects("instructions")
    if not instructions:
        raise Invalid("instructions is missing: say what to start and what to cancel.")
    cancel: list[int] = []
    start: list[str] = []
    given: dict[str, Any] = {}
    for each in instructions:
        kind = each.needed("type")
        if kind == "cancel":
            cancel += _cancelled(row, each)
        elif kind in STARTS:
            start.append(element_before(kind, each, Place(instance_id=row)))
            given |= each.mapping("variables")
        else:
            raise Invalid(f"The type of an instruction is cancel, {STARTS_LISTED}.")
    variables = received(acting(), given)
    words = body.text("annotation") or REASON
    commands.move(acting(), row, tuple(dict.fromkeys(cancel)), start, words, variables, file_ids(variables))
    return nothing()


def _cancelled(row: str, instruction: Given) -> list[int]:
    """The numbers of the activities that are to be taken away. Raises NotFound, Invalid."""
    named = instruction.text("activityInstanceId") or instruction.text("transitionInstanceId")
    if named is not None:
        instance, activity = activity_of(named)
        if instance != row or not activity:
            raise NotFound(f"There is no activity instance {named} in this process instance.")
        return [activity]
    element_key = instruction.needed("activityId")
    where = (Where("instance_id", row), Where("ended_at", True, "null"), Where("element_key", element_key))
    found = {each.activity: each.outer for each in chosen_history.visits(acting(), Selection(where))}
    if not found:
        raise NotFound(f"Nothing is at {element_key} in this process instance.")
    return _outermost(found)


def _outermost(found: Mapping[int, int | None]) -> list[int]:
    """Those that go by themselves: an activity goes with the one it runs in."""
    return [activity for activity, outer in found.items() if outer not in found]


ROUTES = (("POST", "/process-instance/<instance_id>/modification", modify),)
