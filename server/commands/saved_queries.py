"""Keep, change and forget one's own saved queries."""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from server.database import db, new_id
from server.errors import Invalid, NotFound
from server.identity.permissions import Permission
from server.records.saved_query import SavedQuery
from server.runtime.act import Act
from server.runtime.transaction import command
from server.sentences import say

MOST = 100
LONGEST_NAME, LARGEST = 200, 20_000  # characters


@command(Permission.WORK)
def save(
    act: Act, name: str, query: Mapping[str, Any], properties: Mapping[str, Any], saved_query_id: str | None = None
) -> str:
    """Keep a query, or change the one with this id; returns its id. Raises NotFound, Invalid."""
    if not name.strip() or len(name) > LONGEST_NAME:
        raise Invalid(say("A filter has a name of 1 to %(most)s characters.", most=LONGEST_NAME))
    texts = [json.dumps(dict(each), separators=(",", ":"), ensure_ascii=False) for each in (query, properties)]
    if max(map(len, texts)) > LARGEST:
        raise Invalid(say("This filter is too large to be kept."))
    if saved_query_id is None:
        count = db.session.scalar(select(func.count()).where(SavedQuery.person_id == act.actor.id)) or 0
        if count >= MOST:
            raise Invalid(say("You have %(most)s filters already. Remove one first.", most=MOST))
        row = SavedQuery(id=new_id(), person_id=act.actor.id, name=name, query=texts[0], properties=texts[1])
        db.session.add(row)
    else:
        row = _own(act, saved_query_id)
        row.name, row.query, row.properties = name, texts[0], texts[1]
    act.on(row.id)
    return row.id


@command(Permission.WORK)
def remove(act: Act, saved_query_id: str) -> None:
    """Forget one of one's queries. Raises NotFound."""
    db.session.delete(_own(act, saved_query_id))
    act.on(saved_query_id)


def _own(act: Act, saved_query_id: str) -> SavedQuery:
    row = db.session.get(SavedQuery, saved_query_id)
    if row is None or row.person_id != act.actor.id:
        raise NotFound(say("You have no such filter."))
    return row
