"""Process instances: find and start them, look into one, mend and end it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.sent_values import form_values, plain_variables
from server.api.sent_values import variables as variables_of
from server.api.shapes import CLOSED, WHOLE, Counted, Key, Line, Part, Reason, Values, Why
from server.commands import process_instances as commands
from server.expressions import values as encoding
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import activity_instances, modifications
from server.queries import process_instances as queries
from server.queries.process_instances import Sort, State

noun = Noun("process-instances", "Process instances", Permission.SIGN_IN)
Number = Annotated[int, Field(ge=0, lt=2**31), WHOLE]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


@shape(frozen=True, config=CLOSED, kw_only=True)
class Wanted(Part):
    """Which instances, in which order; days are those of the actor's time zone, both included."""

    state: State = State.ANY
    process_key: Line = ""
    text: Line = ""
    started_by: Line = ""
    started_from: date | None = None
    started_until: date | None = None
    sort: Sort = Sort.NEWEST


@shape(frozen=True, config=CLOSED)
class Start:
    """Which process to start, with the values of its start form; `variables` are those that no form asks for, from
    those who may give such (the role worker): with them alone the form is left out. With `start` it begins before
    these elements instead of at its start event, and the form is left out as well: for those who may move tokens."""

    process_key: Key
    values: Values = Field(default_factory=dict)
    business_key: Key | None = None
    variables: Values = Field(default_factory=dict)
    start: Annotated[list[Key], Field(max_length=100)] = Field(default_factory=list)


@shape(frozen=True, config=CLOSED)
class VariableChange:
    """A variable's new value, and why."""

    value: Any
    reason: Reason


@shape(frozen=True, config=CLOSED)
class Moves:
    """Which activities to cancel (their numbers) and before which elements to begin anew."""

    cancel: Annotated[list[Number], Field(max_length=1000)] = Field(default_factory=list)
    start: Annotated[list[Key], Field(max_length=100)] = Field(default_factory=list)


@shape(frozen=True, config=CLOSED)
class Move(Moves):
    """The same, to be done, and why; `variables` of the process are set before."""

    reason: Reason = Field(default=..., kw_only=True)
    variables: Values = Field(default_factory=dict, kw_only=True)


@shape(frozen=True, config=CLOSED)
class Follow:
    """Whether the actor wants to keep an eye on it."""

    follows: bool


@dataclass(frozen=True)
class Variables:
    """The variables of the process, by name. Dates, durations and decimals are written as {"$date": "2026-11-21"}."""

    variables: Mapping[str, Any]

    def __post_init__(self) -> None:
        object.__setattr__(self, "variables", encoding.encode(dict(self.variables)))


@noun.get("")
def find(actor: Actor, wanted: Wanted) -> Page[queries.InstanceLine]:
    """The process instances that the actor may see."""
    which = queries.Wanted(
        wanted.state,
        wanted.process_key,
        wanted.text,
        wanted.started_by,
        wanted.started_from,
        wanted.started_until,
        wanted.sort,
    )
    return queries.part(actor, which, wanted.slice)


@noun.post("", Permission.START, success=201)
def start(actor: Actor, body: Start) -> commands.Started:
    """Start the latest version of a process.

    Where the process asks for unique business keys, one that another instance has is refused.
    """
    filled_in, given = form_values(actor, body.values), variables_of(actor, body.variables)
    told = (filled_in, body.business_key, given.values, given.file_ids, body.start)
    return commands.start(actor, body.process_key, *told)


@noun.get("/{instance_id}", tells_revision=True)
def one(actor: Actor, instance_id: str) -> queries.InstanceView:
    """One process instance; its revision is the ETag that changes take as If-Match."""
    return queries.instance(actor, instance_id)


@noun.get("/{instance_id}/activity-instances")
def activities(actor: Actor, instance_id: str) -> Page[activity_instances.ActivityLine]:
    """Every visit to an element, in their order."""
    return Page(activity_instances.activities(actor, instance_id))


@noun.get("/{instance_id}/incidents")
def incidents(actor: Actor, instance_id: str) -> Page[activity_instances.IncidentLine]:
    """What could not go on, mended or not."""
    return Page(activity_instances.incidents(actor, instance_id))


@noun.get("/{instance_id}/tokens")
def tokens(actor: Actor, instance_id: str) -> Page[activity_instances.Place]:
    """Where it stands now."""
    return Page(activity_instances.tokens(actor, instance_id))


@noun.get("/{instance_id}/variables")
def variables(actor: Actor, instance_id: str) -> Variables:
    """The variables of the process as they are now, or were at the end."""
    return Variables(activity_instances.variables(actor, instance_id))


@noun.put("/{instance_id}/variables/{name}", Permission.EDIT_VARIABLES)
def set_variable(actor: Actor, instance_id: str, name: Name, body: VariableChange) -> None:
    """Give a variable of the process another value."""
    given = plain_variables({"value": body.value}, "")
    commands.set_variable(actor, instance_id, name, given["value"], body.reason)


@noun.delete("/{instance_id}/variables/{name}", Permission.EDIT_VARIABLES)
def remove_variable(actor: Actor, instance_id: str, name: Name, wanted: Why) -> None:
    """Take a variable of the process away."""
    commands.remove_variable(actor, instance_id, name, wanted.reason)


@noun.post("/{instance_id}/withdrawal", Permission.START)
def withdraw(actor: Actor, instance_id: str, body: Why) -> None:
    """Take back one's own request."""
    commands.withdraw(actor, instance_id, body.reason)


@noun.post("/{instance_id}/cancellation", Permission.MEND)
def cancel(actor: Actor, instance_id: str, body: Why) -> None:
    """End it for good."""
    commands.cancel(actor, instance_id, body.reason)


@noun.post("/{instance_id}/suspension", Permission.MEND)
def suspend(actor: Actor, instance_id: str, body: Why) -> None:
    """Nothing goes on in it until it is resumed."""
    commands.suspend(actor, instance_id, body.reason)


@noun.post("/{instance_id}/resumption", Permission.MEND)
def resume(actor: Actor, instance_id: str, body: Why) -> None:
    """It goes on; what became due meanwhile is done now."""
    commands.resume(actor, instance_id, body.reason)


@noun.post("/{instance_id}/modification", Permission.MOVE_TOKENS)
def move(actor: Actor, instance_id: str, body: Move) -> None:
    """Move tokens: begin anew before some elements, take away some activities, as one step."""
    given = variables_of(actor, body.variables)
    commands.move(actor, instance_id, body.cancel, body.start, body.reason, given.values, given.file_ids)


@noun.post("/{instance_id}/modification-plan", Permission.MOVE_TOKENS)
def plan_move(actor: Actor, instance_id: str, body: Moves) -> modifications.Plan:
    """What moving tokens would do; nothing is done."""
    return modifications.move(actor, instance_id, body.cancel, body.start)


@noun.post("/{instance_id}/reminder", Permission.START, gives=Counted)
def remind(actor: Actor, instance_id: str) -> int:
    """Tell everybody who has a user task of it that it is waiting."""
    return commands.remind(actor, instance_id)


@noun.put("/{instance_id}/follow")
def follow(actor: Actor, instance_id: str, body: Follow) -> None:
    """Keep an eye on it, or stop that."""
    commands.follow(actor, instance_id, body.follows)
