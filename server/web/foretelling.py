"""What moving tokens would do, in sentences: the plan that a dry run by the engine has made."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

from server.queries.modifications import Plan
from server.web.wording import Told, listed, shown
from server.web.words import gettext as _


def foretold(plan: Plan, started: Sequence[str]) -> list[str]:
    """A sentence for each thing that an operator has to know before, and where the tokens stand then."""
    sentences = [_("A new token begins before %(element)s.", element=plan.titles.get(key) or key) for key in started]
    for fact in plan.facts:
        say = _SENTENCES.get(fact.kind)
        if say is not None:
            sentences.append(say(Told(fact.fields, plan.titles)))
    if plan.standing:
        sentences.append(_("Tokens then stand at %(places)s.", places=listed(plan.standing)))
    return list(dict.fromkeys(sentences))


def _cancelled(told: Told) -> str:
    return _(
        "%(element)s (number %(activity)s) is cancelled; what waits there is taken away.",
        element=told.title(),
        activity=told["activity"],
    )


def _offered(told: Told) -> str:
    if told["assignee"]:
        return _("The user task %(name)s waits for %(assignee)s.", name=told["name"], assignee=told["assignee"])
    people = [*(told["candidate_users"] or ()), *(told["candidate_groups"] or ())]
    if not people:
        return _("The user task %(name)s is offered to nobody.", name=told["name"])
    return _("The user task %(name)s is offered to %(people)s.", name=told["name"], people=listed(people))


def _variable(told: Told) -> str:
    if told["removed"]:
        return _("The variable %(name)s is taken away.", name=told["name"])
    return _("The variable %(name)s becomes %(value)s.", name=told["name"], value=shown(told["value"], 80))


_SENTENCES: Mapping[str, Callable[[Told], str]] = MappingProxyType(
    {
        "ActivityCancelled": _cancelled,
        "UserTaskCreated": _offered,
        "VariableChanged": _variable,
        "ConnectorCalled": lambda told: _(
            "%(element)s asks for outside work (%(connector)s).", element=told.title(), connector=told["connector"]
        ),
        "ExternalTaskCreated": lambda told: _(
            "%(element)s asks for a worker (%(topic)s).", element=told.title(), topic=told["topic"]
        ),
        "CallRequested": lambda told: _(
            "%(element)s calls the process %(key)s.", element=told.title(), key=told["process_key"]
        ),
        "CallCancelled": lambda told: _("What %(element)s has called is cancelled.", element=told.title()),
        "MessageThrown": lambda told: _(
            "%(element)s sends the message %(name)s.", element=told.title(), name=told["name"]
        ),
        "SignalThrown": lambda told: _(
            "%(element)s sends the signal %(name)s.", element=told.title(), name=told["name"]
        ),
        "SubscriptionOpened": lambda told: _(
            "%(element)s waits for %(name)s.", element=told.title(), name=told["name"]
        ),
        "TimerSet": lambda told: _("The timer %(element)s is set.", element=told.title()),
        "IncidentRaised": lambda told: _(
            "%(element)s fails: %(message)s", element=told.title(), message=told["message"]
        ),
        "IncidentResolved": lambda told: _("The incident at %(element)s is over.", element=told.title()),
        "InstanceCompleted": lambda told: _("No token is left, so the process instance comes to its end."),
        "InstanceTerminated": lambda told: _("No token is left, so the process instance ends."),
    }
)
