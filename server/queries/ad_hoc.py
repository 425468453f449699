"""What may be begun next in the ad-hoc sub-processes of an instance."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import Row, or_, select

from server.bpmn.definition import AdHoc, Element
from server.database import db
from server.identity.actor import Actor
from server.records.activity_instance import ActivityInstance
from server.records.logs import AuditEntry
from server.runtime import definitions
from server.runtime.choosers import may_choose
from server.runtime.finding import visible_instance


@dataclass(frozen=True)
class Choice:
    """An activity that a person may begin: how often it is being done just now, and how often it has been done."""

    element_key: str
    name: str
    kind: str
    documentation: str
    running: int
    done: int


@dataclass(frozen=True)
class OpenAdHoc:
    """An ad-hoc sub-process that runs. `waits`: one is done after the other, so nothing can be begun yet.

    `may_finish`: no condition says when it ends, so whoever works in it does. `cancels`: its end takes back what is
    still being done; where it does not, `ends` says that the end has been asked for and what runs is waited for.
    """

    activity: int
    element_key: str
    name: str
    documentation: str
    waits: bool
    may_finish: bool
    cancels: bool
    ends: bool
    choices: tuple[Choice, ...]

    @property
    def running(self) -> int:
        """How many activities are being done in it just now."""
        return sum(choice.running for choice in self.choices)


_Host = Row[int, str, int | None, int | None]


def open_ad_hoc(actor: Actor, instance_id: str) -> tuple[OpenAdHoc, ...]:
    """Every ad-hoc sub-process in which the actor may choose now, oldest first. Raises NotFound."""
    instance = visible_instance(actor, instance_id)
    if instance.state != "active":
        return ()
    process = definitions.process(instance.definition_id)
    kinds = {element.id: element for element in process.elements() if element.lets_people_choose()}
    if not kinds:
        return ()
    hosts = [
        host
        for host in _hosts(instance_id, frozenset(kinds))
        if may_choose(actor, instance, kinds[host.element_key], host.activity)
    ]
    visits = _visits(instance_id, [host.activity for host in hosts])
    asked = _asked_to_end(instance_id, [host.activity for host in hosts])
    return tuple(_open(host, kinds[host.element_key], visits, host.activity in asked) for host in hosts)


def _hosts(instance_id: str, kinds: frozenset[str]) -> list[_Host]:
    """The ad-hoc sub-processes that run. Of several at once (multi-instance) each, but not what holds them together."""
    rows = db.session.execute(
        select(
            ActivityInstance.activity,
            ActivityInstance.element_key,
            ActivityInstance.outer,
            ActivityInstance.loop_counter,
        )
        .where(ActivityInstance.instance_id == instance_id, ActivityInstance.ended_at.is_(None))
        .where(ActivityInstance.element_key.in_(sorted(kinds)), ActivityInstance.state == "active")
        .order_by(ActivityInstance.activity)
    ).all()
    holding = {(row.outer, row.element_key) for row in rows}
    return [row for row in rows if (row.activity, row.element_key) not in holding]


_Visits = Counter[tuple[int, str, bool]]


def _visits(instance_id: str, hosts: list[int]) -> _Visits:
    """How often what was begun in which of the *hosts*, and whether it runs still; what was taken back counts not."""
    if not hosts:
        return Counter()
    rows = db.session.execute(
        select(ActivityInstance.outer, ActivityInstance.element_key, ActivityInstance.ended_at.is_(None).label("runs"))
        .where(ActivityInstance.instance_id == instance_id, ActivityInstance.outer.in_(hosts))
        .where(or_(ActivityInstance.ended_at.is_(None), ActivityInstance.state == "completed"))
    )
    return Counter((row.outer or 0, row.element_key, bool(row.runs)) for row in rows)


def _asked_to_end(instance_id: str, hosts: list[int]) -> set[int]:
    """In which of the *hosts* somebody has said that enough has been done."""
    if not hosts:
        return set()
    said = select(AuditEntry.subject).where(
        AuditEntry.instance_id == instance_id,
        AuditEntry.command == "ad_hoc.finish",
        AuditEntry.subject.in_([str(host) for host in hosts]),
    )
    return {int(subject) for subject in db.session.scalars(said) if subject is not None}


def _open(host: _Host, element: Element, visits: _Visits, ends: bool) -> OpenAdHoc:
    how = element.ad_hoc or AdHoc()
    level = element.inner
    inside = [level.elements[key] for key in level.starts] if level is not None else []
    number = "" if host.loop_counter is None else f" {host.loop_counter + 1}"
    running = any(runs for activity, _, runs in visits if activity == host.activity)
    return OpenAdHoc(
        activity=host.activity,
        element_key=element.id,
        name=(element.name or element.id) + number,
        documentation=element.documentation,
        waits=how.sequential and running,
        may_finish=how.completion is None,
        cancels=how.cancel_remaining,
        ends=ends,
        choices=tuple(_choice(host.activity, each, visits) for each in inside),
    )


def _choice(host: int, element: Element, visits: _Visits) -> Choice:
    return Choice(
        element.id,
        element.name or element.id,
        element.kind,
        element.documentation,
        running=visits[host, element.id, True],
        done=visits[host, element.id, False],
    )
