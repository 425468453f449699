"""Keep processes at the top of the start catalogue."""

from sqlalchemy import delete

from server.database import db
from server.identity.permissions import Permission
from server.records.user_task import Favourite
from server.runtime.act import Act
from server.runtime.transaction import command


@command(Permission.START)
def set_favourite(act: Act, process_key: str, is_favourite: bool) -> None:
    """Keep a process at the top, or not any more."""
    if is_favourite:
        db.session.merge(Favourite(person_id=act.actor.id, process_key=process_key))
    else:
        db.session.execute(
            delete(Favourite).where(Favourite.person_id == act.actor.id, Favourite.process_key == process_key)
        )
    act.on(process_key)
