"""Whom a comment mentions: @ and the sign-in name of somebody who may see what it is about."""

import re

from sqlalchemy import select

from server.database import db
from server.records.process_instance import ProcessInstance
from server.runtime.access import visible_instances
from server.runtime.act import Act
from server.runtime.actors import actor_of

MOST = 20
_MENTION = re.compile(r"(?<![\w@.])@([\w.+-]+(?:@[\w-]+(?:\.[\w-]+)+)?)")


def mentions(act: Act, instance_id: str, text: str) -> list[str]:
    """The ids of those who are mentioned, but for the writer; to those who may not see the instance it is not told."""
    names = dict.fromkeys(name.rstrip(".-+").lower() for name in _MENTION.findall(text))
    return [name for name in list(names)[:MOST] if name != act.actor.id and _may_see(act, instance_id, name)]


def _may_see(act: Act, instance_id: str, person_id: str) -> bool:
    person = actor_of(person_id, act.moment)
    if person is None:
        return False
    seen = select(ProcessInstance.id).where(ProcessInstance.id == instance_id, visible_instances(person))
    return db.session.scalar(seen) is not None
