"""Who is told what by which channel and when: what processes settle, and what people choose for themselves."""

from sqlalchemy.orm import Mapped, mapped_column

from server.database import Record


class NoticePolicy(Record):
    """By which channels notices of one kind go out, for one process; "" is every process that settles nothing."""

    __tablename__ = "notice_policy"

    process_key: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    in_app: Mapped[bool]
    mail: Mapped[bool]
    webhook: Mapped[bool]


class NoticeRule(Record):
    """When people are told of deadlines and get mail, for one process; "" as above. Times of day are like 08:00."""

    __tablename__ = "notice_rule"

    process_key: Mapped[str] = mapped_column(primary_key=True)
    due_soon: Mapped[int]  # minutes before a user task is due; 0: nobody is told
    escalate_after: Mapped[int]  # minutes after it was due; 0: never
    escalate_to: Mapped[str]  # comma-separated: user:ada,group:managers; leads of its groups are told anyway
    timing: Mapped[str]  # at_once | hourly | daily
    daily_at: Mapped[str]
    quiet_from: Mapped[str]  # "": there are no quiet hours
    quiet_until: Mapped[str]
    connection: Mapped[str]  # of webhooks; "": that of the installation


class NoticeChoice(Record):
    """What a person has decided about one kind and channel, whatever processes settle."""

    __tablename__ = "notice_choice"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(primary_key=True)  # in_app | mail | webhook
    wanted: Mapped[bool]


class NoticeHabit(Record):
    """When a person wants mail. Empty: as processes settle it."""

    __tablename__ = "notice_habit"

    person_id: Mapped[str] = mapped_column(primary_key=True)
    timing: Mapped[str]
    daily_at: Mapped[str]
    quiet_from: Mapped[str]
    quiet_until: Mapped[str]
