"""Change one's own profile and password."""

from sqlalchemy import delete

from server.database import db
from server.errors import Invalid, NotFound, Problem
from server.identity.passwords import hash_password, password_matches
from server.identity.permissions import Permission
from server.records.identity import Person, Session
from server.runtime.act import Act
from server.runtime.people import check_language, check_zone
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.SIGN_IN)
def change(act: Act, name: str, email: str | None, zone: str, language: str = "") -> None:
    """Change how one is called, where one lives and which language one reads ("": the browser's). Raises Invalid."""
    if not name.strip():
        raise Invalid(say("Write your name."), [Problem(say("Write your name."), element="name")])
    person = _me(act)
    person.name, person.email, person.zone = name.strip(), email or None, check_zone(zone)
    person.language = check_language(language)
    act.on(person.id)


@command(Permission.SIGN_IN)
def change_password(act: Act, old: str, new: str) -> None:
    """Change one's password; all sessions end. Raises Invalid."""
    person = _me(act)
    if not password_matches(person.password_hash, old):
        text = say("This is not your password.")
        raise Invalid(text, [Problem(text, element="old")])
    person.password_hash = hash_password(new)
    db.session.execute(delete(Session).where(Session.person_id == person.id))
    act.on(person.id)


def _me(act: Act) -> Person:
    """The actor's account, to be changed now. Raises NotFound."""
    person = db.session.get(Person, act.actor.id, with_for_update=True)
    if person is None:
        raise NotFound(say("Only people have an account."))
    person.revision += 1
    return person
