"""Who waits for which message or signal: instances at a catcher, definitions at a start event."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Record
from server.records.process_instance import InstanceId


class Subscription(Record):
    """One catcher. Either an activity of an instance or a start event of a definition's latest version."""

    __tablename__ = "subscription"
    __table_args__ = (
        Index("subscription_name", "kind", "name"),
        Index("subscription_activity", "instance_id", "activity"),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    kind: Mapped[str]  # message | signal | conditional
    name: Mapped[str]
    correlation_key: Mapped[str | None]
    instance_id: Mapped[InstanceId | None]
    activity: Mapped[int | None]
    number: Mapped[int | None]
    definition_id: Mapped[str | None] = mapped_column(ForeignKey("process_definition.id"))
    element_key: Mapped[str]
    held: Mapped[bool] = mapped_column(default=False)  # of a condition: it was true when it was asked last
    key_paths: Mapped[str | None]  # JSON: how a message that comes without a key tells it, [[language, text], ...]
