"""Keeping the state of an instance: one small value on its row, or a row a part once it has grown.

A small instance is read and written with its row: no further statement. A large one (a thousand parallel user tasks)
would rewrite everything with every step, so its parts get rows of their own and only changed ones are written, and of
the rows only those are read that the engine asks for. It never shrinks back: the way is one-way so that no instance
swings between the two.
"""

import json
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, bindparam, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from server.database import change, db, table
from server.engine.execution import Changes
from server.engine.snapshot import portion
from server.records.process_instance import InstancePart

LARGEST_SNAPSHOT = 8 * 1024  # characters; measured: below it rewriting is cheaper than a second statement

# Row by row, as the key has it: SQLite looks through all rows of the instance for a list of such triples.
_COLUMNS = table(InstancePart).c
_REMOVE = delete(table(InstancePart)).where(
    _COLUMNS.instance_id == bindparam("of"),
    _COLUMNS.portion == bindparam("with"),
    _COLUMNS.key == bindparam("named"),
)


def pack(parts: Mapping[str, str]) -> str:
    """All parts as one text: a line a part, key and value parted by a tab (compact JSON has neither in it)."""
    return "\n".join(f"{json.dumps(key)[1:-1]}\t{value}" for key, value in parts.items())


def unpack(snapshot: str) -> dict[str, str]:
    """The parts that were packed."""
    if not snapshot:
        return {}
    pairs = (line.partition("\t") for line in snapshot.split("\n"))
    return {json.loads(f'"{key}"') if "\\" in key else key: value for key, _, value in pairs}


def load(instance_id: str, snapshot: str | None, portions: Collection[int] = (0,)) -> dict[str, str]:
    """The parts of an instance: all of a small one, of a large one only these portions."""
    if snapshot is not None:
        return unpack(snapshot)
    return _read(InstancePart.instance_id == instance_id, InstancePart.portion.in_(portions))


def load_more(instance_id: str, number: int | None) -> dict[str, str]:
    """Of a large instance, one more portion; None: all but the first."""
    wanted = InstancePart.portion != 0 if number is None else InstancePart.portion == number
    return _read(InstancePart.instance_id == instance_id, wanted)


def _read(*wanted: ColumnElement[bool]) -> dict[str, str]:
    rows = db.session.execute(select(InstancePart.key, InstancePart.value).where(*wanted))
    return {row.key: row.value for row in rows}


def keep(instance_id: str, was_small: bool, parts: dict[str, str], changes: Changes) -> str | None:
    """Write what has changed; *parts* is brought up to date. Returns the snapshot for the instance's row, if small."""
    parts.update(changes.written)
    for key in changes.removed:
        parts.pop(key, None)
    if was_small:
        snapshot = pack(parts)
        if len(snapshot) <= LARGEST_SNAPSHOT:
            return snapshot
        _write(instance_id, parts)
    else:
        _write(instance_id, changes.written)
        _remove(instance_id, changes.removed)
    return None


def discard(instance_id: str, was_small: bool) -> None:
    """An ended instance needs no state."""
    if not was_small:
        db.session.execute(delete(InstancePart).where(InstancePart.instance_id == instance_id))


def _write(instance_id: str, parts: Mapping[str, str]) -> None:
    if not parts:
        return
    rows = [
        {"instance_id": instance_id, "portion": portion(key), "key": key, "value": value}
        for key, value in parts.items()
    ]
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(InstancePart)
    db.session.execute(
        statement.on_conflict_do_update(
            index_elements=["instance_id", "portion", "key"], set_={"value": statement.excluded.value}
        ),
        rows,
    )


def _remove(instance_id: str, keys: frozenset[str]) -> None:
    if keys:
        change(_REMOVE, [{"of": instance_id, "with": portion(key), "named": key} for key in sorted(keys)])
