"""The kinds of notices and the channels they go by, and what holds where nobody has settled anything."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a person is told."""

    ASSIGNED = "assigned"  # a user task is theirs now
    DUE_SOON = "due_soon"
    OVERDUE = "overdue"
    ESCALATED = "escalated"  # somebody else has not done it in time
    ASKED = "asked"
    ANSWERED = "answered"
    MENTIONED = "mentioned"
    COMMENT = "comment"
    REMINDED = "reminded"
    ENDED = "ended"  # their request is finished
    INCIDENT = "incident"  # they were asked to mend one
    BATCH = "batch"  # the batch that they began is finished


class Channel(StrEnum):
    """How a notice comes to a person."""

    IN_APP = "in_app"
    MAIL = "mail"
    WEBHOOK = "webhook"


UNSETTLED = {Channel.IN_APP: frozenset(NoticeKind), Channel.MAIL: frozenset(NoticeKind) - {NoticeKind.COMMENT}}
"""The kinds that go by a channel where no row says anything."""
DUE_SOON = 24 * 60  # minutes
ESCALATE_AFTER = 24 * 60  # minutes


def unsettled(channel: Channel, kind: str) -> bool:
    return kind in UNSETTLED.get(channel, frozenset())
