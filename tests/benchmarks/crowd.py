"""A crowd of waiting instances: what the inbox and a completion cost when ten or a hundred thousand others wait."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from server import clock
from server.commands import deployments, process_instances, user_tasks
from server.database import Record, add_rows, db, new_id, table, writing
from server.identity.actor import CONSOLE, Actor
from server.queries import inbox, jobs, shell
from server.records.activity_instance import ActivityInstance
from server.records.job import Job
from server.records.logs import HistoryEntry
from server.records.process_instance import Involvement, ProcessInstance
from server.records.user_task import Candidate, UserTask
from tests.benchmarks import models
from tests.benchmarks.measuring import Figure, median, milliseconds

_OF_AN_INSTANCE: tuple[type[Record], ...] = (ActivityInstance, UserTask, Involvement, Job, HistoryEntry)
_WRITTEN: tuple[type[Record], ...] = (*_OF_AN_INSTANCE, Candidate)
_AT_ONCE = 2000


def figures(actor: Actor) -> Iterator[Figure]:
    """What *actor*, who may do all that waits, has to wait for."""
    deployments.deploy(CONSOLE, [("waiting.bpmn", models.waiting())])
    started = process_instances.start(actor, "waiting", {}).instance_id
    empty = _page(actor), _approval(actor)
    there = 1
    for count, promised in ((10_000, "1.2 x"), (100_000, "1.5 x")):
        _copy(started, count - there)
        there = count
        page, approval = _page(actor), _approval(actor)
        yield Figure(f"queries of an inbox page, {count:,} waiting", f"{page:.1f} ms", "15 ms the page")
        yield Figure(
            f"start and complete, nobody / {count:,} waiting",
            f"{empty[1]:.2f} / {approval:.2f} ms, {approval / empty[1]:.2f} x",
            promised,
        )
    due = median(milliseconds(jobs.next_due, 20))
    yield Figure("when is the next job due, 100,000 timers", f"{due:.2f} ms", "5 ms")


def _page(actor: Actor) -> float:
    """All that the inbox asks to show the groups' tab."""
    offered = inbox.Filter(tab=inbox.Tab.GROUPS)
    tabs = [inbox.Filter(tab=tab) for tab in inbox.Tab]

    def ask() -> None:
        counts = inbox.counts(actor, tabs, clock.now())
        inbox.processes(actor, offered, clock.now())
        inbox.listed(actor, offered, clock.now(), counts[tabs.index(offered)])
        shell.waiting(actor)

    taken = median(milliseconds(ask, 10))
    db.session.rollback()
    return taken


def _approval(actor: Actor) -> float:
    def approve() -> None:
        started = process_instances.start(actor, "approval", {})
        assert started.user_task_id is not None
        user_tasks.complete(actor, started.user_task_id, {"amount": 7})

    return median(milliseconds(approve, 30))


def _copy(instance_id: str, times: int) -> None:
    """Instances that wait as this one does: its rows once more under new ids, many at a time."""
    (instance,) = _rows(ProcessInstance, ProcessInstance.id == instance_id)
    parts: dict[type[Record], list[dict[str, Any]]] = {}
    for record in _OF_AN_INSTANCE:
        parts[record] = _rows(record, table(record).c.instance_id == instance_id)
    user_task_ids = [row["id"] for row in parts[UserTask]]
    candidates = _rows(Candidate, Candidate.user_task_id.in_(user_task_ids))
    db.session.rollback()
    for begun in range(0, times, _AT_ONCE):
        copies: dict[type[Record], list[dict[str, Any]]] = {record: [] for record in _WRITTEN}
        instances = []
        for _ in range(min(_AT_ONCE, times - begun)):
            new = {instance_id: new_id(), **{one: new_id() for one in user_task_ids}}
            instances.append(instance | {"id": new[instance_id]})
            for record, rows in parts.items():
                copies[record] += [_copied(record, row, new) for row in rows]
            copies[Candidate] += [row | {"user_task_id": new[row["user_task_id"]]} for row in candidates]
        with writing():
            for record, rows in ({ProcessInstance: instances} | copies).items():
                add_rows(record, rows)
            db.session.commit()


def _copied(record: type[Record], row: dict[str, Any], new: dict[str, str]) -> dict[str, Any]:
    copied = row | {"instance_id": new[row["instance_id"]]}
    if record is UserTask:
        return copied | {"id": new[row["id"]]}
    if record is Job:
        return copied | {"id": new_id()}
    return {name: value for name, value in copied.items() if name != "id"}


def _rows(record: type[Record], wanted: Any) -> list[dict[str, Any]]:
    return [dict(row) for row in db.session.execute(select(table(record)).where(wanted)).mappings()]
