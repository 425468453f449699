"""The audit trail as a page, a slider and a file show it: numbered rows with what each one changes on the diagram."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

from server.expressions.explained import Explained
from server.expressions.feel import FeelFunction, Range
from server.expressions.feel import shown as in_feel
from server.queries.history import Entry, Trail
from server.queries.reasons import Reason
from server.web.asked import asked, outcome
from server.web.moments import moment_text
from server.web.wording import Said, pairs, plain, sentence, shown
from server.web.words import gettext as _

PARTS_SHOWN = 40
DEEPEST = 8
_CHANGES = {
    "ActivityStarted": "entered",
    "ActivityCompleted": "completed",
    "ActivityCancelled": "cancelled",
    "IncidentRaised": "failed",
    "IncidentResolved": "resolved",
}


@dataclass(frozen=True)
class Row:
    """One entry in words; numbers begin at 1."""

    number: int
    at: datetime
    who: str
    what: str
    why: str
    entry: Entry


@dataclass(frozen=True)
class Branch:
    """Why a flow was taken where there was a choice, or what came of another condition; that one has no `target`."""

    number: int
    heading: str
    target: str
    condition: str
    values: str
    result: str


@dataclass(frozen=True)
class Variable:
    """A variable as it was last set."""

    name: str
    value: str
    by: str


@dataclass(frozen=True)
class Part:
    """A part of a condition with its value in words, and the parts within it."""

    text: str
    value: str
    parts: "tuple[Part, ...]" = ()


@dataclass(frozen=True)
class Asked:
    """A condition that was asked; `more` says whether it has more parts than are shown."""

    flow: str
    condition: str
    result: str
    parts: tuple[Part, ...]
    more: bool
    untold: str


def took(begun: datetime, ended: datetime) -> str:
    """How long, in the two largest units: "2 d 0 h", "3 min 5 s", "0 s"."""
    seconds = max(int((ended - begun).total_seconds()), 0)
    if seconds >= 86400:
        return _("%(days)s d %(hours)s h", days=seconds // 86400, hours=seconds % 86400 // 3600)
    if seconds >= 3600:
        return _("%(hours)s h %(minutes)s min", hours=seconds // 3600, minutes=seconds % 3600 // 60)
    if seconds >= 60:
        return _("%(minutes)s min %(seconds)s s", minutes=seconds // 60, seconds=seconds % 60)
    return _("%(seconds)s s", seconds=seconds)


def rows(trail: Trail) -> list[Row]:
    """Every entry with its sentence."""
    return [_row(number, entry, sentence(entry, trail.titles)) for number, entry in enumerate(trail.entries, start=1)]


def _row(number: int, entry: Entry, said: Said) -> Row:
    return Row(number, entry.at, entry.who, said.what, said.why, entry)


def forms(trail_rows: Iterable[Row], user_tasks: Mapping[int, str]) -> dict[int, str]:
    """The ids of the user tasks whose completion a row tells, by the row's number; *user_tasks*: by activity."""
    completed = [row for row in trail_rows if row.entry.name == "UserTaskCompleted"]
    found = {row.number: user_tasks.get(row.entry.fields["activity"], "") for row in completed}
    return {number: user_task_id for number, user_task_id in found.items() if user_task_id}


def events(trail_rows: Iterable[Row], titles: Mapping[str, str], zone: tzinfo) -> list[dict[str, Any]]:
    """What the island `replay` is given; its contract is in islands/README.md."""
    visits: dict[int, str] = {}
    found = []
    for row in trail_rows:
        fields = row.entry.fields
        if row.entry.name == "ActivityStarted":
            visits[fields["activity"]] = fields["element"]
        found.append(
            {
                "when": moment_text(row.at, zone, seconds=True),
                "text": row.what,
                "element": fields.get("element") if not row.entry.is_command else None,
                "change": _CHANGES.get(row.entry.name),
                "flow": fields.get("flow") if row.entry.name == "FlowTaken" else None,
                "variables": _set(row, visits, titles),
            }
        )
    return found


def _set(row: Row, visits: Mapping[int, str], titles: Mapping[str, str]) -> dict[str, Any] | None:
    fields = row.entry.fields
    if row.entry.name != "VariableChanged":
        return None
    change: dict[str, Any] = {"by": row.who}
    if not fields.get("removed"):
        change["value"] = plain(fields.get("value", {}))
    return {_variable_name(fields, visits, titles): change}


def _variable_name(fields: Mapping[str, Any], visits: Mapping[int, str], titles: Mapping[str, str]) -> str:
    """The name; a variable of an inner scope is told apart by the activity that it belongs to."""
    if not fields.get("scope"):
        return str(fields["name"])
    element = visits.get(fields.get("activity", 0), "")
    return _(
        "%(name)s (in %(element)s)", name=fields["name"], element=titles.get(element) or element or _("an inner scope")
    )


def variables(trail_rows: Iterable[Row], titles: Mapping[str, str]) -> list[Variable]:
    """The variables after the last row, by name."""
    visits: dict[int, str] = {}
    found: dict[str, Variable] = {}
    for row in trail_rows:
        fields = row.entry.fields
        if row.entry.name == "ActivityStarted":
            visits[fields["activity"]] = fields["element"]
        if row.entry.name == "VariableChanged":
            name = _variable_name(fields, visits, titles)
            value = "" if fields.get("removed") else shown(fields.get("value", {}), 200)
            found[name] = Variable(name, value, row.who)
    return [found[name] for name in sorted(found)]


def branches(trail_rows: Iterable[Row], titles: Mapping[str, str]) -> list[Branch]:
    """Every choice that was made, the latest first."""
    found = []
    for row in trail_rows:
        fields = row.entry.fields
        if row.entry.name == "ConditionAsked":
            found.append(_other(row.number, fields, titles))
        elif row.entry.name == "FlowTaken" and (fields.get("condition") or fields.get("result")):
            found.append(_branch(row.number, fields, titles))
    return found[::-1]


def _branch(number: int, fields: Mapping[str, Any], titles: Mapping[str, str]) -> Branch:
    source, target, flow = fields["source"], fields["target"], titles.get(fields["flow"])
    name = titles.get(target) or target
    result = fields.get("result") or "true"
    return Branch(
        number,
        f"{titles.get(source) or source}: {_flow(flow, name)}",
        name,
        fields.get("condition") or "",
        pairs(fields.get("values") or {}),
        _("default: no condition was true") if result == "default" else _result(result),
    )


def _other(number: int, fields: Mapping[str, Any], titles: Mapping[str, str]) -> Branch:
    element, what = fields["element"], fields["what"]
    return Branch(
        number,
        f"{titles.get(element) or element}: {asked(what)}",
        "",
        fields["condition"],
        pairs(fields.get("values") or {}),
        outcome(what, fields["result"]),
    )


def _flow(flow: str | None, target: str) -> str:
    """A flow by its name, else by where it leads."""
    return f"“{flow}”" if flow else _("to %(target)s", target=target)


def _result(result: str) -> str:
    """How a condition came out, as it was recorded."""
    return {"true": _("true"), "false": _("false")}.get(result, result)


def reasons(found: Mapping[int, Iterable[Reason]]) -> dict[int, list[Asked]]:
    """The conditions that decided each choice, in words."""
    return {number: [_asked(reason) for reason in several] for number, several in found.items()}


def _asked(reason: Reason) -> Asked:
    left = [PARTS_SHOWN]
    parts = _parts(reason.why.parts, left, 1)
    name = _("The %(condition)s", condition=asked(reason.what)) if reason.what else _flow(reason.flow, reason.target)
    result = shown(reason.holds)
    return Asked(name, _cut(reason.condition, 300), result, parts, left[0] < 0, reason.untold)


def _parts(several: Iterable[Explained], left: list[int], level: int) -> tuple[Part, ...]:
    """As many as *left* says, which counts down, below 0 where there are more."""
    found = []
    for each in several:
        left[0] -= 1
        if left[0] < 0 or level > DEEPEST:
            left[0] = -1
            break
        found.append(Part(_cut(each.text, 120), _told(each.value), _parts(each.parts, left, level + 1)))
    return tuple(found)


def _told(value: Any) -> str:
    """A value; what only FEEL has, such as a range, as FEEL writes it."""
    return _cut(in_feel(value), 80) if isinstance(value, Range | FeelFunction) else shown(value, 80)


def _cut(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"
