"""The models that are measured, made here so that their size can be chosen."""

from itertools import pairwise

_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:camunda="http://camunda.org/schema/1.0/bpmn" targetNamespace="benchmarks">'
)


def model(key: str, body: str) -> bytes:
    process = f'<bpmn:process id="{key}" name="{key}" isExecutable="true">{body}</bpmn:process>'
    return f"{_HEAD}{process}</bpmn:definitions>".encode()


def flow(source: str, target: str, condition: str = "") -> str:
    inside = f"<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>" if condition else ""
    ends = f'sourceRef="{source}" targetRef="{target}"'
    return f'<bpmn:sequenceFlow id="{source}_{target}" {ends}>{inside}</bpmn:sequenceFlow>'


def user_task(element_key: str, inside: str = "", group: str = "employees") -> str:
    named = f'id="{element_key}" name="{element_key}" camunda:candidateGroups="{group}"'
    return f"<bpmn:userTask {named}>{inside}</bpmn:userTask>"


def approval() -> bytes:
    """Start, one user task, a gateway, a script, an end: the work that peers were measured with."""
    return model(
        "approval",
        '<bpmn:startEvent id="begin" camunda:initiator="requester"/>'
        + user_task("approve")
        + '<bpmn:exclusiveGateway id="ok" default="ok_refused"/>'
        + '<bpmn:scriptTask id="count" scriptFormat="python">'
        + "<bpmn:script>total = amount * 2</bpmn:script></bpmn:scriptTask>"
        + '<bpmn:endEvent id="done"/><bpmn:endEvent id="refused"/>'
        + flow("begin", "approve")
        + flow("approve", "ok")
        + flow("ok", "count", "${amount &gt; 5}")
        + flow("ok", "refused")
        + flow("count", "done"),
    )


def loop() -> bytes:
    """One user task that comes back until `turns` have been made."""
    return model(
        "loop",
        '<bpmn:startEvent id="begin"/>'
        + user_task("work")
        + '<bpmn:exclusiveGateway id="again" default="again_work"/><bpmn:endEvent id="done"/>'
        + flow("begin", "work")
        + flow("work", "again")
        + flow("again", "work")
        + flow("again", "done", "${stop == true}"),
    )


def wide(count: int) -> bytes:
    """*count* parallel user tasks by multi-instance."""
    repeated = (
        '<bpmn:multiInstanceLoopCharacteristics isSequential="false">'
        f"<bpmn:loopCardinality>{count}</bpmn:loopCardinality></bpmn:multiInstanceLoopCharacteristics>"
    )
    return model(
        f"wide{count}",
        '<bpmn:startEvent id="begin"/>'
        + user_task("vote", repeated)
        + '<bpmn:endEvent id="done"/>'
        + flow("begin", "vote")
        + flow("vote", "done"),
    )


def waiting() -> bytes:
    """A user task with a timer far away: what thousands of instances do most of the time."""
    timer = (
        '<bpmn:boundaryEvent id="late" attachedToRef="approve" cancelActivity="false"><bpmn:timerEventDefinition>'
        "<bpmn:timeDuration>P30D</bpmn:timeDuration></bpmn:timerEventDefinition></bpmn:boundaryEvent>"
    )
    return model(
        "waiting",
        '<bpmn:startEvent id="begin"/>'
        + user_task("approve", group="crowd")
        + timer
        + '<bpmn:endEvent id="done"/><bpmn:endEvent id="reminded"/>'
        + flow("begin", "approve")
        + flow("approve", "done")
        + flow("late", "reminded"),
    )


def long(count: int) -> bytes:
    """*count* user tasks in a row."""
    keys = [f"step{number}" for number in range(count)]
    activities = "".join(user_task(key) for key in keys)
    flows = "".join(flow(source, target) for source, target in pairwise(keys))
    ends = '<bpmn:startEvent id="begin"/><bpmn:endEvent id="done"/>' + flow("begin", keys[0]) + flow(keys[-1], "done")
    return model(f"long{count}", ends + activities + flows)
