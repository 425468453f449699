"""Create people and change what they may do."""

from collections.abc import Sequence

from sqlalchemy import delete

from server.database import db
from server.errors import Conflict, Invalid, NotFound, Problem
from server.identity.passwords import hash_password
from server.identity.permissions import Permission, Role
from server.records.identity import Person, Session
from server.runtime.act import Act
from server.runtime.people import check_zone
from server.runtime.revisions import check_revision
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.ADMINISTER)
def create(
    act: Act,
    person_id: str,
    name: str,
    password: str,
    roles: Sequence[str],
    email: str | None = None,
    zone: str = "UTC",
) -> None:
    """Create somebody who can sign in as *person_id*. Raises Invalid, Conflict."""
    _check_free(person_id)
    person = Person(
        id=person_id,
        name=_name(name),
        email=email or None,
        password_hash=hash_password(password),
        active=True,
        zone=check_zone(zone),
        created_at=act.moment,
        roles=_roles(roles),
    )
    db.session.add(person)
    act.on(person_id, details={"roles": person.roles})


@command(Permission.ADMINISTER)
def create_program(act: Act, person_id: str, name: str, roles: Sequence[str]) -> None:
    """Create an account that no person signs in with: a program acts by its tokens. Raises Invalid, Conflict."""
    _check_free(person_id)
    person = Person(
        id=person_id,
        name=_name(name),
        email=None,
        password_hash=None,
        active=True,
        zone="UTC",
        created_at=act.moment,
        roles=_roles(roles),
        is_program=True,
    )
    db.session.add(person)
    act.on(person_id, details={"roles": person.roles})


@command(Permission.ADMINISTER)
def change(
    act: Act, person_id: str, name: str, roles: Sequence[str], email: str | None = None, zone: str = "UTC"
) -> None:
    """Change everything but the sign-in name and the password. Raises NotFound, Invalid, Conflict, Outdated."""
    person = _changed(person_id)
    new_roles = _roles(roles)
    if act.actor.id == person_id and Role.ADMINISTRATOR not in new_roles.split(","):
        raise Conflict(say("You cannot take the role of administrator from yourself. Ask another administrator."))
    person.name, person.email, person.zone, person.roles = _name(name), email or None, check_zone(zone), new_roles
    act.on(person_id, details={"roles": new_roles})


@command(Permission.ADMINISTER)
def set_password(act: Act, person_id: str, password: str) -> None:
    """Give somebody a new password and sign them out everywhere. Raises NotFound, Invalid, Conflict, Outdated."""
    person = _changed(person_id)
    if person.is_program:
        raise Conflict(say("%(name)s is a program: it has no password. Make a token for it.", name=person.name))
    person.password_hash = hash_password(password)
    db.session.execute(delete(Session).where(Session.person_id == person_id))
    act.on(person_id)


@command(Permission.ADMINISTER)
def deactivate(act: Act, person_id: str, reason: str = "") -> None:
    """Somebody cannot sign in any more; what they did stays. Raises NotFound, Conflict, Outdated."""
    if act.actor.id == person_id:
        raise Conflict(say("You cannot deactivate yourself. Ask another administrator."))
    _changed(person_id).active = False
    db.session.execute(delete(Session).where(Session.person_id == person_id))
    act.on(person_id, reason=reason)


@command(Permission.ADMINISTER)
def activate(act: Act, person_id: str, reason: str = "") -> None:
    """Somebody can sign in again. Raises NotFound, Outdated."""
    _changed(person_id).active = True
    act.on(person_id, reason=reason)


def _check_free(person_id: str) -> None:
    if not person_id.replace("-", "").replace(".", "").isalnum() or person_id != person_id.lower():
        raise _wrong(
            "id", say("A sign-in name has lower-case letters, digits, dots and hyphens only, such as ada.lovelace.")
        )
    if db.session.get(Person, person_id) is not None:
        raise Conflict(say("There is somebody with the sign-in name %(person_id)s already.", person_id=person_id))


def _changed(person_id: str) -> Person:
    """The person, to be changed now. Raises NotFound, Outdated."""
    person = db.session.get(Person, person_id, with_for_update=True)
    if person is None:
        raise NotFound(say("There is nobody with the sign-in name %(person_id)s.", person_id=person_id))
    check_revision(person_id, person.revision, say("The person"))
    person.revision += 1
    return person


def _name(name: str) -> str:
    if not name.strip():
        raise _wrong("name", say("Write the person's name."))
    return name.strip()


def _roles(roles: Sequence[str]) -> str:
    known = [role.value for role in Role]
    for role in roles:
        if role not in known:
            raise _wrong(
                "roles", say("There is no role %(role)s. Choose among %(known)s.", role=role, known=", ".join(known))
            )
    return ",".join(role for role in known if role in roles)


def _wrong(field: str, text: str) -> Invalid:
    return Invalid(text, [Problem(text, element=field)])
