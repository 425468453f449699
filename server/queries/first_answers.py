"""What was answered when a request was made the first time."""

from dataclasses import dataclass

from server.database import db
from server.identity.actor import Actor
from server.records.first_answer import FirstAnswer


@dataclass(frozen=True)
class FirstAnswerRow:
    """What was asked, by its fingerprint, and what was answered."""

    fingerprint: str
    answer: str


def first_answer(actor: Actor, key: str) -> FirstAnswerRow | None:
    """The answer to the actor's own request under *key*; None where there was none lately."""
    row = db.session.get(FirstAnswer, (actor.id, key), populate_existing=True)
    return FirstAnswerRow(row.fingerprint, row.answer) if row is not None else None
