"""Why a process instance went this way and not that: the conditions that were asked, with the values they had then."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.api.endpoints import Noun
from server.expressions.explained import Explained
from server.expressions.feel import FeelFunction, Range
from server.expressions.feel import shown as in_feel
from server.identity.actor import Actor
from server.identity.permissions import Permission
from server.keyset import Page
from server.queries import history, reasons

noun = Noun("process-instances", "Process instances", Permission.SIGN_IN)
MOST = 50  # choices, the latest first
MOST_PARTS = 100  # of one condition
LONGEST = 200  # characters of a part or its value


@dataclass(frozen=True)
class ConditionPart:
    """A part of a condition and its value; `depth` 1 stands directly in the condition."""

    depth: int
    text: str
    value: str


@dataclass(frozen=True)
class Asked:
    """A condition that was asked: `entry` is the number of the history's entry that it decided; `result` is a number
    where a loop asked how often. `untold` says why no more can be said, "" where `parts` is all of it."""

    entry: int
    flow: str
    target: str
    condition: str
    result: bool | int
    parts: tuple[ConditionPart, ...]
    untold: str


@noun.get("/{instance_id}/reasons")
def reasons_of(actor: Actor, instance_id: str) -> Page[Asked]:
    """The conditions that decided the latest choices, each with the values it had then."""
    entries = history.trail(actor, instance_id).entries
    chosen = [number for number, entry in enumerate(entries, start=1) if _is_choice(entry)][-MOST:]
    found = reasons.reasons(actor, instance_id, entries, chosen)
    return Page(tuple(_asked(number, one) for number in reversed(chosen) for one in found.get(number, ())))


def _is_choice(entry: history.Entry) -> bool:
    return entry.name == "FlowTaken" and bool(entry.fields.get("condition") or entry.fields.get("result"))


def _asked(number: int, reason: reasons.Reason) -> Asked:
    parts = tuple(_parts(reason.why.parts, 1))[:MOST_PARTS]
    return Asked(number, reason.flow, reason.target, reason.condition, reason.holds, parts, reason.untold)


def _parts(several: Iterable[Explained], depth: int) -> Iterator[ConditionPart]:
    for one in several:
        value = in_feel(one.value) if isinstance(one.value, Range | FeelFunction) else str(one.value)
        yield ConditionPart(depth, one.text[:LONGEST], value[:LONGEST])
        yield from _parts(one.parts, depth + 1)
