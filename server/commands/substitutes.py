"""Say who does whose work while they are away."""

from datetime import datetime

from server.database import db, new_id
from server.errors import Invalid, NotFound, Problem
from server.identity.permissions import Permission
from server.records.identity import Person, Substitute
from server.runtime.act import Act
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.ADMINISTER)
def add(act: Act, person_id: str, substitute_id: str, from_at: datetime, until_at: datetime | None) -> str:
    """*substitute_id* may do the work of *person_id* from one moment to another. Raises NotFound, Invalid."""
    for person in (person_id, substitute_id):
        if db.session.get(Person, person) is None:
            raise NotFound(say("There is nobody with the sign-in name %(person)s.", person=person))
    if person_id == substitute_id:
        raise _wrong("substitute_id", say("Nobody is their own substitute. Choose somebody else."))
    if until_at is not None and until_at <= from_at:
        raise _wrong("until_at", say("The end lies before the beginning."))
    row = Substitute(id=new_id(), person_id=person_id, substitute_id=substitute_id, from_at=from_at, until_at=until_at)
    db.session.add(row)
    act.on(person_id, details={"substitute": substitute_id, "from": from_at, "until": until_at})
    return row.id


@command(Permission.ADMINISTER)
def remove(act: Act, row_id: str) -> None:
    """They do their own work again. Raises NotFound."""
    row = db.session.get(Substitute, row_id)
    if row is None:
        raise NotFound(say("This substitute has been removed already."))
    act.on(row.person_id, details={"substitute": row.substitute_id})
    db.session.delete(row)


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])
