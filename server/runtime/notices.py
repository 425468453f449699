"""Telling people: one notice a person."""

from collections.abc import Iterable
from datetime import datetime

from server.database import add_rows, new_id
from server.records.notice import Notice
from server.sentences import kept


def tell(persons: Iterable[str], kind: str, text: str, link: str, moment: datetime) -> None:
    """Write a notice for each of them (in the transaction that is open)."""
    told = {"kind": kind, "text": text, "said": kept(text), "link": link, "told_at": moment}
    rows = [{"id": new_id(), "person_id": person, **told} for person in dict.fromkeys(persons)]
    add_rows(Notice, rows)
