"""Keep one's own filters of the inbox."""

from sqlalchemy import delete, func, select

from server.database import db, new_id
from server.errors import Invalid, Problem
from server.identity.permissions import Permission
from server.records.user_task import SavedFilter
from server.runtime.act import Act
from server.runtime.transaction import command
from server.sentences import say

MOST = 20


@command(Permission.WORK)
def save(act: Act, name: str, query: str) -> str:
    """Keep a filter under a name; the same name is overwritten. Returns its id. Raises Invalid."""
    words = name.strip()
    if not words or len(words) > 60:
        text = say("Give the filter a name of at most 60 characters.")
        raise Invalid(text, [Problem(text, element="name")])
    db.session.execute(delete(SavedFilter).where(SavedFilter.person_id == act.actor.id, SavedFilter.name == words))
    count = db.session.scalar(select(func.count()).where(SavedFilter.person_id == act.actor.id)) or 0
    if count >= MOST:
        raise Invalid(say("You have %(most)s filters already. Remove one first.", most=MOST))
    row = SavedFilter(id=new_id(), person_id=act.actor.id, name=words, query=query[:2000])
    db.session.add(row)
    act.on(row.id)
    return row.id


@command(Permission.WORK)
def remove(act: Act, filter_id: str) -> None:
    """Forget one of one's filters."""
    db.session.execute(delete(SavedFilter).where(SavedFilter.id == filter_id, SavedFilter.person_id == act.actor.id))
    act.on(filter_id)
