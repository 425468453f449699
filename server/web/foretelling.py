"""What moving tokens would do, in sentences: the plan that a dry run by the engine has made."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from server.queries.modifications import Plan
from server.web.wording import Told, listed, shown


def foretold(plan: Plan, started: Sequence[str]) -> list[str]:
    """A sentence for each thing that an operator has to know before, and where the tokens stand then."""
    sentences = [f"A new token begins before {plan.titles.get(key) or key}." for key in started]
    for fact in plan.facts:
        say = _SENTENCES.get(fact.kind)
        if say is not None:
            sentences.append(say(Told(fact.fields, plan.titles)))
    if plan.standing:
        sentences.append(f"Tokens then stand at {listed(plan.standing)}.")
    return list(dict.fromkeys(sentences))


def _cancelled(told: Told) -> str:
    return f"{told.title()} (number {told['activity']}) is cancelled; what waits there is taken away."


def _offered(told: Told) -> str:
    if told["assignee"]:
        return f"The user task {told['name']} waits for {told['assignee']}."
    people = [*(told["candidate_users"] or ()), *(told["candidate_groups"] or ())]
    return f"The user task {told['name']} is offered to {listed(people) if people else 'nobody'}."


def _variable(told: Told) -> str:
    if told["removed"]:
        return f"The variable {told['name']} is taken away."
    return f"The variable {told['name']} becomes {shown(told['value'], 80)}."


_SENTENCES: Mapping[str, Callable[[Told], str]] = MappingProxyType(
    {
        "ActivityCancelled": _cancelled,
        "UserTaskCreated": _offered,
        "VariableChanged": _variable,
        "ConnectorCalled": lambda told: f"{told.title()} asks for outside work ({told['connector']}).",
        "ExternalTaskCreated": lambda told: f"{told.title()} asks for a worker ({told['topic']}).",
        "CallRequested": lambda told: f"{told.title()} calls the process {told['process_key']}.",
        "CallCancelled": lambda told: f"What {told.title()} has called is cancelled.",
        "MessageThrown": lambda told: f"{told.title()} sends the message {told['name']}.",
        "SignalThrown": lambda told: f"{told.title()} sends the signal {told['name']}.",
        "SubscriptionOpened": lambda told: f"{told.title()} waits for the {told['kind']} {told['name']}.",
        "TimerSet": lambda told: f"The timer {told.title()} is set.",
        "IncidentRaised": lambda told: f"{told.title()} fails: {told['message']}",
        "IncidentResolved": lambda told: f"The incident at {told.title()} is over.",
        "InstanceCompleted": lambda _: "No token is left, so the process instance comes to its end.",
        "InstanceTerminated": lambda _: "No token is left, so the process instance ends.",
    }
)
