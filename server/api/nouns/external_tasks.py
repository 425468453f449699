"""External tasks: programs fetch work by its topic, hold it for a while, and complete or fail it."""

from dataclasses import dataclass, replace
from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.installation import settings
from server.api.long_polls import long_polls
from server.api.sent_values import variables
from server.api.shapes import CLOSED, NO_NUL, WHOLE, Key, Line, Part, Reason, Text, Values
from server.commands import external_tasks as commands
from server.commands.external_tasks import LockedTask, Order, Wish
from server.expressions import values as encoding
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import external_tasks as queries
from server.queries.external_tasks import ExternalTaskFilter, ExternalTaskState

noun = Noun("external-tasks", "External tasks", Permission.DO_EXTERNAL_TASKS)
Seconds = Annotated[float, Field(gt=0, le=commands.LONGEST_LOCK)]
Name = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^\x00]*[^\x00\s][^\x00]*$")]
Number = Annotated[int, Field(ge=1, le=2**31 - 1), WHOLE]


@shape(frozen=True, config=CLOSED)
class Topic:
    """What is wanted of one topic; no `variables`: all of them, an empty list: none."""

    topic: Name
    lock_seconds: Seconds = 60
    variables: Annotated[list[Key], Field(max_length=500)] | None = None
    process_keys: Annotated[list[Key], Field(max_length=100)] | None = None


@shape(frozen=True, config=CLOSED)
class Fetch:
    """Who fetches what, how many at most, and for how long to wait where there is nothing."""

    worker: Name
    topics: Annotated[list[Topic], Field(min_length=1, max_length=100)]
    most: Annotated[int, Field(ge=1, le=commands.MOST_AT_ONCE), WHOLE] = 1
    wait_seconds: Annotated[float, Field(ge=0, le=1800)] = 0
    by_priority: bool = True


@dataclass(frozen=True)
class Fetched:
    """What was locked. Dates, durations and decimals in variables are written as {"$date": "2026-11-21"}."""

    items: list[LockedTask]

    def __post_init__(self) -> None:
        written = [replace(one, variables=encoding.encode(dict(one.variables))) for one in self.items]
        object.__setattr__(self, "items", written)


@shape(frozen=True, config=CLOSED)
class Completion:
    """Who has done it, and what came of it; a file is {"$file": {"name", "media_type", "content"}} with base64."""

    worker: Name
    variables: Values = Field(default_factory=dict)
    own_variables: Values = Field(default_factory=dict)
    revision: Number | None = None


@shape(frozen=True, config=CLOSED)
class WorkFailure:
    """Why it went wrong; no `retries`: one less than before."""

    worker: Name
    message: Text
    details: Annotated[str, Field(max_length=100_000, pattern=NO_NUL)] | None = None
    retries: Annotated[int, Field(ge=0, le=1000), WHOLE] | None = None
    wait_seconds: Annotated[float, Field(ge=0, le=commands.LONGEST_LOCK)] = 0
    revision: Number | None = None


@shape(frozen=True, config=CLOSED)
class WorkBpmnError:
    """The code that the model catches, with what it is told."""

    worker: Name
    code: Name
    message: Text = ""
    variables: Values = Field(default_factory=dict)
    revision: Number | None = None


@shape(frozen=True, config=CLOSED)
class Extension:
    """How long it is kept from now on."""

    worker: Name
    seconds: Seconds
    revision: Number | None = None


@shape(frozen=True, config=CLOSED)
class Retries:
    """How many tries are left, and why."""

    retries: Annotated[int, Field(ge=0, le=commands.MOST_AT_ONCE), WHOLE]
    reason: Reason


@shape(frozen=True, config=CLOSED)
class Priority:
    """How soon workers fetch it, and why."""

    priority: Annotated[int, Field(gt=-(2**31), lt=2**31), WHOLE]
    reason: Reason


@shape(frozen=True, config=CLOSED, kw_only=True)
class Wanted(Part):
    """Which external tasks."""

    topic: Line = ""
    state: ExternalTaskState | None = None
    instance_id: Line = ""


@dataclass(frozen=True)
class Left:
    """How many tries are left; none: an incident."""

    retries: int


@dataclass(frozen=True)
class Names:
    """Topics by name."""

    items: tuple[str, ...]


@noun.get("", Permission.SIGN_IN)
def find(actor: Actor, wanted: Wanted) -> Page[queries.ExternalTaskRow]:
    """Those of the instances that the actor may see, and a worker's own, the oldest first."""
    instances = (wanted.instance_id,) if wanted.instance_id else None
    which = ExternalTaskFilter(topic=wanted.topic or None, state=wanted.state, instance_ids=instances)
    return queries.part(actor, which, wanted.slice)


@noun.get("/topics", Permission.SIGN_IN)
def topics(actor: Actor) -> Names:
    """The topics of all that the actor may see."""
    return Names(queries.topics(actor))


@noun.post("/fetch", gives=Fetched, takes_key=False)
def fetch(actor: Actor, body: Fetch) -> list[LockedTask]:
    """Lock work for a worker; where there is none, wait for it, answered by the commit that brings some.

    It takes no Idempotency-Key: asked again, it locks other work. A lock whose answer was lost ends by itself.
    """
    wishes = [_wish(one) for one in body.topics]
    order = Order.PRIORITY if body.by_priority else Order.OLDEST

    def look() -> list[LockedTask]:
        return commands.fetch_and_lock(actor, body.worker, body.most, wishes, order)

    picky = bool(actor.process_keys) or any(wish.is_picky for wish in wishes)
    seconds = min(body.wait_seconds, settings().long_poll_seconds)
    alone = (actor.id, body.worker) if settings().long_polls_alone else None
    return long_polls().wait(look, [wish.topic for wish in wishes], picky, seconds, alone) or []


@noun.get("/{external_task_id}", Permission.SIGN_IN)
def one(actor: Actor, external_task_id: str) -> queries.ExternalTaskRow:
    """One of them."""
    return queries.external_task(actor, external_task_id)


@noun.post("/{external_task_id}/completion")
def complete(actor: Actor, external_task_id: str, body: Completion) -> None:
    """The work is done: the process goes on with its variables."""
    given, own = variables(actor, body.variables), variables(actor, body.own_variables, "own_variables")
    files = (*given.file_ids, *own.file_ids)
    commands.complete(actor, external_task_id, body.worker, given.values, own.values, body.revision, files)


@noun.post("/{external_task_id}/failure", gives=Left)
def fail(actor: Actor, external_task_id: str, body: WorkFailure) -> int:
    """The work went wrong: it is fetched again after a while, or becomes an incident."""
    return commands.fail(
        actor,
        external_task_id,
        body.worker,
        body.message,
        body.details,
        body.retries,
        body.wait_seconds,
        revision=body.revision,
    )


@noun.post("/{external_task_id}/bpmn-error")
def throw_bpmn_error(actor: Actor, external_task_id: str, body: WorkBpmnError) -> None:
    """The work came to an error that the model may catch."""
    given = variables(actor, body.variables)
    about = (body.code, body.message, given.values, body.revision, given.file_ids)
    commands.throw_bpmn_error(actor, external_task_id, body.worker, *about)


@noun.post("/{external_task_id}/lock-extension")
def extend_lock(actor: Actor, external_task_id: str, body: Extension) -> None:
    """Keep it for another while from now on."""
    commands.extend_lock(actor, external_task_id, body.worker, body.seconds, body.revision)


@noun.post("/{external_task_id}/unlocking", Permission.SIGN_IN)
def unlock(actor: Actor, external_task_id: str) -> None:
    """Give it back: one's own, or as an operator anybody's."""
    commands.unlock(actor, external_task_id, "By the API")


@noun.put("/{external_task_id}/retries", Permission.MEND)
def set_retries(actor: Actor, external_task_id: str, body: Retries) -> None:
    """Give it new tries, or none."""
    commands.set_retries(actor, external_task_id, body.retries, body.reason)


@noun.put("/{external_task_id}/priority", Permission.MEND)
def set_priority(actor: Actor, external_task_id: str, body: Priority) -> None:
    """Have it fetched sooner or later."""
    commands.set_priority(actor, external_task_id, body.priority, body.reason)


def _wish(one: Topic) -> Wish:
    names = None if one.variables is None else frozenset(one.variables)
    keys = None if one.process_keys is None else frozenset(one.process_keys)
    return Wish(one.topic, one.lock_seconds, names, process_keys=keys)
