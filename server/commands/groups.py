"""Create groups and say who is in them."""

from sqlalchemy import delete

from server.database import db
from server.errors import Conflict, Invalid, NotFound, Problem
from server.identity.groups import group_key
from server.identity.permissions import Permission
from server.records.identity import Group, Membership, Person
from server.runtime.act import Act
from server.runtime.revisions import check_revision
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.ADMINISTER)
def create(act: Act, group_id: str, name: str) -> str:
    """Create a group that models can name; returns its key. Raises Invalid, Conflict."""
    key = group_key(group_id or name)
    if not key or not name.strip():
        raise Invalid(say("Give the group a name."), [Problem(say("Give the group a name."), element="name")])
    if db.session.get(Group, key) is not None:
        raise Conflict(say("There is a group %(key)s already.", key=key))
    db.session.add(Group(id=key, name=name.strip()))
    act.on(key)
    return key


@command(Permission.ADMINISTER)
def rename(act: Act, group_id: str, name: str) -> None:
    """Change what people read; models go on naming the key. Raises NotFound, Invalid, Outdated."""
    if not name.strip():
        raise Invalid(say("Give the group a name."), [Problem(say("Give the group a name."), element="name")])
    _changed(group_id).name = name.strip()
    act.on(group_id)


@command(Permission.ADMINISTER)
def remove(act: Act, group_id: str) -> None:
    """Remove a group; user tasks offered to it stay and wait for a group of that key. Raises NotFound, Outdated."""
    group = _changed(group_id)
    db.session.execute(delete(Membership).where(Membership.group_id == group_id))
    db.session.delete(group)
    act.on(group_id)


@command(Permission.ADMINISTER)
def add_member(act: Act, group_id: str, person_id: str, leads: bool = False) -> None:
    """Put somebody into a group, or change whether they lead it. Raises NotFound, Outdated."""
    _changed(group_id)
    if db.session.get(Person, person_id) is None:
        raise NotFound(say("There is nobody with the sign-in name %(person_id)s.", person_id=person_id))
    db.session.merge(Membership(person_id=person_id, group_id=group_id, leads=leads))
    act.on(group_id, details={"person": person_id, "leads": leads})


@command(Permission.ADMINISTER)
def remove_member(act: Act, group_id: str, person_id: str) -> None:
    """Take somebody out of a group. Raises NotFound, Outdated."""
    _changed(group_id)
    row = db.session.get(Membership, (person_id, group_id))
    if row is None:
        raise NotFound(say("%(person_id)s is not in %(group_id)s.", person_id=person_id, group_id=group_id))
    db.session.delete(row)
    act.on(group_id, details={"person": person_id})


def _changed(group_id: str) -> Group:
    """The group, to be changed now. Raises NotFound, Outdated."""
    group = db.session.get(Group, group_id, with_for_update=True)
    if group is None:
        raise NotFound(say("There is no group %(group_id)s.", group_id=group_id))
    check_revision(group_id, group.revision, say("The group"))
    group.revision += 1
    return group
