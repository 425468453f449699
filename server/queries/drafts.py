"""What a person has typed so far in a form that is not submitted yet."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from server.database import db
from server.identity.actor import Actor
from server.records.user_task import Draft


@dataclass(frozen=True)
class SavedDraft:
    """The values exactly as the form gave them, and when they were saved."""

    values: dict[str, Any]
    saved_at: datetime


def draft_of(actor: Actor, subject: str) -> SavedDraft | None:
    """The actor's own draft of "user_task:<id>" or "start:<process key>"."""
    row = db.session.scalar(select(Draft).where(Draft.subject == subject, Draft.person_id == actor.id))
    return None if row is None else SavedDraft(json.loads(row.values), row.saved_at)
