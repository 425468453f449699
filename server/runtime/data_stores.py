"""What process instances write to data stores: at once, so that whatever they call in the same step reads it."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.dialects import postgresql, sqlite

from server.database import db
from server.engine.facts import DataStoreChanged, Fact
from server.expressions import values
from server.records.data_store import DataStore
from server.records.job import Job
from server.records.subscription import Subscription
from server.runtime.jobs import new_job


def keep(instance_id: str, facts: Sequence[Fact], moment: datetime) -> None:
    """Write what has changed, and have the conditions asked that may wait for it."""
    written = {fact.store: values.dump(fact.value) for fact in facts if isinstance(fact, DataStoreChanged)}
    if not written:
        return
    rows = [
        {"name": name, "value": value, "changed_at": moment, "changed_by": instance_id}
        for name, value in written.items()
    ]
    dialect = sqlite if db.engine.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(DataStore)
    changed = {name: statement.excluded[name] for name in ("value", "changed_at", "changed_by")}
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed), rows)
    if db.session.scalar(select(Subscription.id).where(Subscription.kind == "conditional").limit(1)) is not None:
        # Processes that begin on a condition may be waiting for just this.
        db.session.execute(insert(Job), [new_job("conditions", moment, moment, {})])
