"""Messages that come again under the same key: the first one counts, for a week."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from server.database import change, connection, db, rows, table
from server.records.received_message import ReceivedMessage

KEPT = timedelta(days=7)
_rows = table(ReceivedMessage)


@dataclass(frozen=True)
class Receipt:
    """What became of a message with a key: `is_new`, or the instance that the first one reached."""

    is_new: bool
    instance_id: str | None = None


def take(name: str, key: str, moment: datetime) -> Receipt:
    """Say that a message has come. Whoever is at the same one just now is waited for."""
    own = (_rows.c.name == name, _rows.c.key == key)
    change(delete(_rows).where(*own, _rows.c.at <= moment - KEPT), {})
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    given = {"name": name, "key": key, "instance_id": None, "at": moment}
    taken = dialect.insert(_rows).values(given).on_conflict_do_nothing().returning(_rows.c.key)
    if connection().execute(taken).scalar() is not None:
        return Receipt(True)
    return Receipt(False, rows(select(_rows.c.instance_id).where(*own)).scalar())


def note(name: str, key: str, instance_id: str) -> None:
    """Write down whom it reached."""
    change(update(_rows).where(_rows.c.name == name, _rows.c.key == key).values(instance_id=instance_id), {})
