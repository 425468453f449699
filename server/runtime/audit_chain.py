"""The chain of the audit log: each entry has the next number and a hash over the previous entry's hash and itself.

The number and the hash come from one row, the head, which one UPDATE moves on and thereby holds until the commit. So
numbers have no gaps and stand in the order of the commits. It is the last row that a command takes: whoever holds it
waits for nobody.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Integer, String, bindparam, cast, literal_column, text, update

from server.database import Sha256, add_rows, change, db, rows, sha256, table
from server.errors import Unavailable
from server.records.logs import AuditEntry, AuditHead
from server.runtime.act import Act
from server.sentences import say

HASHED = ("at", "actor", "command", "subject", "instance_id", "reason", "details")
BEGINNING = "0" * 64  # stands where the first entry looks for its predecessor's hash
_ONLY = 1  # the id of the head
_head = table(AuditHead)
# Never where entries are already: a head that was lost must not be made anew in silence.
_BEGIN = text(
    "INSERT INTO audit_head (id, number, hash) SELECT :id, 0, :hash WHERE NOT EXISTS (SELECT 1 FROM audit_entry) "
    "ON CONFLICT DO NOTHING"
).bindparams(bindparam("id", _ONLY, Integer), bindparam("hash", BEGINNING, String))
_COLON = literal_column("':'", String)
_NEXT = _head.c.number + literal_column("1", Integer)
_ADVANCE = (
    update(_head)
    .where(_head.c.id == literal_column(str(_ONLY)))
    .values(
        number=_NEXT,
        hash=Sha256(_head.c.hash + _COLON + cast(_NEXT, String) + _COLON + bindparam("digest", type_=String)),
    )
    .returning(_head.c.number, _head.c.hash)
)


def append(act: Act, command: str) -> None:
    """Write the entry of a command; nothing may be written after it in the same transaction but the commit."""
    entry = {
        "at": act.moment,
        "actor": act.actor.id,
        "command": command,
        "subject": act.subject,
        "instance_id": act.instance_id,
        "reason": act.reason,
        "details": _with_token(act),
    }
    # Rows that are still to be written are written now, so that nobody waits for a row while holding the head.
    db.session.flush()
    number, hash_ = _advance(digest(entry))
    add_rows(AuditEntry, [{"id": number, **entry, "hash": hash_}])


def _with_token(act: Act) -> str | None:
    """What else an auditor must know, with the token by which the actor acted, if they did."""
    if not act.actor.token:
        return act.details
    return json.dumps({**json.loads(act.details or "{}"), "token": act.actor.token}, separators=(",", ":"))


def digest(entry: Mapping[str, Any]) -> str:
    """The hash of an entry's own fields in their canonical form: JSON in ASCII without spaces, moments in UTC."""
    return sha256(json.dumps([_plain(entry[name]) for name in HASHED], ensure_ascii=True, separators=(",", ":")))


def link(previous: str, number: int, own: str) -> str:
    """The hash of the entry with that number and *own* digest behind the entry with the hash *previous*."""
    return sha256(f"{previous}:{number}:{own}")


def _advance(own: str) -> tuple[int, str]:
    found = rows(_ADVANCE, {"digest": own}).one_or_none()
    if found is None:
        # The first command of a database; of two at once one makes the head and the other finds it.
        change(_BEGIN, {})
        found = rows(_ADVANCE, {"digest": own}).one_or_none()
    if found is None:
        raise Unavailable(
            say("The audit log has lost its head, so nothing was saved. An administrator has to mend it.")
        )
    return found.number, found.hash


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat(timespec="microseconds") if isinstance(value, datetime) else value
