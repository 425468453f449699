"""Settle who is told of what, by which channel and when: for one process, or for all that settle nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select

from server.database import db
from server.errors import Forbidden, Invalid, NotFound, Problem
from server.identity.groups import group_key
from server.identity.permissions import Permission
from server.records.connection import Connection
from server.records.definition import ProcessDefinition
from server.records.identity import Group, Person
from server.records.notice_policy import NoticePolicy, NoticeRule
from server.runtime import deadlines, notice_times
from server.runtime.act import Act
from server.runtime.counters import raised
from server.runtime.notice_kinds import NoticeKind
from server.runtime.notice_policies import counter_of, rule_of
from server.runtime.notice_times import Times
from server.runtime.revisions import check_revision
from server.runtime.transaction import command
from server.sentences import say

LONGEST = 365 * 24 * 60  # minutes


@dataclass(frozen=True)
class Channels:
    """By which channels notices of a kind go out."""

    kind: str
    in_app: bool
    mail: bool
    webhook: bool


@dataclass(frozen=True)
class Settled:
    """When people are told of deadlines (minutes; 0: not at all) and get mail; `escalate_to` are sign-in names and
    groups; `connection` is that of webhooks, "": the installation's."""

    due_soon: int
    escalate_after: int
    escalate_to: Sequence[str]
    timing: str  # at_once, hourly, daily
    daily_at: str
    quiet_from: str
    quiet_until: str
    connection: str = ""

    @property
    def times(self) -> Times:
        return Times(self.timing, self.daily_at, self.quiet_from, self.quiet_until)


@command(Permission.SETTLE_NOTICES)
def settle(act: Act, process_key: str, channels: Sequence[Channels], rule: Settled) -> None:
    """Settle it for a process; "" is for all that settle nothing, and an administrator's.

    Raises NotFound, Forbidden, Outdated, Invalid naming the field that is wrong.
    """
    _check_process(act, process_key)
    _begin_change(process_key)
    names = _check(channels, rule)
    before = rule_of(process_key)
    _remove(process_key)
    db.session.add_all(
        NoticePolicy(process_key=process_key, kind=one.kind, in_app=one.in_app, mail=one.mail, webhook=one.webhook)
        for one in {one.kind: one for one in channels}.values()
    )
    db.session.add(
        NoticeRule(
            process_key=process_key,
            due_soon=rule.due_soon,
            escalate_after=rule.escalate_after,
            escalate_to=",".join(names),
            timing=rule.timing,
            daily_at=rule.daily_at,
            quiet_from=rule.quiet_from,
            quiet_until=rule.quiet_until,
            connection=rule.connection,
        )
    )
    if (before.due_soon, before.escalate_after) != (rule.due_soon, rule.escalate_after):
        deadlines.set_anew(act, process_key)
    act.on(process_key or "every process", details={"due_soon": rule.due_soon, "escalate_after": rule.escalate_after})


@command(Permission.SETTLE_NOTICES)
def unsettle(act: Act, process_key: str) -> None:
    """The process settles nothing of its own any more. Raises NotFound, Forbidden, Outdated."""
    _check_process(act, process_key)
    _begin_change(process_key)
    _remove(process_key)
    deadlines.set_anew(act, process_key)
    act.on(process_key or "every process")


def _begin_change(process_key: str) -> None:
    """Whoever else changes it waits until this is done. Raises Outdated."""
    check_revision(process_key, raised(counter_of(process_key)) - 1, say("What is settled here"))


def _remove(process_key: str) -> None:
    db.session.execute(delete(NoticePolicy).where(NoticePolicy.process_key == process_key))
    db.session.execute(delete(NoticeRule).where(NoticeRule.process_key == process_key))


def _check_process(act: Act, process_key: str) -> None:
    if not process_key:
        if not act.actor.may(Permission.ADMINISTER):
            raise Forbidden(say("Only an administrator may settle it for all processes."))
        return
    known = select(ProcessDefinition.id).where(ProcessDefinition.key == process_key).limit(1)
    if db.session.scalar(known) is None:
        raise NotFound(say('There is no process "%(key)s".', key=process_key[:100]))


def _check(channels: Sequence[Channels], rule: Settled) -> list[str]:
    """The names to escalate to as they are kept. Raises Invalid."""
    for one in channels:
        if one.kind not in set(NoticeKind):
            raise _wrong("channels", say('There is no kind of notice "%(kind)s".', kind=one.kind[:50]))
    for field, minutes in (("due_soon", rule.due_soon), ("escalate_after", rule.escalate_after)):
        if not 0 <= minutes <= LONGEST:
            raise _wrong(field, say("It is at least nothing and at most a year."))
    notice_times.check(rule.times)
    if rule.connection:
        row = db.session.get(Connection, rule.connection)
        if row is None or row.connector != "webhook":
            raise _wrong("connection", say('There is no webhook connection "%(name)s".', name=rule.connection[:64]))
    return [_known(name) for name in dict.fromkeys(name.strip() for name in rule.escalate_to) if name]


def _known(name: str) -> str:
    kind, _, rest = name.partition(":")
    if kind != "group":
        person = rest if kind == "user" else name
        if db.session.get(Person, person) is not None:
            return f"user:{person}"
    if kind != "user":
        group = group_key(rest if kind == "group" else name)
        if db.session.get(Group, group) is not None:
            return f"group:{group}"
    raise _wrong("escalate_to", say('There is no person or group "%(name)s".', name=name[:100]))


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])
