"""What changed between two versions, in words."""

from server.bpmn.difference import Change, compare
from tests.bpmn.models import around, model, read


def changes(old: bytes, new: bytes) -> tuple[Change, ...]:
    return compare(read(old).processes[0], read(new).processes[0])


def test_a_changed_due_date_is_told_from_what_to_what() -> None:
    old = around("x userTask name='Approve purchase' camunda:dueDate='P2D'")
    new = around("x userTask name='Approve purchase' camunda:dueDate='P3D'")
    assert changes(old, new) == (Change("x", "changed", "Approve purchase: due date changed from P2D to P3D"),)


def test_the_same_file_has_no_changes() -> None:
    assert changes(around("x task"), around("x task")) == ()


def test_lines_are_no_difference() -> None:
    assert changes(around("x task"), around("x task").replace(b"<process", b"\n\n<process")) == ()


def test_a_changed_documentation_is_told_without_its_text() -> None:
    found = changes(around("x task"), around("<documentation>More</documentation>\nx task"))
    assert found == (Change("p", "changed", "p: documentation changed"),)


def test_added_and_removed_elements_are_told_by_name() -> None:
    found = changes(around("x task name='Look'"), around("y task name='Check'").replace(b'"x"', b'"y"'))
    words = [change.words for change in found]
    assert "Check: added" in words
    assert "Look: removed" in words


def test_a_new_condition_is_told_by_the_ends_of_its_flow() -> None:
    plain = model("a task name='Look'\nb task\n<sequenceFlow id='f' sourceRef='a' targetRef='b'/>")
    condition = "<conditionExpression>late</conditionExpression></sequenceFlow>"
    conditional = model(f"a task name='Look'\nb task\n<sequenceFlow id='f' sourceRef='a' targetRef='b'>{condition}")
    assert changes(plain, conditional) == (Change("f", "changed", "Flow from Look to b: condition set to late"),)


def test_an_element_in_another_sub_process_is_moved() -> None:
    old = model("a task\n<subProcess id='q' name='Inside'><task id='b'/></subProcess>")
    new = model("<subProcess id='q' name='Inside'><task id='a'/><task id='b'/></subProcess>")
    assert changes(old, new) == (Change("a", "moved", "a: moved from the process itself to Inside"),)


def test_an_element_that_became_something_else_says_so() -> None:
    assert changes(around("x task"), around("x manualTask"))[0].words == "x: type changed from task to manual task"


def test_what_only_some_elements_have_is_told_as_well() -> None:
    old = around('<adHocSubProcess id="x"><userTask id="a"/></adHocSubProcess>')
    new = around('<adHocSubProcess id="x" ordering="Sequential"><userTask id="a"/></adHocSubProcess>')
    assert changes(old, new) == (Change("x", "changed", "x: ordering changed from all at once to one after the other"),)
    one, two = (around(f'<businessRuleTask id="x" camunda:decisionRef="{key}"/>') for key in ("one", "two"))
    assert changes(one, two) == (Change("x", "changed", "x: decision changed from one to two"),)
    conditional = "<conditionalEventDefinition><condition>n > {}</condition></conditionalEventDefinition>"
    four, five = (
        around(f'<intermediateCatchEvent id="x">{conditional.format(n)}</intermediateCatchEvent>') for n in (4, 5)
    )
    assert changes(four, five) == (Change("x", "changed", "x: condition changed from n > 4 to n > 5"),)
    few, many = (around(f'<task id="x" completionQuantity="{n}"/>') for n in (2, 3))
    assert changes(few, many) == (Change("x", "changed", "x: tokens sent changed from 2 to 3"),)
