"""Mark what one was told as read."""

from sqlalchemy import update

from server.database import db
from server.identity.permissions import Permission
from server.records.notice import Notice
from server.runtime.act import Act
from server.runtime.transaction import command


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
