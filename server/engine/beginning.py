"""How an instance begins: at its plain start event, where a trigger has come, or before elements that are named."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from server.bpmn.definition import Listener
from server.engine import modification
from server.engine.compensation import UNDO
from server.engine.conditions import tell_start
from server.engine.facts import InstanceStarted
from server.engine.instance import Instance, Setting
from server.engine.levels import can_begin, gateway_before, no_start, plain_starts
from server.engine.listening import tell_all
from server.engine.program import Program
from server.engine.tokens import Given, Token
from server.errors import BpmnError, Failure, Invalid
from server.sentences import say


def begin(
    program: Program,
    setting: Setting,
    moment: datetime,
    variables: Mapping[str, Any],
    start_element: str | None = None,
    payload: Mapping[str, Any] | None = None,
    number: int = 0,
) -> Instance:
    """A new instance, run to its first wait states from its plain start event, or from *start_element* whose trigger
    *number* has come with *payload*. Raises Invalid where there is no such start."""
    names = (start_element,) if start_element is not None else plain_starts(program.top)
    if not names or (start_element is not None and not can_begin(program.top, start_element)):
        raise Invalid(no_start(program.process, start_element))
    instance = _new(program, setting, moment, names[0])
    if start_element is not None:
        tell_start(instance, start_element, number, payload or {})
    _fill(instance, variables)
    given = None if start_element is None else Given(number, payload or {}, message=start_element)
    for name in names:
        instance.enter(gateway_before(program.top, name) or name, given=given)
    instance.run()
    return instance


def begin_before(
    program: Program,
    setting: Setting,
    moment: datetime,
    variables: Mapping[str, Any],
    element_keys: tuple[str, ...],
) -> Instance:
    """A new instance whose tokens appear before some elements, one after the other, while no start event is visited.

    It does not end before the last of them has had its turn. What its start events do for the whole process is done:
    they name the variable that tells who started it, and have what listens to its start. Raises Invalid where a token
    cannot appear, or a worker would have to be waited for.
    """
    instance = _new(program, setting, moment, element_keys[0])
    level = program.top.level
    initiators = [level.elements[key].initiator_variable for key in level.starts]
    _fill(instance, {**variables, **{name: setting.initiator for name in initiators if name is not None}})
    witness = Token(instance, instance.spec.step(UNDO))
    _tell_start_listeners(witness, level.start_listeners)
    for key in element_keys:
        if instance.ended:
            raise Invalid(
                say(
                    "A token cannot be put at '%(element_key)s': an element before it in the list has ended the"
                    " instance.",
                    element_key=key,
                )
            )
        modification.start_before(instance, key)
    if not witness.gone:
        instance.remove(witness)
        instance.settle()
    return instance


def _new(program: Program, setting: Setting, moment: datetime, element_key: str) -> Instance:
    instance = Instance(program, setting, moment, {})
    instance.person = setting.initiator
    instance.report(InstanceStarted(element_key))
    return instance


def _fill(instance: Instance, variables: Mapping[str, Any]) -> None:
    """It has its variables, and listens. Raises Invalid where an event sub-process cannot."""
    scope, data = instance.variables[0], instance.program.process.data
    for name, value in variables.items():
        scope.set_local(name, value)
    for name in data.inputs if data is not None else ():
        if not scope.holds(name):
            scope.set_local(name, None)
    instance.variables.accept()
    try:
        instance.listen()
    except Failure as failure:
        raise Invalid(say("An event sub-process cannot listen: %(failure)s", failure=failure)) from failure


def _tell_start_listeners(witness: Token, listeners: Iterable[Listener]) -> None:
    for listener in listeners:
        if listener.work is not None:
            raise Invalid(
                say("A worker listens to the start of this process, so that it can begin at its start event only.")
            )
        try:
            tell_all(witness, [listener])
        except (Failure, BpmnError) as failure:
            raise Invalid(say("What listens to the start fails: %(failure)s", failure=failure)) from failure
        witness.instance.variables.commit(witness.id)
