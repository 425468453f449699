"""What stands in a file is counted against what was made of it."""

from server.bpmn.counts import Counts, counts_constructed, counts_in_file
from server.bpmn.document import read_document
from tests.bpmn.models import around, model, read

CONDITION = (
    '<sequenceFlow id="f" sourceRef="x" targetRef="y"><conditionExpression>{}</conditionExpression></sequenceFlow>'
)


def counted(data: bytes) -> tuple[Counts, Counts]:
    """In the file, and constructed."""
    return counts_in_file(read_document(data, "model.bpmn")), counts_constructed(read(data).processes)


def test_nodes_events_and_conditions_are_counted_by_kind() -> None:
    timer = "<timerEventDefinition><timeDuration>PT1H</timeDuration></timerEventDefinition>"
    data = around(f'<userTask id="x"/>\n<boundaryEvent id="y" attachedToRef="x">{timer}</boundaryEvent>\nt task')
    data = data.replace(b"</process>", CONDITION.format("${late}").replace('"y"', '"t"').encode() + b"</process>")
    in_file, constructed = counted(data)
    assert in_file.nodes == {"boundaryEvent": 1, "endEvent": 1, "startEvent": 1, "task": 1, "userTask": 1}
    assert in_file.events == {"timer": 1}
    assert in_file.conditions == 1
    assert constructed == in_file


def test_what_stands_in_sub_processes_is_counted() -> None:
    in_file, constructed = counted(around('<subProcess id="x"><task id="t"/></subProcess>'))
    assert in_file.nodes["task"] == 1
    assert constructed == in_file


def test_a_trigger_that_is_only_referred_to_counts_where_it_is_used() -> None:
    start = '<startEvent id="s"><eventDefinitionRef>me:d</eventDefinitionRef></startEvent>'
    data = model(f"{start}\nt task\ns -> t", '<signalEventDefinition id="d" signalRef="g"/><signal id="g" name="Go"/>')
    in_file, constructed = counted(data)
    assert in_file.events == {"signal": 1}
    assert constructed == in_file


def test_what_was_not_made_shows_as_a_difference() -> None:
    in_file, constructed = counted(around(f"x task\ny task\n{CONDITION.format('')}"))
    assert (in_file.conditions, constructed.conditions) == (0, 0)
    data = around('x task\n<intermediateCatchEvent id="c"><wonderEventDefinition/></intermediateCatchEvent>')
    in_file, constructed = counted(data)
    assert (in_file.events, constructed.events) == ({"wonder": 1}, {})
