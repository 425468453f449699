"""Notices of processes: who is told of what, by which channel and when."""

from typing import Annotated

from pydantic import Field
from pydantic.dataclasses import dataclass as shape

from server.api.endpoints import Noun
from server.api.shapes import CLOSED, WHOLE, Key, Line, TimeOfDay
from server.commands import notice_policies as commands
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import notice_policies as queries
from server.queries.notice_policies import NoticeKind, Timing

noun = Noun("notice-policies", "Notices of processes", Permission.SETTLE_NOTICES)
Minutes = Annotated[int, Field(ge=0, le=commands.LONGEST), WHOLE]


@shape(frozen=True, config=CLOSED)
class KindChannels:
    """By which channels notices of a kind go out."""

    kind: NoticeKind
    in_app: bool
    mail: bool
    webhook: bool


@shape(frozen=True, config=CLOSED)
class NewPolicy:
    """What is settled. Times before and after a deadline are minutes (0: not at all), times of day like 08:00; kinds
    that are left out are as for every process."""

    channels: Annotated[list[KindChannels], Field(max_length=50)] = Field(default_factory=list)
    due_soon: Minutes = 24 * 60
    escalate_after: Minutes = 24 * 60
    escalate_to: Annotated[list[Key], Field(max_length=50)] = Field(default_factory=list)
    timing: Timing = Timing.AT_ONCE
    daily_at: TimeOfDay = "08:00"
    quiet_from: TimeOfDay = ""
    quiet_until: TimeOfDay = ""
    connection: Line = ""


@noun.get("")
def find(actor: Actor) -> Page[queries.PolicyLine]:
    """Every process, and whether it settles something of its own."""
    return Page(queries.policies(actor))


@noun.get("/webhooks")
def webhooks(actor: Actor) -> Page[str]:
    """The connections that can take notices out."""
    return Page(queries.webhooks(actor))


@noun.get("/every-process", tells_revision=True)
def every(actor: Actor) -> queries.Policy:
    """What holds for all processes that settle nothing of their own; its revision is the ETag."""
    return queries.policy(actor, "")


@noun.put("/every-process", Permission.ADMINISTER, revised="")
def settle_every(actor: Actor, body: NewPolicy) -> None:
    """Settle it for all processes that settle nothing of their own."""
    commands.settle(actor, "", _channels(body), _rule(body))


@noun.get("/processes/{process_key}", tells_revision=True)
def one(actor: Actor, process_key: str) -> queries.Policy:
    """What holds for a process; its revision is the ETag that changes take as If-Match."""
    return queries.policy(actor, process_key)


@noun.put("/processes/{process_key}")
def settle(actor: Actor, process_key: Key, body: NewPolicy) -> None:
    """Settle it for a process."""
    commands.settle(actor, process_key, _channels(body), _rule(body))


@noun.delete("/processes/{process_key}")
def unsettle(actor: Actor, process_key: Key) -> None:
    """Have a process settle nothing of its own."""
    commands.unsettle(actor, process_key)


def _channels(body: NewPolicy) -> list[commands.Channels]:
    return [commands.Channels(one.kind, one.in_app, one.mail, one.webhook) for one in body.channels]


def _rule(body: NewPolicy) -> commands.Settled:
    return commands.Settled(
        body.due_soon,
        body.escalate_after,
        body.escalate_to,
        body.timing,
        body.daily_at,
        body.quiet_from,
        body.quiet_until,
        body.connection,
    )
