"""What holds for a notice: the person's own choice, else what its process settles, else what all processes settle."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from server.database import db
from server.records.notice_policy import NoticeChoice, NoticeHabit, NoticePolicy, NoticeRule
from server.runtime import notice_kinds
from server.runtime.notice_kinds import Channel, NoticeKind
from server.runtime.notice_times import AT_ONCE, Times


@dataclass(frozen=True)
class Rule:
    """When people are told of deadlines (minutes; 0: not at all), who else is told, and when mail goes out."""

    due_soon: int = notice_kinds.DUE_SOON
    escalate_after: int = notice_kinds.ESCALATE_AFTER
    escalate_to: tuple[str, ...] = ()  # user:ada, group:managers
    times: Times = AT_ONCE
    connection: str = ""


def counter_of(process_key: str) -> str:
    """What counts how often it was settled or taken back: a number that never comes again, whatever stands or not."""
    return f"notice policy {process_key}"


def rule_of(process_key: str) -> Rule:
    """What the process settles, else what all processes do."""
    found = {row.process_key: row for row in _rules((process_key, ""))}
    row = found.get(process_key) or found.get("")
    if row is None:
        return Rule()
    times = Times(row.timing, row.daily_at, row.quiet_from, row.quiet_until)
    names = tuple(name for name in row.escalate_to.split(",") if name)
    return Rule(row.due_soon, row.escalate_after, names, times, row.connection)


def _rules(process_keys: Iterable[str]) -> Iterable[NoticeRule]:
    return db.session.scalars(select(NoticeRule).where(NoticeRule.process_key.in_(tuple(process_keys))))


def channels_of(process_key: str) -> Mapping[tuple[str, str], bool]:
    """For each kind and channel whether notices of the process go by it, where the person has decided nothing."""
    wanted = {
        (kind.value, channel.value): notice_kinds.unsettled(channel, kind) for kind in NoticeKind for channel in Channel
    }
    rows = db.session.scalars(
        select(NoticePolicy).where(NoticePolicy.process_key.in_((process_key, ""))).order_by(NoticePolicy.process_key)
    )
    for row in rows:  # what all processes settle comes first, and what this one settles takes its place
        for channel in Channel:
            wanted[row.kind, channel.value] = getattr(row, channel.value)
    return wanted


def goes_by(person_id: str, kind: str, process_key: str) -> frozenset[Channel]:
    """The channels by which a person is told of this."""
    choices = select(NoticeChoice).where(NoticeChoice.person_id == person_id, NoticeChoice.kind == kind)
    chosen = {row.channel: row.wanted for row in db.session.scalars(choices)}
    settled = channels_of(process_key)
    return frozenset(
        channel for channel in Channel if chosen.get(channel.value, settled.get((kind, channel.value), False))
    )


def times_of(person_id: str, rule: Rule) -> Times:
    """When the person wants mail; what they leave open is as the process settles it."""
    habit = db.session.get(NoticeHabit, person_id)
    if habit is None:
        return rule.times
    has_quiet = bool(habit.quiet_from)
    return Times(
        habit.timing or rule.times.timing,
        habit.daily_at or rule.times.daily_at,
        habit.quiet_from if has_quiet else rule.times.quiet_from,
        habit.quiet_until if has_quiet else rule.times.quiet_until,
    )
