"""The inbox: user tasks by tab and filter, with counts; everything that one may not see is left out in the SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    ScalarSelect,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import aliased

from server.database import Moment, count_up_to, db, rows
from server.identity.actor import Actor
from server.keyset import By, Page, Slice, read
from server.records.definition import ProcessDefinition
from server.records.identity import Person
from server.records.process_instance import Involvement, ProcessInstance
from server.records.user_task import IS_OPEN, SavedFilter, UserTask
from server.runtime import access

PAGE = 25
MOST = 1000
"""Nobody counts further: the page of an inbox costs the same however many wait."""
_SHOWN = ("id", "name", "due_at", "created_at", "priority", "assignee", "instance_id", "question")
_requester = aliased(Person)
_holder = aliased(Person)


class Tab(StrEnum):
    """Which user tasks are listed."""

    MINE = "mine"
    GROUPS = "groups"
    FOLLOWING = "following"
    OVERDUE = "overdue"


class Order(StrEnum):
    """What the list is sorted by."""

    DUE = "due"
    CREATED = "created"
    PRIORITY = "priority"
    NAME = "name"


@dataclass(frozen=True)
class Filter:
    """What a person asked to see of the inbox; `page` counts from 1."""

    tab: Tab = Tab.MINE
    text: str = ""
    process_key: str = ""
    order: Order = Order.DUE
    page: int = 1


@dataclass(frozen=True)
class Row:
    """One user task in the list."""

    id: str
    name: str
    due_at: datetime | None
    created_at: datetime
    priority: int
    assignee: str | None
    assignee_name: str | None
    instance_id: str
    business_key: str | None
    title: str | None
    process_name: str
    requester: str
    question: str | None
    is_mine: bool
    is_offered: bool


@dataclass(frozen=True)
class Inbox:
    """One page of the list."""

    rows: tuple[Row, ...]
    total: int  # at most MOST
    pages: int


@dataclass(frozen=True)
class SavedFilterRow:
    """A person's own filter of the inbox, as a query string."""

    id: str
    name: str
    query: str


def listed(actor: Actor, wanted: Filter, moment: datetime, total: int | None = None) -> Inbox:
    """The page of the inbox that *wanted* describes; *total* where the caller has counted it already."""
    if total is None:
        (total,) = counts(actor, [wanted], moment)
    given = {"moment": moment, "skip": (wanted.page - 1) * PAGE}
    found = rows(_page_statement(actor, replace(wanted, page=1)), given).all()
    pages = max(1, -(-total // PAGE))
    if total == MOST and found:
        pages = max(pages, wanted.page + (len(found) > PAGE))
    return Inbox(tuple(_row(actor, one) for one in found[:PAGE]), total, pages)


def part(actor: Actor, wanted: Filter, moment: datetime, which: Slice) -> Page[Row]:
    """A part of the same list, for programs; `page` of the filter is not looked at. Raises Invalid."""
    statement = _details(actor).where(_condition(actor, wanted))
    return read(
        lambda one: rows(one, {"moment": moment}),
        statement,
        _sorted_by(wanted.order),
        which,
        lambda found: _row(actor, found),
    )


@lru_cache(access.REMEMBERED)
def _page_statement(actor: Actor, wanted: Filter) -> Select[*tuple[Any, ...]]:
    """A page and one more. Of the thousands that are not shown only what is sorted by is read."""
    ids = (
        _joined(select(UserTask.id), bool(wanted.text), bool(wanted.process_key))
        .where(_condition(actor, wanted))
        .order_by(*_ordering(wanted.order))
        .offset(bindparam("skip", type_=Integer))
        .limit(PAGE + 1)
        .correlate(None)
    )
    return _details(actor).where(UserTask.id.in_(ids)).order_by(*_ordering(wanted.order))


def _details(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What is shown of a user task."""
    return _joined(
        select(
            *(getattr(UserTask, name) for name in _SHOWN),
            ProcessInstance.business_key,
            ProcessInstance.title,
            ProcessInstance.started_by,
            ProcessDefinition.name.label("process_name"),
            _holder.name.label("holder_name"),
            _requester.name.label("requester_name"),
            access.offered_to(actor).label("is_offered"),
        ),
        with_request=True,
        with_definition=True,
    ).outerjoin(_holder, _holder.id == UserTask.assignee)


def counts(actor: Actor, wanted: Sequence[Filter], moment: datetime) -> tuple[int, ...]:
    """How many user tasks each filter holds, all in one statement; `MOST` stands for that many or more."""
    different = tuple(dict.fromkeys(replace(one, order=Order.DUE, page=1) for one in wanted))
    found = dict(zip(different, rows(_counts_statement(actor, different), {"moment": moment}).one(), strict=True))
    return tuple(found[replace(one, order=Order.DUE, page=1)] for one in wanted)


@lru_cache(access.REMEMBERED)
def _counts_statement(actor: Actor, wanted: tuple[Filter, ...]) -> Select[*tuple[Any, ...]]:
    return select(*(_count(actor, one) for one in wanted))


def _count(actor: Actor, wanted: Filter) -> ScalarSelect[int]:
    """Only the tables that the filter reads, and no further than anybody wants to know."""
    found = _joined(select(literal(1)), bool(wanted.text), bool(wanted.process_key))
    return count_up_to(MOST, found.where(_condition(actor, wanted)))


def processes(actor: Actor, wanted: Filter, moment: datetime) -> tuple[tuple[str, str], ...]:
    """The (key, name) of every process that has a user task in the tab, by name."""
    found = rows(_processes_statement(actor, Filter(tab=wanted.tab)), {"moment": moment})
    return tuple((row.key, row.name) for row in found)


@lru_cache(access.REMEMBERED)
def _processes_statement(actor: Actor, wanted: Filter) -> Select[*tuple[Any, ...]]:
    """Asked for each version: its first user task is enough, and the other thousands are not read."""
    one = exists().where(UserTask.definition_id == ProcessDefinition.id, _condition(actor, wanted))
    return (
        select(ProcessDefinition.key, func.max(ProcessDefinition.name).label("name"))
        .where(one)
        .group_by(ProcessDefinition.key)
        .order_by(func.max(ProcessDefinition.name))
    )


def next_after(actor: Actor, user_task_id: str, moment: datetime) -> str | None:
    """The actor's most urgent user task but this one; else the most urgent one offered to them."""
    for tab in (Tab.MINE, Tab.GROUPS):
        found: str | None = db.session.scalar(
            select(UserTask.id)
            .where(_condition(actor, Filter(tab=tab)), UserTask.id != user_task_id)
            .order_by(*_ordering(Order.DUE))
            .limit(1),
            {"moment": moment},
        )
        if found is not None:
            return found
    return None


_SAVED_FILTERS = (
    select(SavedFilter.id, SavedFilter.name, SavedFilter.query)
    .where(SavedFilter.person_id == bindparam("person"))
    .order_by(SavedFilter.name, SavedFilter.id)
)


def saved_filters(actor: Actor) -> tuple[SavedFilterRow, ...]:
    """The actor's own filters, by name."""
    return tuple(SavedFilterRow(*row) for row in rows(_SAVED_FILTERS, {"person": actor.id}))


def _condition(actor: Actor, wanted: Filter) -> ColumnElement[bool]:
    parts = [IS_OPEN, _of_tab(actor, wanted.tab)]
    if wanted.process_key:
        parts.append(ProcessDefinition.key == wanted.process_key)
    if wanted.text:
        sought = wanted.text.lower()
        columns = (UserTask.name, ProcessInstance.title, ProcessInstance.business_key, _requester.name)
        parts.append(or_(*(func.lower(column).contains(sought, autoescape=True) for column in columns)))
    return and_(*parts)


def _of_tab(actor: Actor, tab: Tab) -> ColumnElement[bool]:
    if tab is Tab.MINE:
        return access.assigned_to(actor)
    if tab is Tab.GROUPS:
        return access.offered_to(actor)
    if tab is Tab.OVERDUE:
        return and_(access.workable_user_tasks(actor), UserTask.ranked_at < bindparam("moment", type_=Moment))
    followed = select(Involvement.instance_id).where(Involvement.person_id == actor.id, Involvement.follows)
    return UserTask.instance_id.in_(followed)


def _joined(statement: Select[*tuple[Any, ...]], with_request: bool, with_definition: bool) -> Select[*tuple[Any, ...]]:
    statement = statement.select_from(UserTask)
    if with_request:
        statement = statement.join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        statement = statement.outerjoin(_requester, _requester.id == ProcessInstance.started_by)
    if with_definition:
        statement = statement.join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
    return statement


def _sorted_by(order: Order) -> tuple[By, ...]:
    orders: dict[Order, tuple[By, ...]] = {
        Order.DUE: (By(UserTask.ranked_at), By(UserTask.rank), By(UserTask.created_at)),
        Order.CREATED: (By(UserTask.created_at, descending=True),),
        Order.PRIORITY: (By(UserTask.rank), By(UserTask.ranked_at)),
        Order.NAME: (By(func.lower(UserTask.name, type_=String)),),
    }
    return (*orders[order], By(UserTask.id))


def _ordering(order: Order) -> tuple[ColumnElement[Any], ...]:
    return tuple(by.column.desc() if by.descending else by.column for by in _sorted_by(order))


def _row(actor: Actor, found: Any) -> Row:
    return Row(
        id=found.id,
        name=found.name,
        due_at=found.due_at,
        created_at=found.created_at,
        priority=found.priority,
        assignee=found.assignee,
        assignee_name=found.holder_name or found.assignee,
        instance_id=found.instance_id,
        business_key=found.business_key,
        title=found.title,
        process_name=found.process_name,
        requester=found.requester_name or found.started_by,
        question=found.question,
        is_mine=found.assignee in actor.persons,
        is_offered=bool(found.is_offered),
    )
