"""One's own saved queries."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from server.database import db
from server.errors import NotFound
from server.identity.actor import Actor
from server.records.saved_query import SavedQuery
from server.sentences import say


@dataclass(frozen=True)
class SavedQueryRow:
    """A saved query, in the words of the program that made it."""

    id: str
    person_id: str
    name: str
    query: Mapping[str, Any]
    properties: Mapping[str, Any]


def own(actor: Actor) -> tuple[SavedQueryRow, ...]:
    """The actor's, by name."""
    found = select(SavedQuery).where(SavedQuery.person_id == actor.id).order_by(SavedQuery.name, SavedQuery.id)
    return tuple(_row(row) for row in db.session.scalars(found))


def saved_query(actor: Actor, saved_query_id: str) -> SavedQueryRow:
    """One of them. Raises NotFound."""
    row = db.session.get(SavedQuery, saved_query_id)
    if row is None or row.person_id != actor.id:
        raise NotFound(say("You have no such filter."))
    return _row(row)


def _row(row: SavedQuery) -> SavedQueryRow:
    return SavedQueryRow(row.id, row.person_id, row.name, json.loads(row.query), json.loads(row.properties))
