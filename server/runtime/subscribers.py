"""Who outside is told of a fact, what they are told (CloudEvents 1.0), and the job that brings it to them."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, select, update

from server.bell import Bell
from server.database import add_rows, change, db, new_id, rows, table
from server.engine.facts import Fact
from server.records.job import Job
from server.records.subscriber import Delivery, Subscriber
from server.runtime.act import Act
from server.runtime.facts import plain
from server.runtime.jobs import attempts_allowed, new_job
from server.runtime.step import Step

KIND = "delivery"  # the job that brings one
TYPE = "procession."  # how the type of every event begins
RETRIES = "PT10S,PT1M,PT5M,PT30M,PT2H,PT6H,PT12H"
"""The waits between attempts; after the last one a delivery is dead until somebody sends it again."""
TRIAL = "Trial"  # the kind of an event that tells nothing but that events arrive
OVERLAP = timedelta(hours=24)
_SUBSCRIBER = table(Subscriber).c
_EVERY = select(_SUBSCRIBER.id, _SUBSCRIBER.kinds, _SUBSCRIBER.process_keys, _SUBSCRIBER.is_paused)


class Origin:
    """The address of this installation, which events name as their source. Set once, when the server starts."""

    def __init__(self, url: str) -> None:
        self.url = url


origin = Origin("")


def tell(step: Step, facts: Sequence[Fact]) -> None:
    """Have everybody told who asked for facts of one of these kinds and of this process."""
    listening = [one for one in rows(_EVERY) if _concerned(one.process_keys, step.process.key)]
    if not listening:
        return
    events = {number: (new_id(), fact) for number, fact in enumerate(facts)}
    for one in listening:
        wanted = _names(one.kinds)
        told = [each for each in events.values() if not wanted or type(each[1]).__name__ in wanted]
        write([_delivery(step, one.id, *each) for each in told], one.is_paused, step.moment)
        if told:
            step.rings.add(Bell.JOBS)


@lru_cache(256)
def _names(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))


def _concerned(process_keys: str, process_key: str) -> bool:
    wanted = _names(process_keys)
    return not wanted or process_key in wanted


def _delivery(step: Step, subscriber_id: str, event_id: str, fact: Fact) -> dict[str, Any]:
    kind, instance = type(fact).__name__, step.instance
    told = {
        "process": {"key": step.process.key, "definition_id": instance.definition_id},
        "instance": {"id": instance.id, "business_key": instance.business_key, "state": instance.state},
        "actor": step.actor,
        "fact": {field.name: plain(getattr(fact, field.name)) for field in fields(fact)},
    }
    content = event(event_id, kind, step.moment, step.process.key, instance.id, told)
    return new_delivery(subscriber_id, event_id, kind, instance.id, content, step.moment)


def event(event_id: str, kind: str, moment: datetime, process_key: str, subject: str, told: Mapping[str, Any]) -> str:
    """One event in the structured form of JSON (CloudEvents 1.0, JSON Event Format, 2.4 and 3)."""
    written = {
        "specversion": "1.0",
        "id": event_id,
        "source": f"{origin.url}/processes/{process_key}" if process_key else f"{origin.url}/subscribers",
        "type": f"{TYPE}{kind}",
        "subject": subject,
        "time": moment.isoformat().replace("+00:00", "Z"),
        "datacontenttype": "application/json",
        "data": told,
    }
    return json.dumps(written, separators=(",", ":"), ensure_ascii=False)


def new_delivery(
    subscriber_id: str, event_id: str, kind: str, instance_id: str | None, content: str, moment: datetime
) -> dict[str, Any]:
    """All columns of a delivery that waits."""
    return {
        "id": new_id(),
        "subscriber_id": subscriber_id,
        "event_id": event_id,
        "kind": kind,
        "instance_id": instance_id,
        "content": content,
        "state": "waiting",
        "created_at": moment,
        "attempts": 0,
        "tried_at": None,
        "status": None,
        "error": None,
        "job_id": None,
    }


def write(deliveries: Sequence[dict[str, Any]], held: bool, moment: datetime) -> None:
    """Keep deliveries; unless they are *held* back, a job for each brings it."""
    jobs = [] if held else [_job(row["id"], moment) for row in deliveries]
    for row, job in zip(deliveries, jobs, strict=not held):
        row["job_id"] = job["id"]
    add_rows(Delivery, deliveries)
    add_rows(Job, jobs)


def send(delivery_ids: Iterable[str], moment: datetime) -> None:
    """Have a worker bring what is kept already."""
    for delivery_id in delivery_ids:
        job = _job(delivery_id, moment)
        add_rows(Job, [job])
        given = {"job_id": job["id"], "state": "waiting"}
        change(update(table(Delivery)).where(table(Delivery).c.id == delivery_id).values(given), {})


def _job(delivery_id: str, moment: datetime) -> dict[str, Any]:
    return new_job(KIND, moment, moment, {"delivery": delivery_id}, RETRIES)


def failed(row: Job, message: str, is_last: bool, moment: datetime) -> None:
    """An attempt went wrong; after the last one nobody tries again by himself, and the job is done with."""
    delivery = db.session.get(Delivery, json.loads(row.payload)["delivery"])
    if delivery is not None:
        delivery.attempts += 1
        delivery.tried_at, delivery.error = moment, message[:1000]
        delivery.state = "dead" if is_last else delivery.state
    if is_last:
        db.session.execute(delete(Job).where(Job.id == row.id).execution_options(synchronize_session=False))


def hold(subscriber_id: str) -> None:
    """Deliveries wait without jobs: nothing is sent until it is resumed."""
    waiting = (Delivery.subscriber_id == subscriber_id, Delivery.state == "waiting", Delivery.job_id.is_not(None))
    jobs = delete(Job).where(Job.id.in_(select(Delivery.job_id).where(*waiting)))
    db.session.execute(jobs.execution_options(synchronize_session=False))
    db.session.execute(update(Delivery).where(*waiting).values(job_id=None))


def release(act: Act, subscriber_id: str) -> None:
    """What has waited meanwhile is sent, the oldest first."""
    waiting = select(Delivery.id).where(Delivery.subscriber_id == subscriber_id, Delivery.state == "waiting")
    send(db.session.scalars(waiting.order_by(Delivery.created_at, Delivery.id)).all(), act.moment)
    act.ring()


def delivered(delivery_id: str, status: int, moment: datetime) -> None:
    """It was taken."""
    own = table(Delivery).c.id == delivery_id
    given = {"state": "delivered", "tried_at": moment, "status": status, "error": None}
    change(update(table(Delivery)).where(own).values(attempts=table(Delivery).c.attempts + 1, **given), {})


def secrets_of(row: Subscriber, moment: datetime) -> list[tuple[str, str]]:
    """The sealed secrets that sign now, each with the name it was sealed for: the newest first."""
    name = sealed_as(row.id)
    kept = [(name, row.sealed)]
    if row.sealed_before is not None and row.before_until is not None and moment < row.before_until:
        kept.append((name, row.sealed_before))
    return kept


def sealed_as(subscriber_id: str) -> str:
    return f"subscriber:{subscriber_id}"


def every_attempt() -> int:
    """How often a delivery is tried by itself."""
    return attempts_allowed(RETRIES)
