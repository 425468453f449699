"""What people have written about a version of a process."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from server.database import db
from server.errors import Forbidden
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import By, Page, Slice, read
from server.records.definition_comment import DefinitionComment
from server.records.identity import Person
from server.sentences import say

PAGE = 20


@dataclass(frozen=True)
class DefinitionRemark:
    """A comment: who wrote it, when, and what."""

    id: str
    person: str
    written_at: datetime
    text: str


@dataclass(frozen=True)
class Remarks:
    """One page of comments, the newest first; `page` counts from 1."""

    remarks: tuple[DefinitionRemark, ...]
    total: int
    page: int
    pages: int


def part(actor: Actor, definition_id: str, which: Slice) -> Page[DefinitionRemark]:
    """A part of the comments on a process definition, the newest first. Raises Forbidden, Invalid."""
    _check(actor)
    order = (By(DefinitionComment.written_at, descending=True), By(DefinitionComment.id, descending=True))
    return read(db.session.execute, _about(definition_id), order, which, lambda row: _remark(row[0], row[1]))


def comments(actor: Actor, definition_id: str, page: int = 1) -> Remarks:
    """The comments on a process definition; the last page where there are fewer than asked for. Raises Forbidden."""
    _check(actor)
    about = DefinitionComment.definition_id == definition_id
    total = db.session.scalar(select(func.count()).where(about)) or 0
    pages = max(-(-total // PAGE), 1)
    at = min(max(page, 1), pages)
    rows = db.session.execute(
        _about(definition_id)
        .order_by(DefinitionComment.written_at.desc(), DefinitionComment.id.desc())
        .offset((at - 1) * PAGE)
        .limit(PAGE)
    )
    return Remarks(tuple(_remark(row, name) for row, name in rows), total, at, pages)


def _about(definition_id: str) -> Select[DefinitionComment, str]:
    return (
        select(DefinitionComment, Person.name)
        .outerjoin(Person, Person.id == DefinitionComment.person_id)
        .where(DefinitionComment.definition_id == definition_id)
    )


def _remark(row: DefinitionComment, name: str | None) -> DefinitionRemark:
    return DefinitionRemark(row.id, name or row.person_id, row.written_at, row.text)


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_DEFINITIONS):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_DEFINITIONS)))
