"""Making a person involved in an instance, so that they may see it from then on."""

from collections.abc import Iterable
from functools import cache

from sqlalchemy import Insert
from sqlalchemy.dialects import postgresql, sqlite

from server.database import change, db, table
from server.records.process_instance import Involvement


def involve(instance_id: str, persons: Iterable[str]) -> None:
    """Whoever is involved already stays as they are."""
    rows = [{"instance_id": instance_id, "person_id": person, "follows": False} for person in dict.fromkeys(persons)]
    if rows:
        change(_unless_there(db.engine.dialect.name), rows)


@cache
def _unless_there(dialect_name: str) -> Insert:
    if dialect_name == "sqlite":
        return sqlite.insert(table(Involvement)).on_conflict_do_nothing()
    return postgresql.insert(table(Involvement)).on_conflict_do_nothing()
