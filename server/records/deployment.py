"""What was handed in: deployments and the untouched bytes of their resources."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Deployment(Record):
    """One act of deploying one or several files."""

    __tablename__ = "deployment"

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    deployed_at: Mapped[datetime] = mapped_column(Moment)
    deployed_by: Mapped[str]


class Resource(Record):
    """A file as it was uploaded, byte for byte."""

    __tablename__ = "resource"
    __table_args__ = (Index("resource_deployment", "deployment_id"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    deployment_id: Mapped[str] = mapped_column(ForeignKey("deployment.id"))
    name: Mapped[str]
    kind: Mapped[str]  # bpmn | form | dmn
    digest: Mapped[str]  # SHA-256 in hex
    content: Mapped[bytes]
