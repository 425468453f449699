"""What cannot go on until somebody mends it."""

import json
import re
from collections.abc import Sequence
from typing import Any

from sqlalchemy import update

from server.database import add_rows, db, new_id
from server.engine.facts import ActivityCancelled, Fact, IncidentRaised, IncidentResolved
from server.records.incident import Incident
from server.runtime.step import Step

TAKES = (IncidentRaised, IncidentResolved, ActivityCancelled)
_DIFFERS = re.compile(r"'[^']*'|\"[^\"]*\"|\b[\w-]*\d[\w-]*\b")


def take(step: Step, facts: Sequence[Fact]) -> None:
    raised: dict[int, IncidentRaised] = {}
    ended: list[int] = []
    for fact in facts:
        if isinstance(fact, IncidentRaised):
            raised[fact.activity] = fact
        elif isinstance(fact, IncidentResolved | ActivityCancelled) and raised.pop(fact.activity, None) is None:
            ended.append(fact.activity)
    if ended and step.instance.incidents:
        step.instance.incidents -= _resolve(step, ended)
    if raised:
        add_rows(Incident, [_row(step, fact) for fact in raised.values()])
        step.instance.incidents += len(raised)


def _resolve(step: Step, activities: Sequence[int]) -> int:
    done = db.session.execute(
        update(Incident)
        .where(
            Incident.instance_id == step.instance.id,
            Incident.activity.in_(activities),
            Incident.resolved_at.is_(None),
        )
        .values(resolved_at=step.moment, resolved_by=step.actor)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # an update's result has it


def _row(step: Step, fact: IncidentRaised) -> dict[str, Any]:
    return {
        "id": new_id(),
        "instance_id": step.instance.id,
        "definition_id": step.instance.definition_id,
        "activity": fact.activity,
        "element_key": fact.element,
        "kind": fact.kind,
        "message": fact.message,
        "cause": cause(fact.message),
        "line": fact.line,
        "names": json.dumps(list(fact.names)),
        "job_id": None,
        "owner": None,
        "note": None,
        "raised_at": step.moment,
        "resolved_at": None,
        "resolved_by": None,
    }


def cause(message: str) -> str:
    """The message without quoted texts and numbers, so that the same trouble of many instances is one line."""
    return _DIFFERS.sub("…", message)[:200]
