"""Mark what one was told as read; choose what one is told, by which channel and when."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, update

from server.database import db
from server.errors import Invalid, Problem
from server.identity.permissions import Permission
from server.records.notice import Notice
from server.records.notice_policy import NoticeChoice, NoticeHabit
from server.runtime import notice_times
from server.runtime.act import Act
from server.runtime.notice_kinds import Channel, NoticeKind
from server.runtime.notice_times import Times
from server.runtime.transaction import command
from server.sentences import say


@dataclass(frozen=True)
class Choice:
    """Whether one wants to be told of this kind by this channel."""

    kind: str
    channel: str
    wanted: bool


@command(Permission.SIGN_IN, audited=False)
def read(act: Act, notice_id: str) -> None:
    """One notice has been read."""
    db.session.execute(
        update(Notice)
        .where(Notice.id == notice_id, Notice.person_id == act.actor.id, Notice.read_at.is_(None))
        .values(read_at=act.moment)
    )


@command(Permission.SIGN_IN, audited=False)
def read_all(act: Act) -> None:
    """All notices have been read."""
    db.session.execute(
        update(Notice).where(Notice.person_id == act.actor.id, Notice.read_at.is_(None)).values(read_at=act.moment)
    )


@command(Permission.SIGN_IN)
def choose(act: Act, choices: Sequence[Choice], timing: str, daily_at: str, quiet_from: str, quiet_until: str) -> None:
    """Decide what one is told; what is not among *choices*, and times that are "", are as processes settle them.

    Raises Invalid naming the field that is wrong.
    """
    for choice in choices:
        if choice.kind not in set(NoticeKind) or choice.channel not in set(Channel):
            sentence = say("There is no notice %(kind)s by %(channel)s.", kind=choice.kind, channel=choice.channel)
            raise Invalid(sentence, [Problem(sentence, element="choices")])
    notice_times.check(Times(timing, daily_at, quiet_from, quiet_until))
    db.session.execute(delete(NoticeChoice).where(NoticeChoice.person_id == act.actor.id))
    wanted = {(choice.kind, choice.channel): choice.wanted for choice in choices}
    db.session.add_all(
        NoticeChoice(person_id=act.actor.id, kind=kind, channel=channel, wanted=is_wanted)
        for (kind, channel), is_wanted in wanted.items()
    )
    db.session.merge(
        NoticeHabit(
            person_id=act.actor.id,
            timing=timing,
            daily_at=daily_at,
            quiet_from=quiet_from,
            quiet_until=quiet_until,
        )
    )
    act.on(act.actor.id, details={"timing": timing, "quiet": f"{quiet_from}-{quiet_until}"})
