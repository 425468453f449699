"""Making a person involved in an instance, so that they may see it from then on."""

from collections.abc import Iterable

from sqlalchemy.dialects import postgresql, sqlite

from server.database import db
from server.records.process_instance import Involvement


def involve(instance_id: str, persons: Iterable[str]) -> None:
    """Whoever is involved already stays as they are."""
    rows = [{"instance_id": instance_id, "person_id": person, "follows": False} for person in dict.fromkeys(persons)]
    if rows:
        dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
        db.session.execute(dialect.insert(Involvement).on_conflict_do_nothing(), rows)
