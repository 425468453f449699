"""SpiffWorkflow's extension elements, in our words."""

from typing import Any

from server.expressions.expression import Expression
from tests.bpmn.models import NAMESPACES, content, problems, read

SPIFF = 'xmlns:spiffworkflow="http://spiffworkflow.org/bpmn/schema/1.0/core"'


def file(tag: str, words: str) -> bytes:
    notation = f"<{tag} id='x'><extensionElements>{words}</extensionElements></{tag}>"
    body = content(f"s startEvent\n{notation}\ne endEvent\ns -> x -> e")
    return (
        f"<definitions {NAMESPACES} {SPIFF}><process id='p' isExecutable='true'>{body}</process></definitions>".encode()
    )


def x(tag: str, words: str) -> Any:
    return read(file(tag, words)).processes[0].level.elements["x"]


def test_what_says_no_language_is_python_as_its_editor_writes_it() -> None:
    loop = "<standardLoopCharacteristics><loopCondition{}>{}</loopCondition></standardLoopCharacteristics>"
    for attributes, text, language in (
        ("", "orders[0] &gt; 3", "python"),
        ("", "= count(orders) &gt; 3", "feel"),
        (" language='feel'", "orders[1] &gt; 3", "feel"),
    ):
        data = file("task", "").replace(b"</task>", loop.format(attributes, text).encode() + b"</task>")
        found = read(data).processes[0].level.elements["x"].loop
        assert found is not None
        assert found.loop_condition is not None
        assert found.loop_condition.language == language


def test_scripts_run_before_and_after_a_task() -> None:
    scripts = (
        "<spiffworkflow:preScript>a = 1</spiffworkflow:preScript>"
        "<spiffworkflow:postScript>b = a</spiffworkflow:postScript>"
    )
    before, after = x("userTask", scripts).listeners
    assert (before.event, before.script.text, before.script.language) == ("start", "a = 1", "python")
    assert (after.event, after.script.text) == ("end", "b = a")


def test_an_operator_is_a_workers_topic_and_its_parameters_are_headers() -> None:
    operator = (
        "<spiffworkflow:serviceTaskOperator id='http/GetRequest' resultVariable='answer'><spiffworkflow:parameters>"
        "<spiffworkflow:parameter id='url' type='str' value='base + \"/x\"'/></spiffworkflow:parameters>"
        "</spiffworkflow:serviceTaskOperator>"
    )
    work = x("serviceTask", operator).external
    assert work.topic.text == "http/GetRequest"
    assert dict(work.headers) == {
        "url": Expression('base + "/x"', "python", 2),
        "resultVariable": Expression("answer", "text", 2),
    }


def test_a_form_is_named_by_its_file() -> None:
    words = (
        "<spiffworkflow:properties><spiffworkflow:property name='formJsonSchemaFilename' value='leave-schema.json'/>"
        "</spiffworkflow:properties>"
    )
    assert x("userTask", words).form.key == "leave"
    assert any("JSON schema" in text for text in problems(file("userTask", words), "warning"))


def test_tests_of_the_editor_are_ignored_and_what_is_unknown_is_a_problem() -> None:
    data = file("userTask", "<spiffworkflow:unitTests/>")
    assert (problems(data), len(problems(data, "ignored"))) == ([], 1)
    assert problems(file("userTask", "<spiffworkflow:wonder/>"))[0].startswith("spiffworkflow:wonder is not known here")
