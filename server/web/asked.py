"""What conditions are called that lead along no flow, and what came of asking them."""

from collections.abc import Mapping
from types import MappingProxyType

from server.sentences import Sentence, say
from server.web.words import gettext as _
from server.web.words import ngettext, number
from server.web.words import told as in_words

_ASKED: Mapping[str, Sentence] = MappingProxyType(
    {
        "event": say("condition of the event"),
        "loop": say("loop condition"),
        "cardinality": say("number of instances"),
        "collection": say("list of instances"),
        "completion": say("completion condition"),
        "activation": say("activation condition"),
    }
)
"""What the model asks elsewhere than at a flow, by `what` of the fact ConditionAsked."""
_OUTCOMES: Mapping[tuple[str, bool], Sentence] = MappingProxyType(
    {
        ("event", True): say("true: it happened"),
        ("loop", True): say("true: once more"),
        ("loop", False): say("false: no more"),
        ("completion", True): say("true: it is enough"),
        ("activation", True): say("true: enough tokens have come"),
    }
)


def asked(what: str) -> str:
    """What such a condition is called, by `what` of its fact."""
    return in_words(_ASKED[what]) if what in _ASKED else _("condition")


def outcome(what: str, result: bool | int) -> str:
    """What came of such a condition; a number is how often an activity runs."""
    if isinstance(result, bool):
        told = _OUTCOMES.get((what, result))
        return in_words(told) if told is not None else _("true") if result else _("false")
    return ngettext("runs once", "runs %(times)s times", result, times=number(result))
