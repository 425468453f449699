"""Every fact and command of the audit trail as a sentence: what happened, and why."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from server.expressions import values
from server.queries.history import Entry
from server.sentences import Sentence, say
from server.web.asked import asked, outcome
from server.web.words import gettext as _
from server.web.words import ngettext
from server.web.words import told as in_words

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

    def elements(self, name: str) -> list[str]:
        """The names of the elements whose keys stand in a field."""
        return [self.titles.get(key) or str(key) for key in self.fields.get(name) or ()]

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
        return _("nothing")
    if isinstance(value, bool):
        return _("true") if value else _("false")
    if isinstance(value, str):
        return _("“%(text)s”", text=value)
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
    if len(names) < 2:
        return "".join(names)
    return _("%(names)s and %(last)s", names=", ".join(names[:-1]), last=names[-1])


def pairs(given: Mapping[str, Any]) -> str:
    """ "amount = 12, currency = “EUR”"."""
    return ", ".join(f"{name} = {shown(value, 60)}" for name, value in given.items())


def _command(entry: Entry, told: Told) -> Said:
    known = COMMANDS.get(entry.name)
    what = in_words(known) if known else _("Gave the command %(name)s", name=entry.name)
    on = [entry.subject, told["variable"], told.title() if told["element"] else ""]
    if any(on):
        what = _("%(what)s %(which)s", what=what, which=" ".join(str(one) for one in on if one))
    if told["started"]:
        what = _("%(what)s to %(places)s", what=what, places=listed(told.elements("started")))
    return Said(what, _("“%(text)s”", text=entry.reason) if entry.reason else "")


def _flow(told: Told) -> Said:
    name, ends = told.titles.get(str(told["flow"])), {"source": told.title("source"), "target": told.title("target")}
    what = _("Took the flow from %(source)s to %(target)s", **ends)
    if name:
        what = _("Took the flow “%(name)s” from %(source)s to %(target)s", name=name, **ends)
    if told["result"] == "default":
        return Said(what, _with(_("The default flow: no condition was true"), told["values"]))
    if told["condition"]:
        result = {"false": _("false")}.get(told["result"] or "", _("true"))
        return Said(
            what, _with(_("%(condition)s was %(result)s", condition=told["condition"], result=result), told["values"])
        )
    return Said(what)


def _condition(told: Told) -> Said:
    what = _(
        "Asked the %(condition)s of %(element)s: %(outcome)s",
        condition=asked(told["what"]),
        element=told.title(),
        outcome=outcome(str(told["what"]), told.fields.get("result", True)),
    )
    return Said(what, _with(str(told["condition"]), told["values"]))


def _decision(told: Told) -> Said:
    """Which decision came out how, and the rules of its last table that matched."""
    made = told["told"] or {}
    name = made.get("name") or made.get("key") or _("a decision")
    rules = [str(rule) for table in made.get("tables", ())[-1:] for rule in table["rules"]]
    why = (
        ngettext("Rule %(rules)s matched", "Rules %(rules)s matched", len(rules), rules=", ".join(rules))
        if rules
        else ""
    )
    what = _(
        "Decided “%(name)s” at %(element)s: %(value)s", name=name, element=told.title(), value=shown(made.get("value"))
    )
    return Said(what, why)


def _with(sentence: str, given: Any) -> str:
    if not isinstance(given, Mapping) or not given:
        return sentence
    return _("%(sentence)s, with %(values)s", sentence=sentence, values=pairs(given))


def _variable(told: Told) -> Said:
    if told["removed"]:
        return Said(_("Removed the variable %(name)s", name=told["name"]))
    return Said(_("Set %(name)s to %(value)s", name=told["name"], value=shown(told.fields.get("value", {}))))


def _user_task(told: Told) -> Said:
    people = told.people("candidate_users")
    people += [_("the group %(name)s", name=name) for name in told.people("candidate_groups", "group")]
    if told["assignee"]:
        why = [_("For %(people)s", people=listed(told.people("assignee")))]
    else:
        why = [_("Offered to %(people)s", people=listed(people)) if people else _("Offered to nobody")]
    excluded = told.people("excluded_users")
    if excluded:
        why.append(_("but not to %(people)s", people=listed(excluded)))
    if told["due"]:
        why.append(_("due %(moment)s", moment=_moment(told["due"])))
    return Said(_("User task %(name)s", name=told["name"] or told.title()), ", ".join(why))


def _moment(value: Any) -> str:
    """A moment of a fact as it is kept, in UTC."""
    return str(value)[:16].replace("T", " ")


_WAITS: Mapping[str, Sentence] = MappingProxyType(
    {
        "message": say("Waits for the message %(name)s at %(element)s"),
        "signal": say("Waits for the signal %(name)s at %(element)s"),
        "condition": say("Waits for the condition %(name)s at %(element)s"),
    }
)


def _subscription(told: Told) -> Said:
    template = _WAITS.get(str(told["kind"]), say("Waits for %(name)s at %(element)s"))
    what = in_words(template) % {"name": told["name"], "element": told.title()}
    key = told["correlation_key"]
    return Said(_("%(what)s, for the key %(key)s", what=what, key=key) if key else what)


def _message_thrown(told: Told) -> Said:
    return Said(
        _("Sent the message %(name)s at %(element)s", name=told["name"], element=told.title()), _given(told, "payload")
    )


def _signal_thrown(told: Told) -> Said:
    return Said(
        _("Sent the signal %(name)s at %(element)s", name=told["name"], element=told.title()), _given(told, "payload")
    )


def _given(told: Told, name: str) -> str:
    return _("With %(values)s", values=pairs(told[name])) if told[name] else ""


def _error_caught(told: Told) -> Said:
    what = _("%(element)s caught the error %(code)s", element=told.title("catcher"), code=told["code"])
    return Said(what, _("Thrown at %(element)s", element=told.title()))


def _escalation_caught(told: Told) -> Said:
    what = _("%(element)s caught the escalation %(code)s", element=told.title("catcher"), code=told["code"])
    return Said(what, _("Thrown at %(element)s", element=told.title()))


def _incident(told: Told) -> Said:
    why = str(told["message"])
    if told["line"]:
        why = _("%(why)s, line %(line)s", why=why, line=told["line"])
    if told["names"]:
        why = _("%(why)s (reads %(names)s)", why=why, names=listed(list(told["names"])))
    return Said(_("Incident at %(element)s", element=told.title()), why)


def _called(told: Told) -> Said:
    what = _("Called the process %(key)s at %(element)s", key=told["process_key"], element=told.title())
    return Said(what, _given(told, "variables"))


def _opened(told: Told) -> Said:
    """Whom the model names to choose what is done in an ad-hoc sub-process."""
    named = [str(name) for kind in ("persons", "groups") for name in told.fields.get(kind) or ()]
    what = _("What is done in %(element)s can be chosen now", element=told.title())
    return Said(what, _("By %(people)s", people=listed(named)) if named else "")


def _picked(told: Told) -> Said:
    """Who chose what, and where."""
    who, picked = listed(told.people("person")), told.title("picked")
    what = _("%(element)s was chosen", element=picked)
    if who:
        what = _("%(person)s chose %(element)s as the next step", person=who, element=picked)
    return Said(what, _("In %(element)s", element=told.title()))


def _agent(told: Told) -> Said:
    """What an agent was asked and has answered, in full, and what that took."""
    used = _("%(read)s tokens read, %(written)s written", read=told["tokens_in"] or 0, written=told["tokens_out"] or 0)
    if told["cost"]:
        used = _("%(used)s, cost %(cost)s", used=used, cost=f"{told['cost'] / 1_000_000:.6f}")
    why = _(
        "Asked: %(prompt)s Answered: %(answer)s Model %(model)s: %(used)s.",
        prompt=(told["prompt"] or "")[:LONGEST_OF_AGENTS],
        answer=shown((told["answer"] or {}).get("answer"), LONGEST_OF_AGENTS),
        model=told["model"],
        used=used,
    )
    return Said(_("%(agent)s (AI agent) answered at %(element)s", agent=told["agent"], element=told.title()), why)


def _ended(told: Told) -> Said:
    why = str(told["reason"] or "")
    if told["error_code"]:
        why = _("%(why)s (error %(code)s)", why=why, code=told["error_code"])
    return Said(_("Ended before its end"), why)


FACTS: Mapping[str, Callable[[Told], Said]] = MappingProxyType(
    {
        "InstanceStarted": lambda told: Said(_("Began at %(element)s", element=told.title())),
        "InstanceCompleted": lambda told: Said(_("Came to its end")),
        "InstanceTerminated": _ended,
        "ActivityStarted": lambda told: Said(
            _("Entered %(element)s", element=told.title()),
            _("Number %(number)s of several", number=told["loop_counter"] + 1)
            if told["loop_counter"] is not None
            else "",
        ),
        "ActivityCompleted": lambda told: Said(_("Completed %(element)s", element=told.title())),
        "ActivityCancelled": lambda told: Said(_("Cancelled %(element)s", element=told.title())),
        "ActivitySkipped": lambda told: Said(_("Skipped %(element)s, left undone", element=told.title())),
        "ActivityCompensated": lambda told: Said(_("Began to undo %(element)s", element=told.title())),
        "FlowTaken": _flow,
        "ConditionAsked": _condition,
        "VariableChanged": _variable,
        "AdHocOpened": _opened,
        "AdHocActivityPicked": _picked,
        "DecisionMade": _decision,
        "DataStoreChanged": lambda told: Said(
            _("Wrote to the data store %(store)s at %(element)s", store=told["store"], element=told.title()),
            shown(told.fields.get("value", {})),
        ),
        "UserTaskCreated": _user_task,
        "UserTaskCompleted": lambda told: Said(_("Did the user task %(element)s", element=told.title())),
        "TimerSet": lambda told: Said(
            _("Set the timer %(element)s", element=told.title()),
            _("Due %(moment)s UTC", moment=str(told["due"] or "")[:19].replace("T", " ")),
        ),
        "TimerCleared": lambda told: Said(_("Took a timer back")),
        "SubscriptionOpened": _subscription,
        "SubscriptionClosed": lambda told: Said(_("Stopped waiting for a message or signal")),
        "MessageThrown": _message_thrown,
        "SignalThrown": _signal_thrown,
        "ConnectorCalled": lambda told: Said(
            _(
                "Asked for outside work (%(connector)s) at %(element)s",
                connector=told["connector"],
                element=told.title(),
            )
        ),
        "AgentAnswered": _agent,
        "ExternalTaskCreated": lambda told: Said(
            _("Asked a worker for %(topic)s at %(element)s", topic=told["topic"], element=told.title())
        ),
        "ExternalTaskCompleted": lambda told: Said(
            _("A worker has done its part at %(element)s", element=told.title())
        ),
        "ContinuationRequested": lambda told: Said(_("Goes on by itself at %(element)s", element=told.title())),
        "CallRequested": _called,
        "CallCancelled": lambda told: Said(_("Took the call at %(element)s back", element=told.title())),
        "EscalationUncaught": lambda told: Said(
            _("Nobody listened to the escalation %(code)s of %(element)s", code=told["code"], element=told.title()),
            _given(told, "payload"),
        ),
        "ErrorCaught": _error_caught,
        "EscalationCaught": _escalation_caught,
        "IncidentRaised": _incident,
        "IncidentResolved": lambda told: Said(_("Incident at %(element)s is over", element=told.title())),
    }
)

COMMANDS: Mapping[str, Sentence] = MappingProxyType(
    {
        "ad_hoc.start_activity": say("Chose what is done next:"),
        "ad_hoc.finish": say("Said that enough has been done"),
        "process_instances.start": say("Started it"),
        "process_instances.withdraw": say("Withdrew it"),
        "process_instances.cancel": say("Cancelled it"),
        "process_instances.suspend": say("Suspended it"),
        "process_instances.resume": say("Resumed it"),
        "process_instances.remind": say("Sent a reminder"),
        "process_instances.move": say("Moved tokens"),
        "process_instances.set_variable": say("Changed the variable"),
        "process_instances.remove_variable": say("Removed the variable"),
        "process_instances.follow": say("Followed it, or stopped following"),
        "user_tasks.claim": say("Claimed"),
        "user_tasks.release": say("Released"),
        "user_tasks.delegate": say("Handed over"),
        "user_tasks.reassign": say("Reassigned"),
        "user_tasks.complete": say("Submitted"),
        "user_tasks.ask_back": say("Asked back about"),
        "user_tasks.answer": say("Answered about"),
        "incidents.retry": say("Retried what had failed"),
        "comments.write": say("Wrote a comment"),
        "attachments.upload": say("Added a file"),
        "attachments.remove": say("Removed a file"),
        "jobs.fire_now": say("Had a waiting job done now"),
        "jobs.postpone": say("Postponed a waiting job"),
        "messages.discard": say("Discarded a message of it that nobody waited for"),
        "messages.match": say("Gave it a message that nobody waited for"),
        "messages.send": say("Sent a message"),
    }
)
