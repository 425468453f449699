"""Keep what a person has typed so far."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from server.database import db
from server.errors import Invalid
from server.identity.permissions import Permission
from server.records.user_task import Draft
from server.runtime.act import Act
from server.runtime.finding import open_user_task
from server.runtime.transaction import command
from server.sentences import say

LARGEST = 1024 * 1024


@command(Permission.SIGN_IN, audited=False)
def save(act: Act, subject: str, values: Mapping[str, Any]) -> datetime:
    """Keep the draft of *subject* ("user_task:<id>" or "start:<process key>"). Returns when.

    Raises NotFound, Invalid.
    """
    kind, _, name = subject.partition(":")
    if kind == "user_task":
        open_user_task(act.actor, name)
    elif kind != "start":
        raise Invalid(say("There is no draft of %(subject)s.", subject=subject))
    text = json.dumps(values)
    if len(text) > LARGEST:
        raise Invalid(say("This draft is larger than 1 MB and was not saved. Attach long texts as files."))
    row = db.session.get(Draft, (subject, act.actor.id))
    if row is None:
        db.session.add(Draft(subject=subject, person_id=act.actor.id, values=text, saved_at=act.moment))
    else:
        row.values, row.saved_at = text, act.moment
    return act.moment


@command(Permission.SIGN_IN, audited=False)
def discard(act: Act, subject: str) -> None:
    """Forget the actor's draft, if there is one."""
    db.session.execute(delete(Draft).where(Draft.subject == subject, Draft.person_id == act.actor.id))
