"""Sendings: notices on their way out of the house, each sending by one job, and none of them twice."""

import hashlib
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from server.database import db, new_id
from server.records.definition import ProcessDefinition
from server.records.identity import Person
from server.records.job import Job
from server.records.notice import Enclosure, Notice, Sending
from server.runtime.act import Act
from server.runtime.jobs import new_job
from server.runtime.notice_kinds import Channel
from server.runtime.notice_policies import goes_by, rule_of, times_of
from server.runtime.notice_times import due_at
from server.runtime.notices import outlets

KIND = "sending"
RETRY_CYCLE = "PT1M,PT5M,PT30M,PT2H,PT6H"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def sort(act: Act, row: Job) -> bool:
    """The job of a notice: put it into the sendings that take it out, if the person wants any."""
    notice = db.session.get(Notice, _payload(row)["notice"])
    person = db.session.get(Person, notice.person_id) if notice is not None else None
    if notice is None or person is None or not person.active:
        return True
    key = _process_key(notice.definition_id)
    channels, rule = goes_by(person.id, notice.kind, key), rule_of(key)
    connection = rule.connection or outlets.connection
    if Channel.WEBHOOK in channels and connection:
        _send(act, notice, Channel.WEBHOOK, act.moment, connection)
    if Channel.MAIL in channels and outlets.mail and person.email:
        due = due_at(notice.told_at, times_of(person.id, rule), ZoneInfo(person.zone))
        if due > act.moment:
            _gather(act, notice, due)
        else:
            _send(act, notice, Channel.MAIL, act.moment)
    act.ring()
    return True


def _payload(row: Job) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(row.payload)
    return found


def _process_key(definition_id: str | None) -> str:
    if definition_id is None:
        return ""
    return db.session.scalar(select(ProcessDefinition.key).where(ProcessDefinition.id == definition_id)) or ""


def _send(act: Act, notice: Notice, channel: Channel, due: datetime, connection: str = "") -> None:
    """A sending of its own."""
    row = _row(act, notice, channel, due, connection) | {"id": new_id()}
    db.session.execute(insert(Sending), [row])
    _enclose(row["id"], notice)
    queue(row["id"], due, act.moment)


def _gather(act: Act, notice: Notice, due: datetime) -> None:
    """Into the mail that the person gets then. Its id follows from that, so that there is but one."""
    identity = _id_of(notice.person_id, due)
    row = _row(act, notice, Channel.MAIL, due, "") | {"id": identity, "is_digest": True}
    dialect: Any = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    made = dialect.insert(Sending).values(row).on_conflict_do_nothing().returning(Sending.id)
    if db.session.scalar(made) is not None:
        queue(identity, due, act.moment)
    state = db.session.scalar(select(Sending.state).where(Sending.id == identity).with_for_update())
    if state != "waiting":  # it has left meanwhile
        _send(act, notice, Channel.MAIL, act.moment)
        return
    _enclose(identity, notice)


def _row(act: Act, notice: Notice, channel: Channel, due: datetime, connection: str) -> dict[str, Any]:
    return {
        "person_id": notice.person_id,
        "channel": channel.value,
        "connection": connection,
        "subject": notice.brief[:200],
        "state": "waiting",
        "is_digest": False,
        "created_at": act.moment,
        "due_at": due,
        "sent_at": None,
        "copies": 0,
        "attempts": 0,
        "error": None,
    }


def _enclose(sending_id: str, notice: Notice) -> None:
    db.session.execute(insert(Enclosure), [{"sending_id": sending_id, "notice_id": notice.id}])


def queue(sending_id: str, due: datetime, moment: datetime) -> None:
    """The job that sends it."""
    db.session.execute(insert(Job), [new_job(KIND, due, moment, {"sending": sending_id}, RETRY_CYCLE)])


def _id_of(person_id: str, due: datetime) -> str:
    digest = hashlib.sha256(f"{person_id}\n{due.isoformat()}".encode()).digest()
    number = int.from_bytes(digest[:9], "big") >> 7
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(60, -1, -5))


def of_job(row: Job) -> Sending | None:
    """What a job sends; None where that is gone."""
    return db.session.get(Sending, _payload(row)["sending"], with_for_update=True)


def attempt_failed(row: Job, message: str, is_last: bool) -> None:
    """Write down for operators that an attempt went wrong, and whether another one comes."""
    sending = of_job(row) if row.kind == KIND else None
    if sending is not None:
        sending.error, sending.attempts = message[:2000], row.attempts
        sending.state = "failed" if is_last else "waiting"
