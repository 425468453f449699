"""Numbers in the database that go up by one: references of instances, and what monitors want counted."""

from sqlalchemy.dialects import postgresql, sqlite

from server.database import db
from server.records.definition import Counter

LATE_RESULTS = "late results"  # of jobs: refused, because the worker had slept past its lease


def raised(name: str, first: int = 1) -> int:
    """The counter's next number, *first* where it has none yet."""
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Counter).values(name=name, value=first)
    raising = statement.on_conflict_do_update(index_elements=["name"], set_={"value": Counter.value + 1})
    value: int | None = db.session.scalar(raising.returning(Counter.value))
    assert value is not None, "an upsert that returns has a row"
    return value
