"""Every fact and command of the audit trail as a sentence: what happened, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.expressions import values
from server.queries.history import Entry

LONGEST = 120
LONGEST_OF_AGENTS = 4_000  # what an agent was asked and said is read, not glanced at


@dataclass(frozen=True)
class Said:
    """What happened, and why, if there is more to say."""

    what: str
    why: str = ""


@dataclass(frozen=True)
class Told:
    """The fields of a fact, and the names of the elements and flows that they point to."""

    fields: Mapping[str, Any]
    titles: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:
        return self.fields.get(name)

    def title(self, name: str = "element") -> str:
        key = str(self.fields.get(name, ""))
        return self.titles.get(key) or key

    def people(self, name: str, kind: str = "user") -> list[str]:
        """The names of those whose ids stand in a field."""
        ids = self.fields.get(name) or ()
        return [self.titles.get(f"{kind}:{one}") or str(one) for one in ([ids] if isinstance(ids, str) else ids)]


def sentence(entry: Entry, titles: Mapping[str, str]) -> Said:
    """The entry in words; what is not known by name is told by its name."""
    told = Told(entry.fields, titles)
    if entry.is_command:
        return _command(entry, told)
    say = FACTS.get(entry.name)
    return say(told) if say is not None else Said(entry.name)


def shown(value: Any, longest: int = LONGEST) -> str:
    """A value of a variable as people read it, cut when it is long."""
    text = _written(value)
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def _written(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"“{value}”"
    if isinstance(value, int | float | Decimal | date | time):
        return str(value)
    return values.dump(plain(value))


def plain(value: Any) -> Any:
    """A value as plain JSON for the browser: moments as ISO 8601, decimals and durations as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta | Decimal):
        return str(value)
    return str(value)


def listed(names: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def pairs(given: Mapping[str, Any]) -> str:
    """ "amount = 12, currency = “EUR”"."""
    return ", ".join(f"{name} = {shown(value, 60)}" for name, value in given.items())


def _command(entry: Entry, told: Told) -> Said:
    what = COMMANDS.get(entry.name, f"Gave the command {entry.name}")
    if entry.subject:
        what = f"{what} {entry.subject}"
    if told["variable"]:
        what = f"{what} {told['variable']}"
    if told["element"]:
        what = f"{what} {told.title()}"
    if told["started"]:
        what = f"{what} to {listed([told.titles.get(key) or key for key in told['started']])}"
    return Said(what, f"“{entry.reason}”" if entry.reason else "")


def _flow(told: Told) -> Said:
    name = told.titles.get(str(told["flow"]))
    what = f"Took the flow {f'“{name}” ' if name else ''}from {told.title('source')} to {told.title('target')}"
    if told["result"] == "default":
        return Said(what, "The default flow: no condition was true" + _with(told["values"]))
    if told["condition"]:
        return Said(what, f"{told['condition']} was {told['result'] or 'true'}{_with(told['values'])}")
    return Said(what)


ASKED: Mapping[str, str] = MappingProxyType(
    {
        "event": "condition of the event",
        "loop": "loop condition",
        "cardinality": "number of instances",
        "collection": "list of instances",
        "completion": "completion condition",
        "activation": "activation condition",
    }
)
"""What the model asks elsewhere than at a flow, by `what` of the fact ConditionAsked."""
_OUTCOMES: Mapping[tuple[str, bool], str] = MappingProxyType(
    {
        ("event", True): "true: it happened",
        ("loop", True): "true: once more",
        ("loop", False): "false: no more",
        ("completion", True): "true: it is enough",
        ("activation", True): "true: enough tokens have come",
    }
)


def outcome(what: str, result: bool | int) -> str:
    """What came of such a condition; a number is how often an activity runs."""
    if isinstance(result, bool):
        return _OUTCOMES.get((what, result), "true" if result else "false")
    return "runs once" if result == 1 else f"runs {result:,} times"


def _condition(told: Told) -> Said:
    name = ASKED.get(told["what"], "condition")
    what = f"Asked the {name} of {told.title()}: {outcome(str(told['what']), told.fields.get('result', True))}"
    return Said(what, f"{told['condition']}{_with(told['values'])}")


def _decision(told: Told) -> Said:
    """Which decision came out how, and the rules of its last table that matched."""
    made = told["told"] or {}
    name = made.get("name") or made.get("key") or "a decision"
    rules = [str(rule) for table in made.get("tables", ())[-1:] for rule in table["rules"]]
    why = f"Rule{'s' if len(rules) > 1 else ''} {', '.join(rules)} matched" if rules else ""
    return Said(f"Decided “{name}” at {told.title()}: {shown(made.get('value'))}", why)


def _with(given: Any) -> str:
    return f", with {pairs(given)}" if isinstance(given, Mapping) and given else ""


def _variable(told: Told) -> Said:
    if told["removed"]:
        return Said(f"Removed the variable {told['name']}")
    return Said(f"Set {told['name']} to {shown(told.fields.get('value', {}))}")


def _user_task(told: Told) -> Said:
    people = told.people("candidate_users")
    groups = [f"the group {name}" for name in told.people("candidate_groups", "group")]
    if told["assignee"]:
        why = f"For {listed(told.people('assignee'))}"
    else:
        why = f"Offered to {listed(people + groups)}" if people or groups else "Offered to nobody"
    excluded = told.people("excluded_users")
    if excluded:
        why += f", but not to {listed(excluded)}"
    if told["due"]:
        why += f", due {str(told['due'])[:16].replace('T', ' ')}"
    return Said(f"User task {told['name'] or told.title()}", why)


def _subscription(told: Told) -> Said:
    key = f", for {told['correlation_key']}" if told["correlation_key"] else ""
    return Said(f"Waits for the {told['kind']} {told['name']} at {told.title()}{key}")


def _thrown(word: str) -> Callable[[Told], Said]:
    return lambda told: Said(f"Sent the {word} {told['name']} at {told.title()}", _payload(told))


def _payload(told: Told) -> str:
    return f"With {pairs(told['payload'])}" if told["payload"] else ""


def _caught(word: str) -> Callable[[Told], Said]:
    return lambda told: Said(f"{told.title('catcher')} caught the {word} {told['code']}", f"Thrown at {told.title()}")


def _incident(told: Told) -> Said:
    line = f", line {told['line']}" if told["line"] else ""
    names = f" (reads {listed(list(told['names']))})" if told["names"] else ""
    return Said(f"Incident at {told.title()}", f"{told['message']}{line}{names}")


def _called(told: Told) -> Said:
    return Said(f"Called the process {told['process_key']} at {told.title()}", _with_variables(told))


def _with_variables(told: Told) -> str:
    return f"With {pairs(told['variables'])}" if told["variables"] else ""


def _opened(told: Told) -> Said:
    """Whom the model names to choose what is done in an ad-hoc sub-process."""
    named = [str(name) for kind in ("persons", "groups") for name in told.fields.get(kind) or ()]
    return Said(f"What is done in {told.title()} can be chosen now", f"By {listed(named)}" if named else "")


def _picked(told: Told) -> Said:
    """Who chose what, and where."""
    who = listed(told.people("person"))
    what = f"{who} chose {told.title('picked')} as the next step" if who else f"{told.title('picked')} was chosen"
    return Said(what, f"In {told.title()}")


def _agent(told: Told) -> Said:
    """What an agent was asked and has answered, in full, and what that took."""
    used = f"{told['tokens_in'] or 0} tokens read, {told['tokens_out'] or 0} written"
    cost = f", cost {told['cost'] / 1_000_000:.6f}" if told["cost"] else ""
    answer = shown((told["answer"] or {}).get("answer"), LONGEST_OF_AGENTS)
    why = f"Asked: {(told['prompt'] or '')[:LONGEST_OF_AGENTS]} Answered: {answer} Model {told['model']}: {used}{cost}."
    return Said(f"{told['agent']} (AI agent) answered at {told.title()}", why)


def _ended(told: Told) -> Said:
    code = f" (error {told['error_code']})" if told["error_code"] else ""
    return Said("Ended before its end", f"{told['reason'] or ''}{code}")


FACTS: Mapping[str, Callable[[Told], Said]] = MappingProxyType(
    {
        "InstanceStarted": lambda told: Said(f"Began at {told.title()}"),
        "InstanceCompleted": lambda told: Said("Came to its end"),
        "InstanceTerminated": _ended,
        "ActivityStarted": lambda told: Said(
            f"Entered {told.title()}",
            f"Number {told['loop_counter'] + 1} of several" if told["loop_counter"] is not None else "",
        ),
        "ActivityCompleted": lambda told: Said(f"Completed {told.title()}"),
        "ActivityCancelled": lambda told: Said(f"Cancelled {told.title()}"),
        "ActivitySkipped": lambda told: Said(f"Skipped {told.title()}, left undone"),
        "ActivityCompensated": lambda told: Said(f"Began to undo {told.title()}"),
        "FlowTaken": _flow,
        "ConditionAsked": _condition,
        "VariableChanged": _variable,
        "AdHocOpened": _opened,
        "AdHocActivityPicked": _picked,
        "DecisionMade": _decision,
        "DataStoreChanged": lambda told: Said(
            f"Wrote to the data store {told['store']} at {told.title()}", shown(told.fields.get("value", {}))
        ),
        "UserTaskCreated": _user_task,
        "UserTaskCompleted": lambda told: Said(f"Did the user task {told.title()}"),
        "TimerSet": lambda told: Said(
            f"Set the timer {told.title()}", f"Due {str(told['due'] or '')[:19].replace('T', ' ')} UTC"
        ),
        "TimerCleared": lambda told: Said("Took a timer back"),
        "SubscriptionOpened": _subscription,
        "SubscriptionClosed": lambda told: Said("Stopped waiting for a message or signal"),
        "MessageThrown": _thrown("message"),
        "SignalThrown": _thrown("signal"),
        "ConnectorCalled": lambda told: Said(f"Asked for outside work ({told['connector']}) at {told.title()}"),
        "AgentAnswered": _agent,
        "ExternalTaskCreated": lambda told: Said(f"Asked a worker for {told['topic']} at {told.title()}"),
        "ExternalTaskCompleted": lambda told: Said(f"A worker has done its part at {told.title()}"),
        "ContinuationRequested": lambda told: Said(f"Goes on by itself at {told.title()}"),
        "CallRequested": _called,
        "CallCancelled": lambda told: Said(f"Took the call at {told.title()} back"),
        "EscalationUncaught": lambda told: Said(
            f"Nobody listened to the escalation {told['code']} of {told.title()}", _payload(told)
        ),
        "ErrorCaught": _caught("error"),
        "EscalationCaught": _caught("escalation"),
        "IncidentRaised": _incident,
        "IncidentResolved": lambda told: Said(f"Incident at {told.title()} is over"),
    }
)

COMMANDS: Mapping[str, str] = MappingProxyType(
    {
        "ad_hoc.start_activity": "Chose what is done next:",
        "ad_hoc.finish": "Said that enough has been done",
        "process_instances.start": "Started it",
        "process_instances.withdraw": "Withdrew it",
        "process_instances.cancel": "Cancelled it",
        "process_instances.suspend": "Suspended it",
        "process_instances.resume": "Resumed it",
        "process_instances.remind": "Sent a reminder",
        "process_instances.move": "Moved tokens",
        "process_instances.set_variable": "Changed the variable",
        "process_instances.remove_variable": "Removed the variable",
        "process_instances.follow": "Followed it, or stopped following",
        "user_tasks.claim": "Claimed",
        "user_tasks.release": "Released",
        "user_tasks.delegate": "Handed over",
        "user_tasks.reassign": "Reassigned",
        "user_tasks.complete": "Submitted",
        "user_tasks.ask_back": "Asked back about",
        "user_tasks.answer": "Answered about",
        "incidents.retry": "Retried what had failed",
        "comments.write": "Wrote a comment",
        "attachments.upload": "Added a file",
        "attachments.remove": "Removed a file",
        "jobs.fire_now": "Had a waiting job done now",
        "jobs.postpone": "Postponed a waiting job",
        "messages.discard": "Discarded a message of it that nobody waited for",
        "messages.match": "Gave it a message that nobody waited for",
        "messages.send": "Sent a message",
    }
)
