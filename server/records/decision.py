"""Versions of decisions that were deployed, alone or with a process."""

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Record


class DecisionDefinition(Record):
    """One version of one decision of a DMN file."""

    __tablename__ = "decision_definition"
    __table_args__ = (
        UniqueConstraint("key", "version"),
        Index("decision_definition_latest", "key", "latest"),
        Index("decision_definition_deployment", "deployment_id"),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    key: Mapped[str]
    version: Mapped[int]
    version_tag: Mapped[str | None]
    name: Mapped[str]
    documentation: Mapped[str]
    hit_policy: Mapped[str]  # such as "U" or "C SUM"; empty: not a table
    latest: Mapped[bool]
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployment.id"))
    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"))
    notes: Mapped[str]  # JSON list of the warnings told at deploy


class DecisionFile(Record):
    """A deployed DMN file by its namespace, by which other files import it."""

    __tablename__ = "decision_file"
    __table_args__ = (Index("decision_file_namespace", "namespace"),)

    resource_id: Mapped[str] = mapped_column(ForeignKey("resource.id"), primary_key=True)
    namespace: Mapped[str]
