"""Write comments about a version of a process."""

from collections.abc import Iterable

from sqlalchemy import select

from server.database import db, new_id
from server.errors import Forbidden, NotFound
from server.identity.permissions import Permission
from server.records.definition import ProcessDefinition
from server.records.definition_comment import DefinitionComment
from server.records.deployment import Deployment
from server.records.identity import Membership, Person
from server.runtime.act import Act
from server.runtime.comments import accepted_text
from server.runtime.notices import tell
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.COMMENT)
def write(act: Act, definition_id: str, text: str) -> None:
    """Say something about a version of a process. Told are the group that answers for it, who has deployed it, and who
    has commented on it. Raises NotFound, Forbidden, Invalid."""
    if not act.actor.may(Permission.SEE_DEFINITIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_DEFINITIONS)))
    row = db.session.get(ProcessDefinition, definition_id)
    if row is None:
        raise NotFound(say("There is no such process definition."))
    words = accepted_text(text)
    told = say(
        "%(name)s about %(process)s, version %(version)s",
        name=act.actor.name,
        process=row.name,
        version=row.version,
    )
    concerned, link = _concerned(row, act.actor.id), f"/definitions/{row.id}#comments"
    tell(concerned, "comment", told, link, act.moment, definition_id=row.id, words=words[:120])
    db.session.add(
        DefinitionComment(id=new_id(), definition_id=row.id, person_id=act.actor.id, written_at=act.moment, text=words)
    )
    act.on(row.id)


def _concerned(row: ProcessDefinition, but: str) -> Iterable[str]:
    answering = select(Membership.person_id).where(Membership.group_id == row.owner_group)
    deployed = select(Deployment.deployed_by).where(Deployment.id == row.deployment_id)
    commented = select(DefinitionComment.person_id).where(DefinitionComment.definition_id == row.id)
    named = answering.union(deployed, commented).subquery()
    people = select(Person.id).where(Person.id.in_(select(named)), Person.active, Person.id != but)
    return db.session.scalars(people.order_by(Person.id)).all()
