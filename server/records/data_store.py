"""Data stores: what outlives every process instance and is shared by them all (BPMN 2.0.2, 10.4.1)."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class DataStore(Record):
    """The value of one data store, by its name; models that draw a store of the same name mean the same one."""

    __tablename__ = "data_store"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]  # as `expressions.values` writes it
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str] = mapped_column(String(13))  # the process instance that wrote it last
