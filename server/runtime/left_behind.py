"""The variables that an instance has or had at its end, read from its history: an ended one keeps no other state."""

import json
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.database import db
from server.expressions import values as encoding
from server.records.logs import HistoryEntry

CHANGED = "VariableChanged"


def left_behind(instance_id: str) -> dict[tuple[int, str], tuple[Any, datetime]]:
    """The value that each (scope, name) had last, and since when. Scope 0 is the process itself."""
    entries = select(HistoryEntry.at, HistoryEntry.facts).where(HistoryEntry.instance_id == instance_id)
    last: dict[tuple[int, str], tuple[Any, datetime]] = {}
    for at, facts in db.session.execute(entries.order_by(HistoryEntry.id)):
        for kind, fields in json.loads(facts):
            if kind != CHANGED:
                continue
            key = (fields.get("scope", 0), fields["name"])
            if fields.get("removed"):
                last.pop(key, None)
            else:
                last[key] = (encoding.decode(fields.get("value")), at)
    return last


def process_variables(instance_id: str) -> dict[str, Any]:
    """The process's own, as they were last."""
    return {name: value for (scope, name), (value, _) in left_behind(instance_id).items() if not scope}
