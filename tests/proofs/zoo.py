"""A small process for each thing that a step can do, and somebody who takes part in all of them."""

from server.identity.actor import person_actor
from tests.commands.conftest import flows, model
from tests.proofs import models

ANN = person_actor("ann", "Ann", frozenset({"participant"}), frozenset({"clerks"}))
_NOW = "PT0S"
_SIGNAL = '<signalEventDefinition signalRef="news"/>'
ZOO = {
    "user task, script and timer": models.row(
        "p",
        models.user_task("look"),
        '<scriptTask id="count" scriptFormat="python"><script>total = 1</script></scriptTask>',
        models.timer("pause", _NOW),
    ),
    "call outside": models.row("p", models.call("effect", "http://127.0.0.1:9/")),
    "continuation before and after": models.row(
        "p", '<task id="step" camunda:asyncBefore="true" camunda:asyncAfter="true"/>'
    ),
    "message": models.row("p", models.message("news")),
    "branches and their join": models.branches(2).replace(b'id="branches"', b'id="p"'),
    "a failing script": models.row(
        "p", '<scriptTask id="bad" scriptFormat="python"><script>x = 1 // 0</script></scriptTask>'
    ),
    "several at once": models.row("p", models.several("vote", 3)),
    "a timer on the border": models.row("p", models.user_task("look")).replace(
        b"</process>",
        (
            b'<boundaryEvent id="late" attachedToRef="look" cancelActivity="false"><timerEventDefinition>'
            b"<timeDuration>PT0S</timeDuration></timerEventDefinition></boundaryEvent>"
            b'<endEvent id="reminded"/><sequenceFlow id="to_reminded" sourceRef="late" targetRef="reminded"/></process>'
        ),
    ),
    "a signal to another": model(
        "p", '<startEvent id="begin"/><endEvent id="done">' + _SIGNAL + "</endEvent>" + flows("begin>done")
    ).replace(b"<process", b'<signal id="news" name="news"/><process', 1),
}
ENDS = [name for name in ZOO if name != "a failing script"]  # the others wait for somebody to mend them
