"""The row of a new comment."""

from server.database import new_id
from server.records.attachment import Comment
from server.runtime.act import Act


def new_comment(act: Act, instance_id: str, text: str, user_task_id: str | None = None) -> Comment:
    return Comment(
        id=new_id(),
        instance_id=instance_id,
        user_task_id=user_task_id,
        person_id=act.actor.id,
        written_at=act.moment,
        text=text,
    )
