"""Versions of what was deployed: process definitions and form definitions."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Record


class ProcessDefinition(Record):
    """One version of one process of a BPMN file."""

    __tablename__ = "process_definition"
    __table_args__ = (UniqueConstraint("key", "version"), Index("process_definition_latest", "key", "latest"))

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    name: Mapped[str]
    documentation: Mapped[str]
    category: Mapped[str]
    owner_group: Mapped[str | None]  # who answers for it: the group that sees all its instances
    history_days: Mapped[int | None]  # how long its finished instances are kept, where the model says it
    executable: Mapped[bool]
    latest: Mapped[bool]
    suspended: Mapped[bool] = mapped_column(default=False)
    revision: Mapped[int] = mapped_column(default=1)  # raised when it is suspended or resumed
    startable: Mapped[bool]  # a person may start it: it has a none start event
    starters: Mapped[str]  # JSON list of "user:ada" and "group:it"; empty: everybody
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployment.id"))
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"))
    notes: Mapped[str]  # JSON list of the warnings and ignored things told at deploy


class FormDefinition(Record):
    """One version of one form."""

    __tablename__ = "form_definition"
    __table_args__ = (UniqueConstraint("key", "version"), Index("form_definition_latest", "key", "latest"))

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    latest: Mapped[bool]
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployment.id"))
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"))


class Counter(Record):
    """A number that goes up: the last one given to a business key pattern such as PR-${sequence}, or a count."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int]


class UniqueKey(Record):
    """A business key that no other instance of the process may have, because its definition asks for that."""

    __tablename__ = "unique_key"
    __table_args__ = ({"sqlite_with_rowid": False},)

    process_key: Mapped[str] = mapped_column(primary_key=True)
    business_key: Mapped[str] = mapped_column(primary_key=True)
    instance_id: Mapped[str] = mapped_column(String(13))
