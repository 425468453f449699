"""What can come to a play from outside, and making it come: what people, connectors, callees, timers and events do."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.bpmn.definition import DecisionReference, Process
from server.engine import facts
from server.engine.elements.ad_hoc_sub_process import AdHoc
from server.engine.world import Made, Nowhere
from tests.engine.plays import Play

ASKED = {
    facts.UserTaskCreated: "task",
    facts.ConnectorCalled: "connector",
    facts.ExternalTaskCreated: "external",
    facts.CallRequested: "call",
}

Asking = facts.UserTaskCreated | facts.ConnectorCalled | facts.ExternalTaskCreated | facts.CallRequested


class Counting(Nowhere):
    """A world in which every decision counts `n` up."""

    def decide(self, reference: DecisionReference, key: str, version: str | None, scope: Mapping[str, Any]) -> Made:
        return Made(scope["n"] + 1)


@dataclass(frozen=True, order=True)
class Arrival:
    """`kind`: task, connector, external, call, timer, message, signal, choose (an activity of an ad-hoc sub-process) or
    enough (to end that)."""

    kind: str
    element: str
    activity: int
    number: int


def begin(process: Process, n: int, start: tuple[str, int] | None = None) -> Play:
    element, number = (None, 0) if start is None else start
    return Play(process, {"n": n, "log": []}, element, {}, number, world=Counting())


def arrivals(play: Play) -> list[Arrival]:
    """All that can come now; of the same, the oldest first."""
    live = {each.activity for each in play.straight.waiting() if each.state == "waiting"}
    found = [
        Arrival(ASKED[type(fact)], fact.element, fact.activity, 0)
        for fact in play.facts
        if isinstance(fact, Asking) and fact.activity in live
    ]
    ears: dict[tuple[int, int], Arrival] = {}
    for fact in play.facts:
        if isinstance(fact, facts.SubscriptionOpened):
            ears[fact.activity, fact.number] = Arrival(fact.kind, fact.element, fact.activity, fact.number)
        elif isinstance(fact, facts.TimerSet):
            ears[fact.activity, fact.number] = Arrival("timer", fact.element, fact.activity, fact.number)
        elif isinstance(fact, facts.SubscriptionClosed | facts.TimerCleared):
            del ears[fact.activity, fact.number]
    return sorted([*found, *ears.values(), *_choices(play)])


def _choices(play: Play) -> list[Arrival]:
    """What people may choose in the ad-hoc sub-processes that run."""
    found = []
    for each in play.straight.waiting():
        token = play.straight._instance.all[each.activity]
        if token.works and isinstance(token.task_spec, AdHoc) and token.task_spec.element.lets_people_choose():
            step = token.task_spec
            keys = [key for key in step.choices if step.refusal(token, key) is None]
            found += [Arrival("choose", key, each.activity, 0) for key in keys]
            found += [Arrival("enough", each.element, each.activity, 0)] if step.how.completion is None else []
    return found


def come(play: Play, arrival: Arrival, n: int) -> tuple[str, tuple[Any, ...]]:
    """Let it come; a person who does a user task says what `n` is. Returns the command that was given, and its values.

    A timer comes when it is due.
    """
    if arrival.kind == "timer":
        play.moment = max(play.moment, play.timers()[arrival.activity, arrival.number])
    command, *values = _command(arrival, n)
    play.do(command, arrival.activity, *values, play.moment)
    return command, (arrival.activity, *values, play.moment)


def _command(arrival: Arrival, n: int) -> tuple[Any, ...]:
    match arrival.kind:
        case "task":
            return "complete_user_task", {"n": n}, "grace"
        case "connector":
            return "complete_connector", {}
        case "external":
            return "complete_external_task", {}
        case "call":
            return "return_from_call", {}
        case "choose":
            return "start_ad_hoc", arrival.element
        case "enough":
            return ("finish_ad_hoc",)
        case "timer":
            return "fire_timer", arrival.number
        case kind:
            return f"deliver_{kind}", arrival.number, {}
