"""Instructions that put tokens, as clients write them for an instance that runs or that is to begin."""

from server.api.camunda7.wording.acting import acting
from server.api.camunda7.wording.bodies import Given
from server.api.camunda7.wording.ids import activity_of
from server.errors import Invalid
from server.queries import modifications
from server.queries.modifications import Place

STARTS = ("startBeforeActivity", "startAfterActivity", "startTransition")
STARTS_LISTED = f"{', '.join(STARTS[:-1])} or {STARTS[-1]}"


def element_before(kind: str, instruction: Given, place: Place) -> str:
    """The element before which a token begins. Raises Forbidden, NotFound, Invalid."""
    around = instruction.text("ancestorActivityInstanceId")
    if around is not None and activity_of(around) != (place.instance_id, 0):
        raise Invalid("ancestorActivityInstanceId cannot be chosen here: a token begins in the scope that is open.")
    if kind == "startTransition":
        return modifications.at_the_end_of(acting(), place, instruction.needed("transitionId"))
    element_key = instruction.needed("activityId")
    return element_key if kind == STARTS[0] else modifications.behind(acting(), place, element_key)
