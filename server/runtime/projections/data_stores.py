"""What process instances have written to data stores."""

from collections.abc import Sequence

from sqlalchemy.dialects import postgresql, sqlite

from server.database import db
from server.engine.facts import DataStoreChanged, Fact
from server.expressions import values
from server.records.data_store import DataStore
from server.runtime.step import Step

TAKES = (DataStoreChanged,)


def take(step: Step, facts: Sequence[Fact]) -> None:
    written = {fact.store: values.dump(fact.value) for fact in facts if isinstance(fact, DataStoreChanged)}
    rows = [
        {"name": name, "value": value, "changed_at": step.moment, "changed_by": step.instance.id}
        for name, value in written.items()
    ]
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(DataStore)
    changed = {name: statement.excluded[name] for name in ("value", "changed_at", "changed_by")}
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed), rows)
