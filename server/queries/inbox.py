"""The inbox: user tasks by tab and filter, with counts; everything that one may not see is left out in the SQL."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, func, nulls_last, or_, select
from sqlalchemy.orm import aliased

from server.database import Moment, db
from server.identity.actor import Actor
from server.records.definition import ProcessDefinition
from server.records.identity import Person
from server.records.process_instance import Involvement, ProcessInstance
from server.records.user_task import SavedFilter, UserTask
from server.runtime import access

PAGE = 25
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
    total: int
    pages: int


@dataclass(frozen=True)
class SavedFilterRow:
    """A person's own filter of the inbox, as a query string."""

    id: str
    name: str
    query: str


def listed(actor: Actor, wanted: Filter, moment: datetime) -> Inbox:
    """The page of the inbox that *wanted* describes."""
    given = {"moment": moment}
    total = db.session.scalar(_count_statement(actor, wanted), given) or 0
    skip = (wanted.page - 1) * PAGE
    ids = db.session.scalars(_ids_statement(actor, replace(wanted, page=1)), given | {"skip": skip}).all()
    found = {one.UserTask.id: one for one in db.session.execute(_details_statement(actor), {"ids": ids})}
    rows = tuple(_row(actor, found[one]) for one in ids if one in found)
    return Inbox(rows, total, max(1, -(-total // PAGE)))


@lru_cache(1024)
def _count_statement(actor: Actor, wanted: Filter) -> Select[int]:
    return _counted(wanted).where(_condition(actor, wanted))


@lru_cache(1024)
def _ids_statement(actor: Actor, wanted: Filter) -> Select[str]:
    """Which user tasks stand on a page: only what is sorted by is read of the thousands that are not shown."""
    statement = _joined(select(UserTask.id), bool(wanted.text), bool(wanted.process_key))
    return (
        statement.where(_condition(actor, wanted))
        .order_by(*_ordering(wanted.order))
        .offset(bindparam("skip", type_=Integer))
        .limit(PAGE)
    )


@lru_cache(1024)
def _details_statement(actor: Actor) -> Select[*tuple[Any, ...]]:
    """What is shown of the user tasks of a page."""
    statement = _joined(
        select(
            UserTask,
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
    return statement.where(UserTask.id.in_(bindparam("ids", expanding=True)))


def counts(actor: Actor, wanted: Sequence[Filter], moment: datetime) -> tuple[int, ...]:
    """How many user tasks each filter holds, all in one statement."""
    if not wanted:
        return ()
    return tuple(db.session.execute(_counts_statement(actor, tuple(wanted)), {"moment": moment}).one())


@lru_cache(1024)
def _counts_statement(actor: Actor, wanted: tuple[Filter, ...]) -> Select[*tuple[Any, ...]]:
    return select(*(_count_statement(actor, one).scalar_subquery() for one in wanted))


def processes(actor: Actor, wanted: Filter, moment: datetime) -> tuple[tuple[str, str], ...]:
    """The (key, name) of every process that has a user task in the tab, by name."""
    rows = db.session.execute(_processes_statement(actor, Filter(tab=wanted.tab)), {"moment": moment})
    return tuple((row.key, row.name) for row in rows)


@lru_cache(1024)
def _processes_statement(actor: Actor, wanted: Filter) -> Select[*tuple[Any, ...]]:
    ids = select(UserTask.definition_id).where(_condition(actor, wanted))
    return (
        select(ProcessDefinition.key, func.max(ProcessDefinition.name).label("name"))
        .where(ProcessDefinition.id.in_(ids))
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


def saved_filters(actor: Actor) -> tuple[SavedFilterRow, ...]:
    """The actor's own filters, by name."""
    rows = db.session.scalars(
        select(SavedFilter).where(SavedFilter.person_id == actor.id).order_by(SavedFilter.name, SavedFilter.id)
    )
    return tuple(SavedFilterRow(row.id, row.name, row.query) for row in rows)


def _condition(actor: Actor, wanted: Filter) -> ColumnElement[bool]:
    parts = [UserTask.state == "open", _of_tab(actor, wanted.tab)]
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
        return and_(access.workable_user_tasks(actor), UserTask.due_at < bindparam("moment", type_=Moment))
    followed = select(Involvement.instance_id).where(Involvement.person_id == actor.id, Involvement.follows)
    return UserTask.instance_id.in_(followed)


def _counted(wanted: Filter) -> Select[*tuple[Any, ...]]:
    """Only the tables that the filter reads: counting ten thousand rows must not join what it does not need."""
    return _joined(select(func.count()), bool(wanted.text), bool(wanted.process_key))


def _joined(statement: Select[*tuple[Any, ...]], with_request: bool, with_definition: bool) -> Select[*tuple[Any, ...]]:
    statement = statement.select_from(UserTask)
    if with_request:
        statement = statement.join(ProcessInstance, ProcessInstance.id == UserTask.instance_id)
        statement = statement.outerjoin(_requester, _requester.id == ProcessInstance.started_by)
    if with_definition:
        statement = statement.join(ProcessDefinition, ProcessDefinition.id == UserTask.definition_id)
    return statement


def _ordering(order: Order) -> tuple[ColumnElement[Any], ...]:
    due = nulls_last(UserTask.due_at.asc())
    orders: dict[Order, tuple[ColumnElement[Any], ...]] = {
        Order.DUE: (due, UserTask.priority.desc(), UserTask.created_at.asc()),
        Order.CREATED: (UserTask.created_at.desc(),),
        Order.PRIORITY: (UserTask.priority.desc(), due),
        Order.NAME: (func.lower(UserTask.name).asc(),),
    }
    return (*orders[order], UserTask.id.asc())


def _row(actor: Actor, found: Any) -> Row:
    user_task: UserTask = found.UserTask
    return Row(
        id=user_task.id,
        name=user_task.name,
        due_at=user_task.due_at,
        created_at=user_task.created_at,
        priority=user_task.priority,
        assignee=user_task.assignee,
        assignee_name=found.holder_name or user_task.assignee,
        instance_id=user_task.instance_id,
        business_key=found.business_key,
        title=found.title,
        process_name=found.process_name,
        requester=found.requester_name or found.started_by,
        question=user_task.question,
        is_mine=user_task.assignee in actor.persons,
        is_offered=bool(found.is_offered),
    )
