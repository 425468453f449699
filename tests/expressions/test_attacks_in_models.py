"""Attacks in every place where a process model holds text: each ends in an incident, and the next instance runs."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape
from typing import Any

import pytest

from server import bpmn, dmn
from server.bpmn.definition import FormReference
from server.engine.construction import construct
from server.engine.execution import Execution, Setting
from server.engine.facts import IncidentRaised
from server.errors import Failure, Invalid
from server.forms.definition import Form
from server.forms.dialects import form_js, model_fields
from server.forms.submission import accept
from tests.dmn import models
from tests.expressions.attacks import in_feel, in_juel, in_python
from tests.expressions.attacks.bounds import bounded

MOMENT = datetime(2026, 1, 1, tzinfo=UTC)
SETTING = Setting(instance_id="i", process_key="p", business_key=None, initiator="ann")
VARIABLES = {"s": "a" * 20_000, "x": 1}
ATTACKS = {
    "feel": "= count(for i in 1..10**9 return i) > 1",
    "feel's pattern": '= matches(s + s + s + s, "(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)x")',
    "feel's recursion": "= {f: function(x) f(x), r: f(1)}.r",
    "juel": "${s.replace('a', s)}",
    "juel's walk": "${s.getClass().forName('java.lang.Runtime')}",
}
PLACES = {
    "condition": """<exclusiveGateway id="g"/><sequenceFlow id="a" sourceRef="start" targetRef="g"/>
        <sequenceFlow id="b" sourceRef="g" targetRef="end"><conditionExpression>{}</conditionExpression>
        </sequenceFlow>""",
    "assignment": """<userTask id="g" camunda:assignee="{}"/>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "candidates": """<userTask id="g" camunda:candidateGroups="{}"/>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "mapping": """<userTask id="g"><extensionElements><camunda:inputOutput>
        <camunda:inputParameter name="y">{}</camunda:inputParameter></camunda:inputOutput></extensionElements>
        </userTask>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "timer": """<intermediateCatchEvent id="g"><timerEventDefinition><timeDuration>{}</timeDuration>
        </timerEventDefinition></intermediateCatchEvent>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "cardinality": """<userTask id="g"><multiInstanceLoopCharacteristics><loopCardinality>{}</loopCardinality>
        </multiInstanceLoopCharacteristics></userTask>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "message name": """<intermediateCatchEvent id="g"><messageEventDefinition messageRef="m"/>
        </intermediateCatchEvent>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "correlation key": """<intermediateCatchEvent id="g"><messageEventDefinition messageRef="k"/>
        </intermediateCatchEvent>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "message that is sent": """<sendTask id="g" messageRef="k"/>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
    "due date": """<userTask id="g" camunda:dueDate="{}"/>
        <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>""",
}
AROUND = """<sequenceFlow id="a" sourceRef="start" targetRef="g"/>
    <sequenceFlow id="b" sourceRef="g" targetRef="end"/>"""
IN_PYTHON = {
    place: written if place == "condition" else written + AROUND
    for place, written in {
        "condition": PLACES["condition"].replace("<conditionExpression>", '<conditionExpression language="python">'),
        "cardinality": """<userTask id="g"><multiInstanceLoopCharacteristics>
            <loopCardinality language="python">{}</loopCardinality></multiInstanceLoopCharacteristics></userTask>""",
        "completion condition": """<task id="g"><multiInstanceLoopCharacteristics>
            <loopCardinality>1</loopCardinality><completionCondition language="python">{}</completionCondition>
            </multiInstanceLoopCharacteristics></task>""",
        "loop condition": """<task id="g"><standardLoopCharacteristics>
            <loopCondition language="python">{}</loopCondition></standardLoopCharacteristics></task>""",
        "conditional event": """<intermediateCatchEvent id="g"><conditionalEventDefinition>
            <condition language="python">{}</condition></conditionalEventDefinition></intermediateCatchEvent>""",
        "timer": """<intermediateCatchEvent id="g"><timerEventDefinition>
            <timeDuration language="python">{}</timeDuration></timerEventDefinition></intermediateCatchEvent>""",
        "mapping": """<userTask id="g"><extensionElements><camunda:inputOutput><camunda:inputParameter name="y">
            <camunda:script scriptFormat="python">{}</camunda:script></camunda:inputParameter></camunda:inputOutput>
            </extensionElements></userTask>""",
        "data assignment": """<task id="g"><ioSpecification><dataInput id="i" name="i"/><inputSet/><outputSet/>
            </ioSpecification><dataInputAssociation><targetRef>i</targetRef><assignment>
            <from language="python">{}</from><to>i</to></assignment></dataInputAssociation></task>""",
    }.items()
}
SCRIPTS = [
    "while True: pass",
    "x = 'a'\nwhile True: x += x",
    "x = [s] * 99999\ny = str(x)",
    "y = s.replace('a', s)",
    "y = 10 ** 10 ** 10",
    "a = []\nfor i in range(60): a = [a, a]\ny = str(a)",
]
SCRIPT = """<scriptTask id="g" scriptFormat="python"><script>{}</script></scriptTask>
    <sequenceFlow id="a" sourceRef="start" targetRef="g"/><sequenceFlow id="b" sourceRef="g" targetRef="end"/>"""


def model(place: str, text: str) -> bytes:
    """A process with the text in that place; its messages are there for the places that need one."""
    written = escape(text)
    name, key = (written if place is PLACES["message name"] else "m"), written if 'messageRef="k"' in place else "k"
    return f"""<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="t"
        xmlns:camunda="http://camunda.org/schema/1.0/bpmn" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0">
        <message id="m" name="{name}"/><message id="k" name="paid"><extensionElements>
        <zeebe:subscription correlationKey="{key}"/></extensionElements></message>
        <process id="p" isExecutable="true">
        <startEvent id="start"/>{place.format(written)}<endEvent id="end"/></process></definitions>""".encode()


def incidents_of(place: str, text: str) -> list[str]:
    """What operators are told, at deploy or when an instance has started."""
    reading = bpmn.read_model(model(place, text), "attack.bpmn")
    refused = [problem.text for problem in reading.problems if problem.level == "problem"]
    if refused:
        return refused
    execution = Execution.start(construct(reading.processes[0]), SETTING, MOMENT, dict(VARIABLES))
    return [str(fact.message) for fact in execution.take_facts() if isinstance(fact, IncidentRaised)]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_in_a_model_becomes_an_incident(place: str, attack: str) -> None:
    with bounded():
        told = incidents_of(PLACES[place], ATTACKS[attack])
    assert len(told) == 1
    assert "\n" not in told[0]


TURNS = len(PLACES) + 5
"""Places of processes and cells of decisions."""


def in_feel_at(number: int, places: int) -> list[str]:
    """All quick attacks; those that use up what they are given take turns among the places. What holds `${` is JUEL."""
    return [text for text in (*in_feel.QUICK, *in_feel.SLOW[number::places]) if "${" not in text]


def in_python_at(number: int) -> list[str]:
    """The same of Python; its places are others."""
    return [*in_python.QUICK, *in_python.SLOW[number :: len(IN_PYTHON)]]


@pytest.mark.parametrize("number", range(len(PLACES)), ids=list(PLACES))
@pytest.mark.parametrize("language", ["feel", "juel"])
def test_sixty_attacks_and_more_in_each_place_become_incidents(language: str, number: int) -> None:
    place = list(PLACES.values())[number]
    texts = [f"= {text}" for text in in_feel_at(number, TURNS)] if language == "feel" else in_juel.ATTACKS
    assert len(set(texts)) >= 60
    assert [text[:60] for text in texts if not ends_in_a_sentence(place, text)] == []


@pytest.mark.parametrize("place", IN_PYTHON)
def test_sixty_attacks_in_python_wherever_python_may_stand_become_incidents(place: str) -> None:
    texts = in_python_at(list(IN_PYTHON).index(place))
    assert len(set(texts)) >= 60
    assert [text[:60] for text in texts if not ends_in_a_sentence(IN_PYTHON[place], text)] == []


def ends_in_a_sentence(place: str, text: str) -> bool:
    """Whether operators are told something, each time in one line, and in good time."""
    with bounded():
        told = incidents_of(place, text)
    return bool(told) and all("\n" not in sentence and " " in sentence for sentence in told)


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_attack_in_a_script_becomes_an_incident(script: str) -> None:
    with bounded():
        assert len(incidents_of(SCRIPT, script)) == 1


def test_after_all_attacks_an_honest_model_runs() -> None:
    assert incidents_of(PLACES["assignment"], '= if x = 1 then "ann" else "bob"') == []
    for place in ("message name", "correlation key", "message that is sent"):
        assert incidents_of(PLACES[place], '= "order " + string(x)') == []


# decisions

WALKS = {
    "feel": ["x.__class__.__mro__", '"{0.__class__}".format(x)', "f(x)"],
    "juel": ["${s.getClass().forName('java.lang.Runtime')}", "${x.__class__}", "${s.format(x)}"],
    "python": ["x.__class__.__mro__", "__import__('os').system('true')", "'{0.__class__}'.format(x)", "open('/etc')"],
}
FLOODS = {
    "feel": ["count(for i in 1..10**9 return i)", "{f: function(x) f(x), r: f(1)}.r", 'replace(s, "a", s)'],
    "juel": [
        "${s.replace('a', s)}",
        "${s.split('').join(s)}",
        "${99999999999 * " + " * ".join(["999999999"] * 90) + "}",
    ],
    "python": [
        "10 ** 10 ** 10",
        "[0] * 10 ** 9",
        "s.replace('a', s)",
        "sum(i for i in range(99999) for j in range(99999))",
    ],
}
IN_DECISIONS = [
    (language, text) for texts in (WALKS, FLOODS) for language, several in texts.items() for text in several
]
CELLS: dict[str, Callable[[str], str]] = {
    "literal expression": models.literal,
    "input expression": lambda text: models.table(["x"], ["y"], [["7", "1"]]).replace(
        "<inputExpression><text>x<", f"<inputExpression><text>{escape(text)}<"
    ),
    "input entry": lambda text: models.table(["x"], ["y"], [[text, "1"]]),
    "output entry": lambda text: models.table(["x"], ["y"], [["-", text]]),
    "default output": lambda text: models.table(["x"], ["y"], [["9", "1"]], default=text),
}


def decided(language: str, logic: str) -> Any:
    """What comes of a decision in that language; a refusal, a failure and what made a value null are texts."""
    attributes = f'namespace="urn:test" expressionLanguage="{language}"'
    reading = dmn.read_model(models.file(models.decision("d", logic), attributes=attributes), "attack.dmn")
    prepared = dmn.prepare_model(reading.model, (), "attack.dmn")
    refused = [problem.text for problem in (*reading.problems, *prepared.problems) if problem.level == "problem"]
    if refused:
        return refused[0]
    try:
        outcome = dmn.decide(prepared, "d", VARIABLES)
    except Failure as failure:
        return str(failure)
    return outcome.notes[0].text if outcome.notes else outcome.value


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("language", "text"), IN_DECISIONS, ids=lambda value: value[:30])
def test_an_attack_in_a_decision_is_refused_or_fails_or_gives_nothing(cell: str, language: str, text: str) -> None:
    with bounded():
        told = decided(language, CELLS[cell](text))
    assert isinstance(told, str), "also of a test that cannot be decided, which only does not match"
    assert "\n" not in told
    assert " " in told.strip(), "a sentence, and no result"


@pytest.mark.parametrize("number", range(len(CELLS)), ids=list(CELLS))
@pytest.mark.parametrize("language", ["feel", "juel", "python"])
def test_sixty_attacks_and_more_in_each_cell_do_no_harm(language: str, number: int) -> None:
    texts = {
        "feel": in_feel_at(len(PLACES) + number, TURNS),
        "juel": in_juel.ATTACKS,
        "python": [*in_python.QUICK, *in_python.SLOW[number :: len(CELLS)]],
    }[language]
    assert len(set(texts)) >= 60
    cell = list(CELLS.values())[number]
    texts = [
        text for text in texts if text != in_feel.NESTED
    ]  # harmless until it is written: tests/runtime/test_attacks
    assert [text[:60] for text in texts if not is_refused_or_fails(language, cell(text))] == []


def is_refused_or_fails(language: str, logic: str) -> bool:
    """In good time, and told in one line; also what made a value null."""
    with bounded():
        told = decided(language, logic)
    return isinstance(told, str) and "\n" not in told and " " in told.strip()


@pytest.mark.parametrize(("language", "text"), [("feel", "x + 1"), ("juel", "${x + 1}"), ("python", "x + 1")])
def test_after_all_attacks_an_honest_decision_is_made(language: str, text: str) -> None:
    assert decided(language, models.literal(text)) == 2


# forms

FIELD = """<userTask id="g"><extensionElements><camunda:formData>
    <camunda:formField id="who" label="Who" type="string" defaultValue="{}"/></camunda:formData></extensionElements>
    </userTask><sequenceFlow id="a" sourceRef="start" targetRef="g"/>
    <sequenceFlow id="b" sourceRef="g" targetRef="end"/>"""
DEFAULTS = [*WALKS["juel"], *FLOODS["juel"], ATTACKS["feel"], ATTACKS["feel's recursion"]]
FORM_TEXTS = [
    *(f"={text}" for text in (*WALKS["feel"][1:], *FLOODS["feel"])),
    "=" + "(" * 300 + "a" + ")" * 300,
    "=" + " or ".join(["a = 1"] * 2_000),
    '="' + "a" * 5_000 + '" = a',
    "=not(" * 100 + "a" + ")" * 100,
]


def fields_of(text: str) -> str | Form:
    """The form of a user task whose field has that default, or the sentence with which it is refused."""
    [process] = bpmn.read_model(model(FIELD, text), "attack.bpmn").processes
    refused = model_fields.check(process)
    element = process.element("g")
    assert element is not None
    return refused[0].text if refused else model_fields.read(element.form or FormReference())


def form_with(component: dict[str, Any]) -> Form:
    schema = {"type": "default", "id": "f", "components": [{"type": "textfield", "key": "a", **component}]}
    return form_js.read(json.dumps(schema).encode())


@pytest.mark.parametrize("text", DEFAULTS, ids=lambda value: value[:30])
def test_a_default_of_a_field_in_the_model_is_never_calculated(text: str) -> None:
    with bounded():
        told = fields_of(text)
    assert isinstance(told, str)
    assert "calculated, which is not possible here" in told


@pytest.mark.parametrize("language", ["feel", "juel"])
def test_sixty_attacks_and_more_as_defaults_are_refused_at_once(language: str) -> None:
    texts = [f"= {text}" for text in in_feel.ATTACKS] if language == "feel" else in_juel.ATTACKS
    assert len(set(texts)) >= 60
    told = []
    for text in texts:
        with bounded():
            told.append(fields_of(text))
    assert {sentence for sentence in told if not isinstance(sentence, str) or "calculated" not in sentence} == set()


def test_python_as_a_default_is_text_that_stands_for_itself() -> None:
    for text in in_python.ATTACKS:
        form = fields_of(text)
        assert isinstance(form, Form)
        assert form.fields[0].default == text


@pytest.mark.parametrize("text", FORM_TEXTS, ids=lambda value: value[:30])
@pytest.mark.parametrize("place", ["hide", "readonly"])
def test_a_condition_of_a_form_that_is_more_than_comparisons_is_refused(place: str, text: str) -> None:
    component = {"conditional": {"hide": text}} if place == "hide" else {"readonly": text}
    with bounded(), pytest.raises(Invalid) as raised:
        form_with(component)
    assert "\n" not in raised.value.problems[0].text


@pytest.mark.parametrize("text", ["=s.__class__.__mro__", "=s.__class__ != null", "=x.real = 1"])
def test_a_condition_of_a_form_finds_entries_of_variables_and_nothing_else(text: str) -> None:
    condition = form_with({"conditional": {"hide": text}}).fields[0].hidden_when
    assert condition is not None
    assert not condition.is_met(VARIABLES)


@pytest.mark.parametrize("text", FORM_TEXTS, ids=lambda value: value[:30])
def test_defaults_and_expressions_of_a_form_stay_text_on_the_server(text: str) -> None:
    with bounded():
        form = form_with({"defaultValue": text, "label": text})
        shown = form_with({"type": "expression", "expression": text})
    assert form.fields[0].default == text
    with bounded():
        assert accept(form, {}, VARIABLES) in ({}, {"a": ""}, {"a": None})
        assert accept(shown, {}, VARIABLES) == {}


def test_after_all_attacks_an_honest_form_is_read_and_its_answer_accepted() -> None:
    form = fields_of("ann")
    assert isinstance(form, Form)
    assert form.fields[0].default == "ann"
    assert accept(form, {"who": "bob"}, {}) == {"who": "bob"}
