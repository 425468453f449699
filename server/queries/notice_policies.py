"""Who is told of what: what a person has chosen, and what processes settle."""

from dataclasses import dataclass

from sqlalchemy import func, select

from server.database import db
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.connection import Connection
from server.records.definition import Counter, ProcessDefinition
from server.records.notice_policy import NoticeChoice, NoticeHabit, NoticeRule
from server.runtime.notice_kinds import Channel, NoticeKind
from server.runtime.notice_policies import channels_of, counter_of, rule_of
from server.runtime.notice_times import Timing
from server.runtime.notices import outlets
from server.sentences import say

__all__ = ["Channel", "NoticeKind", "Timing"]


@dataclass(frozen=True)
class Line:
    """One kind and channel: what the person chose (None: nothing), and what holds where they chose nothing and a
    process settles nothing of its own."""

    kind: NoticeKind
    channel: Channel
    chosen: bool | None
    settled: bool


@dataclass(frozen=True)
class Mine:
    """What a person is told; empty times are as processes settle them. The last two say what the installation can."""

    lines: tuple[Line, ...]
    timing: str
    daily_at: str
    quiet_from: str
    quiet_until: str
    has_mail: bool
    has_webhook: bool


@dataclass(frozen=True)
class KindChannels:
    """By which channels notices of a kind go out."""

    kind: NoticeKind
    in_app: bool
    mail: bool
    webhook: bool


@dataclass(frozen=True)
class Policy:
    """What holds for a process; `is_settled`: it says so itself. Times before and after are minutes; 0: not at all."""

    process_key: str
    process_name: str
    is_settled: bool
    channels: tuple[KindChannels, ...]
    due_soon: int
    escalate_after: int
    escalate_to: tuple[str, ...]
    timing: str
    daily_at: str
    quiet_from: str
    quiet_until: str
    connection: str
    revision: int  # raised when it is settled or taken back; 0: never


@dataclass(frozen=True)
class PolicyLine:
    """A process, and whether it settles something of its own."""

    process_key: str
    process_name: str
    is_settled: bool


def mine(actor: Actor) -> Mine:
    """What the actor is told."""
    rows = db.session.scalars(select(NoticeChoice).where(NoticeChoice.person_id == actor.id))
    chosen = {(row.kind, row.channel): row.wanted for row in rows}
    settled, habit = channels_of(""), db.session.get(NoticeHabit, actor.id)
    lines = tuple(
        Line(kind, channel, chosen.get((kind.value, channel.value)), settled[kind.value, channel.value])
        for kind in NoticeKind
        for channel in Channel
    )
    times = (habit.timing, habit.daily_at, habit.quiet_from, habit.quiet_until) if habit else ("", "", "", "")
    rules = select(NoticeRule.connection).where(NoticeRule.connection != "").limit(1)
    return Mine(lines, *times, outlets.mail, bool(outlets.connection) or db.session.scalar(rules) is not None)


def policy(actor: Actor, process_key: str) -> Policy:
    """What holds for a process; "" is what holds for all that settle nothing. Raises NotFound, Forbidden."""
    _check(actor)
    name = _name(process_key)
    wanted, rule = channels_of(process_key), rule_of(process_key)
    counter = db.session.get(Counter, counter_of(process_key))
    channels = tuple(
        KindChannels(kind, *(wanted[kind.value, channel.value] for channel in Channel)) for kind in NoticeKind
    )
    return Policy(
        process_key,
        name,
        db.session.get(NoticeRule, process_key) is not None,
        channels,
        rule.due_soon,
        rule.escalate_after,
        rule.escalate_to,
        rule.times.timing,
        rule.times.daily_at,
        rule.times.quiet_from,
        rule.times.quiet_until,
        rule.connection,
        0 if counter is None else counter.value,
    )


def policies(actor: Actor) -> tuple[PolicyLine, ...]:
    """Every process by name. Raises Forbidden."""
    _check(actor)
    settled = set(db.session.scalars(select(NoticeRule.process_key)))
    found = db.session.execute(
        select(ProcessDefinition.key, ProcessDefinition.name)
        .where(ProcessDefinition.latest)
        .order_by(func.lower(ProcessDefinition.name), ProcessDefinition.key)
    )
    return tuple(PolicyLine(key, name, key in settled) for key, name in found)


def webhooks(actor: Actor) -> tuple[str, ...]:
    """The names of the connections that take notices out. Raises Forbidden."""
    _check(actor)
    named = select(Connection.name).where(Connection.connector == "webhook").order_by(Connection.name)
    return tuple(db.session.scalars(named))


def _name(process_key: str) -> str:
    if not process_key:
        return ""
    found = select(ProcessDefinition.name).where(ProcessDefinition.key == process_key)
    name = db.session.scalar(found.order_by(ProcessDefinition.version.desc()).limit(1))
    if name is None:
        raise NotFound(say('There is no process "%(key)s".', key=process_key[:100]))
    return name


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SETTLE_NOTICES):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SETTLE_NOTICES)))
