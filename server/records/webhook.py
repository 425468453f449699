"""Webhooks: addresses at which other systems report something to a process, and the calls that came."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Webhook(Record):
    """One address, opened on a message or start event of a process. Its secrets are sealed and never shown again."""

    __tablename__ = "webhook"
    __table_args__ = (Index("webhook_process", "process_key", "element_key"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    address: Mapped[str] = mapped_column(String(64), unique=True)  # random: the last part of its URL
    process_key: Mapped[str]
    element_key: Mapped[str]
    name: Mapped[str]
    verification: Mapped[str]  # signature | token
    token_header: Mapped[str]  # where the token is sent; "authorization": after Bearer
    sealed: Mapped[str | None]  # none yet: nobody can call it
    sealed_before: Mapped[str | None]  # the secret that was replaced, good until `before_until`
    before_until: Mapped[datetime | None] = mapped_column(Moment)
    payload_schema: Mapped[str | None]  # a JSON Schema, as JSON
    business_key: Mapped[str | None]  # FEEL over the payload
    correlation_key: Mapped[str | None]  # FEEL over the payload
    variables: Mapped[str]  # JSON: FEEL by the name of a variable; empty: the payload as it is
    key_header: Mapped[str]  # the header by which a call that comes again is known
    is_paused: Mapped[bool]
    revision: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Moment)
    changed_by: Mapped[str]


class WebhookCall(Record):
    """A call that came: what was in it, and what came of it. Nothing that proves who sent it is kept."""

    __tablename__ = "webhook_call"
    __table_args__ = (
        UniqueConstraint("webhook_id", "taken_key"),
        Index("webhook_call_webhook", "webhook_id", "received_at"),
        Index("webhook_call_received", "received_at"),
    )

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhook.id", ondelete="CASCADE"))
    received_at: Mapped[datetime] = mapped_column(Moment)
    address: Mapped[str]  # who called
    key: Mapped[str | None]  # what stood in the header that tells calls apart
    taken_key: Mapped[str | None]  # the same where it was taken: it is not taken again
    state: Mapped[str]  # taken | refused
    status: Mapped[int]  # what was answered
    message: Mapped[str]  # why it was refused
    media_type: Mapped[str]
    content: Mapped[str | None]  # the body; none where nobody has proved who sent it
    instance_id: Mapped[str | None] = mapped_column(String(13))
    repeats: Mapped[int]  # how often it came again
    replay_of: Mapped[str | None] = mapped_column(String(13))
