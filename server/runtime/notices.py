"""Telling people: one notice a person, and a job where it may also go out of the house."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Insert, bindparam, func, insert, select, true

from server.database import add_rows, change, new_id, table
from server.records.definition import ProcessDefinition
from server.records.job import Job
from server.records.notice import Notice
from server.records.notice_policy import NoticeChoice, NoticePolicy
from server.runtime.jobs import new_job
from server.runtime.notice_kinds import Channel
from server.sentences import kept, say

KIND = "notice"
"""The job that sorts a notice: by which channels it goes out, and when."""


class Outlets:
    """Whether mail can be sent, and the connection of webhooks ("": none). Set once, when the server starts."""

    def __init__(self) -> None:
        self.mail = False
        self.connection = ""

    @property
    def are_there(self) -> bool:
        return self.mail or bool(self.connection)


outlets = Outlets()


def tell(
    persons: Iterable[str],
    kind: str,
    line: str,
    link: str,
    moment: datetime,
    *,
    definition_id: str | None = None,
    words: str = "",
) -> None:
    """Write a notice for each of them (in the transaction that is open). *words* are what people wrote: they stay here,
    while *line* may leave the house."""
    text = say("%(line)s: %(words)s", line=line, words=words) if words else line
    told: dict[str, Any] = {"line": line, "line_said": kept(line), "text_": text, "text_said": kept(text)}
    told |= {"target": link, "definition": definition_id, "kind_": kind, "moment": moment}
    rows: list[dict[str, Any]] = [told | {"new_id": new_id(), "person": person} for person in dict.fromkeys(persons)]
    if not rows:
        return
    change(_writing(), rows)
    if outlets.are_there:
        add_rows(Job, [new_job(KIND, moment, moment, {"notice": row["new_id"]}) for row in rows])


@cache
def _writing() -> Insert:
    """One statement, however many there are: whether it is shown is looked up on the way."""
    person: BindParameter[str] = bindparam("person")
    kind: BindParameter[str] = bindparam("kind_")
    own = select(NoticeChoice.wanted).where(
        NoticeChoice.person_id == person, NoticeChoice.kind == kind, NoticeChoice.channel == Channel.IN_APP.value
    )
    settled = select(NoticePolicy.in_app).where(NoticePolicy.kind == kind)
    key = select(ProcessDefinition.key).where(ProcessDefinition.id == bindparam("definition")).scalar_subquery()
    ways = (own, settled.where(NoticePolicy.process_key == key), settled.where(NoticePolicy.process_key == ""))
    return insert(table(Notice)).values(
        id=bindparam("new_id"),
        person_id=person,
        kind=kind,
        text=bindparam("text_"),
        said=bindparam("text_said"),
        brief=bindparam("line"),
        brief_said=bindparam("line_said"),
        link=bindparam("target"),
        definition_id=bindparam("definition"),
        shown=func.coalesce(*(way.scalar_subquery() for way in ways), true()),
        told_at=bindparam("moment"),
        read_at=None,
    )
