"""Write comments about an instance."""

from collections.abc import Mapping
from typing import Any

from server.database import db
from server.identity.permissions import Permission
from server.records.user_task import UserTask
from server.runtime.act import Act
from server.runtime.comments import accepted_text, new_comment
from server.runtime.finding import visible_instance
from server.runtime.mentions import mentions
from server.runtime.notices import tell
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.COMMENT)
def write(act: Act, instance_id: str, text: str, user_task_id: str | None = None) -> None:
    """Say something about an instance. Whoever works on it and whoever started it is told, and those whom it mentions
    (@ada) and who may see it. Raises NotFound, Invalid."""
    row = visible_instance(act.actor, instance_id)
    words = accepted_text(text)
    user_task = db.session.get(UserTask, user_task_id) if user_task_id else None
    if user_task is not None and user_task.instance_id != row.id:
        user_task = None
    db.session.add(new_comment(act, row.id, words, user_task.id if user_task else None))
    link = f"/instances/{row.id}"
    called = row.business_key or say("a request")
    about: Mapping[str, Any] = {"definition_id": row.definition_id, "words": words[:120]}
    mentioned = mentions(act, row.id, words)
    persons = {row.started_by, user_task.assignee if user_task else None} - {act.actor.id, None, *mentioned}
    told = say("%(name)s mentions you about %(called)s", name=act.actor.name, called=called)
    tell(mentioned, "mentioned", told, link, act.moment, **about)
    told = say("%(name)s about %(called)s", name=act.actor.name, called=called)
    tell(sorted(person for person in persons if person), "comment", told, link, act.moment, **about)
    act.on(row.id, row.id)
