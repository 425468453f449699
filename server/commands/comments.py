"""Write comments about an instance."""

from server.database import db
from server.identity.permissions import Permission
from server.records.user_task import UserTask
from server.runtime.act import Act
from server.runtime.comments import accepted_text, new_comment
from server.runtime.finding import visible_instance
from server.runtime.notices import tell
from server.runtime.transaction import command
from server.sentences import say


@command(Permission.COMMENT)
def write(act: Act, instance_id: str, text: str, user_task_id: str | None = None) -> None:
    """Say something about an instance; whoever works on it and whoever started it is told. Raises NotFound, Invalid."""
    row = visible_instance(act.actor, instance_id)
    words = accepted_text(text)
    user_task = db.session.get(UserTask, user_task_id) if user_task_id else None
    if user_task is not None and user_task.instance_id != row.id:
        user_task = None
    db.session.add(new_comment(act, row.id, words, user_task.id if user_task else None))
    persons = {row.started_by, user_task.assignee if user_task else None} - {act.actor.id, None}
    told = say(
        "%(name)s about %(called)s: %(words)s",
        name=act.actor.name,
        called=row.business_key or say("a request"),
        words=words[:120],
    )
    tell(sorted(p for p in persons if p), "comment", told, f"/instances/{row.id}", act.moment)
    act.on(row.id, row.id)
