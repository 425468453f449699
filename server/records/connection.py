"""Connections to other systems by name, the secrets they need, and what agents have cost."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record
from server.records.process_instance import InstanceId


class Secret(Record):
    """A password, token or key by its name. The value is sealed (`identity.sealing`) and never shown again."""

    __tablename__ = "secret"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    sealed: Mapped[str]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str]


class Connection(Record):
    """How one connector reaches one system: what models name instead of addresses and passwords."""

    __tablename__ = "connection"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    connector: Mapped[str]
    settings: Mapped[str]  # JSON: the connector's fields; a field that is a secret holds the secret's name
    revision: Mapped[int] = mapped_column(default=1)  # raised by every change of it
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str]


class AgentAnswer(Record):
    """What one answer of an agent used: tokens, and money in millionths of the currency of its connection."""

    __tablename__ = "agent_answer"
    __table_args__ = (
        Index("agent_answer_connection", "connection"),
        Index("agent_answer_instance", "instance_id"),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    instance_id: Mapped[InstanceId]
    activity: Mapped[int]
    element_key: Mapped[str]
    agent: Mapped[str]
    connection: Mapped[str]
    model: Mapped[str]
    tokens_in: Mapped[int]
    tokens_out: Mapped[int]
    cost: Mapped[int] = mapped_column(BigInteger)
    answered_at: Mapped[datetime] = mapped_column(Moment)
