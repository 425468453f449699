"""Whether the audit log is the one that was written: walks the chain and names the first entry that is wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Row, select

from server.database import db, rows, table
from server.errors import Forbidden, NotFound
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.records.logs import AuditEntry, AuditHead
from server.runtime.audit_chain import BEGINNING, digest, link
from server.sentences import say

AT_ONCE = 1000
_BELOW_ALL = -(2**31)
_entry = table(AuditEntry)
Entry = Row[*tuple[object, ...]]


@dataclass(frozen=True)
class Head:
    """The number and the hash of an audit entry; 0 and zeros before the first."""

    number: int
    hash: str


@dataclass(frozen=True)
class Verdict:
    """How many entries were looked at up to where, and in one sentence what is wrong first ("": nothing)."""

    looked_at: int
    last: Head
    wrong: str = ""


def head(actor: Actor) -> Head:
    """The last entry's number and hash as the database knows them. Raises Forbidden; NotFound if the head is lost."""
    _check(actor)
    found = _head()
    if found is None:
        raise NotFound(say("The audit log has lost its head."))
    return found


def verify(actor: Actor, first: int = 1, kept: Head | None = None) -> Verdict:
    """Walk the chain from the entry number *first* to its end, and compare it with the head and with a *kept* one.

    What stands before *first* is taken as right. Raises Forbidden, and NotFound where the walk cannot begin.
    """
    _check(actor)
    if first < 1:
        raise NotFound(say("Entries of the audit log are numbered from 1."))
    begin = Head(0, BEGINNING) if first == 1 else _stored(first - 1)
    if begin is None:
        raise NotFound(say("There is no entry %(first)s for the walk to begin behind.", first=first - 1))
    last, wrong = begin, ""
    while not wrong:
        read = _portion(_BELOW_ALL if last.number == 0 else last.number)
        if not read:
            # Read after the entries: whatever was appended meanwhile is walked too, before anything is called missing.
            at_end = _head()
            if at_end is not None and at_end.number > last.number and _portion(last.number):
                continue
            wrong = _at_the_end(last, at_end)
            break
        last, wrong = _walk(last, read)
    return Verdict(last.number - begin.number, last, wrong or _against(kept, last))


def _check(actor: Actor) -> None:
    if not actor.may(Permission.SEE_AUDIT):
        raise Forbidden(say("You may not do this: %(what)s.", what=say(Permission.SEE_AUDIT)))


def _head() -> Head | None:
    found = rows(select(AuditHead.number, AuditHead.hash)).one_or_none()
    return None if found is None else Head(found.number, found.hash)


def _stored(number: int) -> Head | None:
    found = rows(select(AuditEntry.id, AuditEntry.hash).where(AuditEntry.id == number)).one_or_none()
    return None if found is None else Head(found.id, found.hash)


def _portion(behind: int) -> Sequence[Entry]:
    statement = select(_entry).where(_entry.c.id > behind).order_by(_entry.c.id).limit(AT_ONCE)
    return db.session.connection().execute(statement).all()


def _walk(last: Head, read: Sequence[Entry]) -> tuple[Head, str]:
    """The last entry that is right, and what is wrong with the one behind it."""
    for place, entry in enumerate(read):
        number = last.number + 1
        if entry.id < number:
            return last, f"Entry {entry.id} was added: the log begins with number {number}."
        if entry.id > number:
            return last, _missing(number, entry.id - 1)
        if entry.hash != link(last.hash, number, digest(entry._asdict())):
            return last, _wrong(last, read[place:])
        last = Head(number, entry.hash)
    return last, ""


def _missing(first: int, last: int) -> str:
    return f"Entry {first} is missing." if first == last else f"The entries {first} to {last} are missing."


def _wrong(last: Head, following: Sequence[Entry]) -> str:
    """Changed where it stands, unless one of the later rows is what belongs here, with its hash or without it."""
    number, stands = last.number + 1, following[0]
    for entry in following[1:]:
        if link(last.hash, number, digest(entry._asdict())) in (entry.hash, stands.hash):
            return f"Entry {number} was put in another place: what belongs there has the number {entry.id} now."
    return f"Entry {number} was changed."


def _at_the_end(last: Head, at_end: Head | None) -> str:
    if at_end is None:
        return "" if last.number == 0 else f"The head is lost; the last entry is number {last.number}."
    if at_end.number > last.number:
        return _missing(last.number + 1, at_end.number)
    if at_end.number < last.number:
        return f"Entry {at_end.number + 1} was added: the head says that {at_end.number} is the last."
    return "" if at_end == last else f"The head was changed: its hash is not that of entry {last.number}."


def _against(kept: Head | None, last: Head) -> str:
    if kept is None or kept.number == 0:
        return ""
    if kept.number > last.number:
        return _missing(last.number + 1, kept.number)
    found = _stored(kept.number)
    if found == kept:
        return ""
    return f"Entry {kept.number} is not the one whose hash was kept: the log was written anew at or before it."
