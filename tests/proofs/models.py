"""The processes that proofs run: one for each thing that a step can do, as small as it can be."""

import re
from itertools import pairwise

from tests.commands.conftest import flows, model

_TIMER = "<timerEventDefinition><timeDuration>{}</timeDuration></timerEventDefinition>"
_USER = '<userTask id="{0}" name="{1}" camunda:candidateGroups="clerks"/>'
_ENDS = '<startEvent id="begin"/><endEvent id="done"/>'


def user_task(key: str) -> str:
    return _USER.format(key, key.capitalize())


def timer(key: str, duration: str = "PT1S") -> str:
    return f'<intermediateCatchEvent id="{key}">{_TIMER.format(duration)}</intermediateCatchEvent>'


def call(key: str, url: str, cycle: str = "R9/PT1S") -> str:
    """A service task that posts to *url*."""
    return (
        f'<serviceTask id="{key}" name="{key.capitalize()}"><extensionElements>'
        f"<camunda:failedJobRetryTimeCycle>{cycle}</camunda:failedJobRetryTimeCycle>"
        '<camunda:connector><camunda:inputOutput><camunda:inputParameter name="method">POST</camunda:inputParameter>'
        f'<camunda:inputParameter name="url">{url}</camunda:inputParameter></camunda:inputOutput>'
        "<camunda:connectorId>http-connector</camunda:connectorId></camunda:connector></extensionElements></serviceTask>"
    )


def message(name: str) -> str:
    """An event that waits for the message *name*, which `row` declares."""
    return (
        f'<intermediateCatchEvent id="{name}"><messageEventDefinition messageRef="of_{name}"/></intermediateCatchEvent>'
    )


def several(key: str, count: int) -> str:
    """*count* parallel user tasks by multi-instance."""
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="false">'
        f"<loopCardinality>{count}</loopCardinality></multiInstanceLoopCharacteristics>"
    )
    return user_task(key).replace("/>", f">{loop}</userTask>")


def row(key: str, *nodes: str) -> bytes:
    """A process of *nodes* one behind the other; each must have its id first."""
    keys = ["begin", *(node.partition('id="')[2].partition('"')[0] for node in nodes), "done"]
    return with_messages(model(key, _ENDS + "".join(nodes) + flows(*(f"{a}>{b}" for a, b in pairwise(keys)))))


def with_messages(source: bytes) -> bytes:
    """The model with the messages declared that its events wait for."""
    names = re.findall(r'messageRef="of_(\w+)"', source.decode())
    declared = "".join(f'<message id="of_{name}" name="{name}"/>' for name in names)
    return source.replace(b"<process", declared.encode() + b"<process", 1)


def approval() -> bytes:
    return row("approval", user_task("approve"))


def branches(count: int) -> bytes:
    """*count* parallel user tasks, a join, and one user task behind it."""
    names = [f"branch{number}" for number in range(count)]
    nodes = '<parallelGateway id="split"/><parallelGateway id="join"/>' + "".join(user_task(name) for name in names)
    arrows = (*(f"split>{name}" for name in names), *(f"{name}>join" for name in names))
    joined = flows("begin>split", *arrows, "join>last", "last>done")
    return model("branches", _ENDS + nodes + user_task("last") + joined)
