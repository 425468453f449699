"""Who may see an instance because work in it was given to them, or the choice of what is done in it."""

from collections.abc import Sequence

from sqlalchemy import select

from server.database import db
from server.engine.facts import AdHocOpened, Fact, UserTaskCreated
from server.identity.groups import group_key
from server.records.identity import Membership
from server.runtime.involvement import involve
from server.runtime.step import Step

TAKES = (UserTaskCreated, AdHocOpened)


def take(step: Step, facts: Sequence[Fact]) -> None:
    persons = [fact.assignee for fact in facts if isinstance(fact, UserTaskCreated) and fact.assignee]
    for fact in facts:
        if isinstance(fact, AdHocOpened):
            persons += [*fact.persons, *_members(fact.groups)]
    involve(step.instance.id, persons)


def _members(groups: Sequence[str]) -> Sequence[str]:
    """Who belongs to the groups just now."""
    if not groups:
        return ()
    keys = [group_key(name) for name in groups]
    found = select(Membership.person_id).where(Membership.group_id.in_(keys)).distinct()
    return db.session.scalars(found.order_by(Membership.person_id)).all()
