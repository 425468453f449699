"""Code of languages that are not run here is refused at deploy, wherever a model may hold it."""

from collections.abc import Callable

import pytest

from tests.bpmn.models import around, codes, extended, model, read


def holding(tag: str, *elements: str) -> str:
    return f"<{tag} id='x'>{extended(*elements)}</{tag}>"


LISTENER = "<camunda:{} event='{}'><camunda:script scriptFormat='{}'>a()</camunda:script></camunda:{}>"


def _listening(tag: str, listener: str, event: str, language: str) -> str:
    return holding(tag, LISTENER.format(listener, event, language, listener))


SCRIPT = "<camunda:script scriptFormat='{}'>a()</camunda:script>"
FOREIGN: dict[str, Callable[[str], str]] = {
    "script task": lambda language: f"<scriptTask id='x' scriptFormat='{language}'><script>a()</script></scriptTask>",
    "execution listener": lambda language: _listening("task", "executionListener", "start", language),
    "task listener": lambda language: _listening("userTask", "taskListener", "create", language),
    "input": lambda language: holding(
        "task",
        f"<camunda:inputOutput><camunda:inputParameter name='a'>{SCRIPT.format(language)}</camunda:inputParameter>"
        "</camunda:inputOutput>",
    ),
    "list in an output": lambda language: holding(
        "task",
        f"<camunda:inputOutput><camunda:outputParameter name='a'><camunda:list>{SCRIPT.format(language)}"
        "</camunda:list></camunda:outputParameter></camunda:inputOutput>",
    ),
    "timer": lambda language: (
        f"<intermediateCatchEvent id='x'><timerEventDefinition><timeDuration language='{language}'>a()</timeDuration>"
        "</timerEventDefinition></intermediateCatchEvent>"
    ),
    "loop": lambda language: (
        f"<task id='x'><standardLoopCharacteristics><loopCondition language='{language}'>a()</loopCondition>"
        "</standardLoopCharacteristics></task>"
    ),
    "cardinality": lambda language: (
        f"<task id='x'><multiInstanceLoopCharacteristics><loopCardinality language='{language}'>a()"
        "</loopCardinality></multiInstanceLoopCharacteristics></task>"
    ),
    "conditional event": lambda language: (
        f"<intermediateCatchEvent id='x'><conditionalEventDefinition><condition language='{language}'>a()"
        "</condition></conditionalEventDefinition></intermediateCatchEvent>"
    ),
}


@pytest.mark.parametrize("language", ["javascript", "JavaScript", "groovy", "text/javascript", "application/x-ruby"])
@pytest.mark.parametrize("place", FOREIGN)
def test_code_in_another_language_is_refused_with_its_line_and_a_hint(place: str, language: str) -> None:
    notation = FOREIGN[place](language)
    reading = read(around(notation))
    found = [problem for problem in reading.problems if problem.code == "foreign-language"]
    assert [(problem.level, problem.line) for problem in found] == [("problem", 4)]
    assert f"The language {language.lower()} cannot be run here; write it in" in found[0].text
    assert reading.refused


@pytest.mark.parametrize("language", ["javascript", "http://www.java.com/java", "http://www.mvel.org/2.0"])
def test_a_file_that_states_another_language_for_its_expressions_is_refused_where_they_stand(language: str) -> None:
    flow = (
        "<sequenceFlow id='f' sourceRef='x' targetRef='e'><conditionExpression>{}</conditionExpression></sequenceFlow>"
    )
    data = model(f"s startEvent\nx task\ne endEvent\nd endEvent\ns -> x -> d\n{flow}")
    for condition, refused in (("a == 1", True), ("${a == 1}", False), ("= a = 1", False)):
        stated = data.replace(b"{}", condition.encode()).replace(
            b"<definitions ", f"<definitions expressionLanguage='{language}' ".encode()
        )
        assert ("foreign-language" in codes(stated)) is refused
