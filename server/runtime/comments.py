"""What may be written as a comment, and the row of a new one about an instance."""

from server.database import new_id
from server.errors import Invalid, Problem
from server.records.attachment import Comment
from server.runtime.act import Act
from server.sentences import say

LONGEST = 10_000


def accepted_text(text: str) -> str:
    """What was written, without blanks around it. Raises Invalid for nothing and for too much."""
    words = text.strip()
    if not words or len(words) > LONGEST:
        problem = say("A comment has 1 to %(most)s characters.", most=LONGEST)
        raise Invalid(problem, [Problem(problem, element="text")])
    return words


def new_comment(act: Act, instance_id: str, text: str, user_task_id: str | None = None) -> Comment:
    return Comment(
        id=new_id(),
        instance_id=instance_id,
        user_task_id=user_task_id,
        person_id=act.actor.id,
        written_at=act.moment,
        text=text,
    )
