"""Why a branch was taken: the conditions that were asked there, evaluated once more with the variables of that moment.

Nothing that is asked again can change anything: it gets copies of the variables that history tells, and what an
expression may call to set or remove one refuses.
"""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Any, NoReturn, Protocol

from sqlalchemy import Row, select

from server.bpmn.definition import Element, Flow, Kind, Loop
from server.database import db
from server.errors import Failure, NotFound
from server.expressions import Expression, Facade
from server.expressions.explained import ENTRIES, Explained
from server.expressions.explaining import explain
from server.identity.actor import Actor
from server.records.process_instance import ProcessInstance
from server.runtime import access, definitions
from server.sentences import say

SECONDS = 1.0
"""For all that is asked again for one page: conditions are quick, and whoever writes slow ones waits no longer."""
_CHANGING = ("setVariable", "setVariableLocal", "removeVariable")


class Recorded(Protocol):
    """An entry of the audit trail."""

    @property
    def at(self) -> datetime: ...
    @property
    def actor(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def fields(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True)
class Reason:
    """One condition that was asked. `flow` and `target` are the names of where it leads to; `untold` is the sentence
    why no more can be said, "" where `why` is all of it.

    Of a condition that leads along no flow both are "" and `what` is that of the fact ConditionAsked; where that says
    how often an activity runs, `holds` is the number.
    """

    flow: str
    target: str
    condition: str
    holds: bool | int
    why: Explained
    untold: str = ""
    what: str = ""


@dataclass
class _Visit:
    """A visit that has been left, and the flows that it was left by."""

    activity: int
    taken: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Moment:
    """One flow that was taken, or one other condition that was asked, and the variables as they were seen there;
    `taken` are all the flows that the visit was left by."""

    entry: Recorded
    variables: Mapping[str, Any]
    taken: Sequence[str] = ()


def reasons(
    actor: Actor, instance_id: str, entries: Sequence[Recorded], numbers: Iterable[int]
) -> dict[int, tuple[Reason, ...]]:
    """For each of the *numbers* of *entries* (the first is 1) that took a flow on a condition, or by default: the
    conditions that decided it, in the order in which they were asked. For each that asked another condition: that one.
    Raises NotFound."""
    row = db.session.execute(
        select(ProcessInstance.definition_id, ProcessInstance.business_key).where(
            ProcessInstance.id == instance_id, access.visible_instances(actor)
        )
    ).one_or_none()
    if row is None:
        raise NotFound(say("There is no process instance here by that address, or you may not see it."))
    process = definitions.process(row.definition_id)
    elements = {element.id: element for element in process.elements()}
    flows = {flow.id: flow for flow in process.flows()}
    ends = monotonic() + SECONDS
    found: dict[int, tuple[Reason, ...]] = {}
    for number, moment in _moments(entries, frozenset(numbers)):
        fields = moment.entry.fields
        element = elements.get(fields["source"] if "source" in fields else fields["element"])
        offered = _offered(element, moment, instance_id, row) if element is not None else {}
        if moment.entry.name == "ConditionAsked":
            found[number] = (_elsewhere(element, moment, offered, ends),)
        else:
            asked = _asked(element, flows, moment) if element is not None else ()
            found[number] = tuple(_reason(flow, elements, moment, offered, ends) for flow in asked)
    return found


def _moments(entries: Sequence[Recorded], numbers: Set[int]) -> Iterator[tuple[int, _Moment]]:
    """The latest first: where time runs out, it does for what happened long ago."""
    scopes: dict[int, dict[str, Any]] = {0: {}}
    outer: dict[int, int] = {}
    visits: dict[str, _Visit] = {}
    found: list[tuple[int, _Moment]] = []
    for number, entry in enumerate(entries, start=1):
        fields = entry.fields
        match entry.name:
            case "ActivityStarted":
                outer[fields["activity"]] = fields.get("outer") or 0
            case "VariableChanged":
                _set(scopes.setdefault(fields.get("scope") or 0, {}), fields)
            case "ActivityCompleted":
                visits[fields["element"]] = _Visit(fields["activity"])
            case "FlowTaken" if fields["source"] in visits:
                visit = visits[fields["source"]]
                visit.taken.append(fields["flow"])
                if number in numbers:
                    found.append((number, _Moment(entry, _known(scopes, outer, visit.activity, fields), visit.taken)))
            case "ConditionAsked" if number in numbers:
                found.append((number, _Moment(entry, _known(scopes, outer, fields.get("activity") or 0, fields))))
    return reversed(found)


def _known(
    scopes: Mapping[int, dict[str, Any]], outer: Mapping[int, int], activity: int, fields: Mapping[str, Any]
) -> Mapping[str, Any]:
    """The variables that an activity sees, with those that the fact itself tells."""
    return {**_seen(scopes, outer, activity), **(fields.get("values") or {})}


def _set(scope: dict[str, Any], fields: Mapping[str, Any]) -> None:
    if fields.get("removed"):
        scope.pop(fields["name"], None)
    else:
        scope[fields["name"]] = fields.get("value")


def _seen(scopes: Mapping[int, dict[str, Any]], outer: Mapping[int, int], activity: int) -> Mapping[str, Any]:
    """What an activity sees: its own variables before those of what it runs in."""
    chain = [scopes.get(activity, {})]
    while activity:
        activity = outer.get(activity, 0)
        chain.append(scopes.get(activity, {}))
    return ChainMap(*chain)


def _asked(element: Element, flows: Mapping[str, Flow], moment: _Moment) -> Iterator[Flow]:
    """The conditions that decided: those that did not hold, as far as they were asked, and its own."""
    taken = moment.entry.fields["flow"]
    for key in element.outgoing:
        flow = flows[key]
        decided = key == taken or key not in moment.taken
        if decided and flow.condition is not None and key != element.default:
            yield flow
        if key == taken != element.default and element.kind is Kind.EXCLUSIVE_GATEWAY:
            return  # the conditions behind it were not asked


def _reason(
    flow: Flow, elements: Mapping[str, Element], moment: _Moment, offered: Mapping[str, Any], ends: float
) -> Reason:
    condition = flow.condition or Expression("")
    holds = flow.id == moment.entry.fields["flow"]
    same = not holds or moment.entry.fields.get("condition") == condition.text
    why, untold = _again(condition if same else None, condition.text, holds, moment, offered, ends)
    target = elements.get(flow.target)
    name = (target.name or target.id) if target is not None else flow.target
    return Reason(flow.name, name, condition.text, holds, why, untold)


def _elsewhere(element: Element | None, moment: _Moment, offered: Mapping[str, Any], ends: float) -> Reason:
    """A condition that leads along no flow."""
    fields = moment.entry.fields
    text, what, result = fields["condition"], fields["what"], fields["result"]
    found = _conditions(element, what) if element is not None else ()
    condition = next((each for each in found if each is not None and each.text == text), None)
    why, untold = _again(condition, text, result, moment, offered, ends)
    return Reason("", "", text, result, why, untold, what)


def _conditions(element: Element, what: str) -> Iterable[Expression | None]:
    """What the model writes at an element for that purpose."""
    if what == "event":
        return (trigger.condition for trigger in element.triggers)
    if what == "activation":
        return (element.activation,)
    loop = element.loop or Loop("standard")
    if what == "completion":
        return (loop.completion_condition, element.ad_hoc.completion if element.ad_hoc is not None else None)
    return ({"loop": loop.loop_condition, "cardinality": loop.cardinality, "collection": loop.collection}.get(what),)


def _again(
    condition: Expression | None,
    text: str,
    result: bool | int,
    moment: _Moment,
    offered: Mapping[str, Any],
    ends: float,
) -> tuple[Explained, str]:
    """What *condition* comes out as, asked once more; or what it came out as, and why no more can be said."""
    bare = Explained(text, result)
    if condition is None:
        return bare, say("Cannot be told any more: the condition was another one then.")
    if monotonic() > ends:
        return bare, say("Cannot be told any more: the conditions of this instance take too long.")
    why = explain(condition, moment.variables, offered)
    if why.failure:
        return why, say("Cannot be told any more: %(why)s.", why=why.failure)
    if not _agree(why.value, result):
        return bare, say("Cannot be told any more: what it reads was not kept as it was then.")
    return why, ""


def _agree(value: Any, result: bool | int) -> bool:
    """Whether a value may stand for what came of it; of a long list only the beginning is there."""
    if isinstance(result, bool):
        return bool(value) is result
    if isinstance(value, list | tuple | Mapping):
        return len(value) == result or len(value) > ENTRIES
    return str(value) == str(result) or (not isinstance(value, str) and value == result)


def _offered(element: Element, moment: _Moment, instance_id: str, row: Row[str, str | None]) -> Mapping[str, Any]:
    """What the engine offers to a condition, as far as it changes nothing."""
    at, variables = moment.entry.at, moment.variables
    properties = {
        "id": instance_id,
        "processInstanceId": instance_id,
        "processBusinessKey": row.business_key,
        "businessKey": row.business_key,
        "currentActivityId": element.id,
        "currentActivityName": element.name,
        "activityId": element.id,
    }
    methods: dict[str, Callable[..., Any]] = {
        "getVariable": variables.get,
        "hasVariable": variables.__contains__,
        **dict.fromkeys(_CHANGING, _refuse),
    }
    return {
        "now": lambda: at,
        "dateTime": lambda: at,
        "currentUser": lambda: moment.entry.actor,
        "execution": Facade("execution", properties, methods),
    }


def _refuse(*_: Any) -> NoReturn:
    raise Failure("it changes a variable, so it is not asked again")
