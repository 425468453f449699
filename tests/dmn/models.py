"""Small DMN files for tests, and a short way to decide with them."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

from server import dmn
from server.errors import Problem

NEWEST = "https://www.omg.org/spec/DMN/20230324/MODEL/"
CAMUNDA = 'xmlns:camunda="http://camunda.org/schema/1.0/dmn"'


def file(inner: str, namespace: str = NEWEST, attributes: str = 'namespace="urn:test"') -> bytes:
    return (
        f'<definitions xmlns="{namespace}" {CAMUNDA} name="test" id="test" {attributes}>{inner}</definitions>'.encode()
    )


def decision(key: str, logic: str, requires: Sequence[str] = (), type_ref: str = "", attributes: str = "") -> str:
    kind = f' typeRef="{type_ref}"' if type_ref else ""
    return (
        f'<decision id="{key}" name="{key}" {attributes}><variable name="{key}"{kind}/>'
        f"{''.join(_requirement(each) for each in requires)}{logic}</decision>"
    )


def _requirement(href: str) -> str:
    kind, _, name = href.rpartition(":")
    if kind == "knowledge":
        return f'<knowledgeRequirement><requiredKnowledge href="#{name}"/></knowledgeRequirement>'
    return f'<informationRequirement><required{(kind or "decision").title()} href="#{name}"/></informationRequirement>'


def literal(text: str) -> str:
    return f"<literalExpression><text>{escape(text)}</text></literalExpression>"


def table(
    inputs: Sequence[str],
    outputs: Sequence[str],
    rules: Sequence[Sequence[str]],
    policy: str = "UNIQUE",
    values: str = "",
    default: str = "",
    allowed: str = "",
) -> str:
    """*inputs* are expressions, *outputs* names; *values* are the output values of the first output column."""
    columns = "".join(
        f"<input label='{escape(each)}'><inputExpression><text>{escape(each)}</text></inputExpression>"
        f"{_texts('inputValues', allowed)}</input>"
        for each in inputs
    )
    columns += "".join(
        f"<output name='{name}'>{_texts('outputValues', values if not place else '')}"
        f"{_texts('defaultOutputEntry', default)}</output>"
        for place, name in enumerate(outputs)
    )
    rows = "".join(_rule(rule, len(inputs)) for rule in rules)
    name, _, aggregation = policy.partition("+")
    more = f' aggregation="{aggregation}"' if aggregation else ""
    return f'<decisionTable id="t" hitPolicy="{name}"{more}>{columns}{rows}</decisionTable>'


def _rule(cells: Sequence[str], inputs: int) -> str:
    written = [
        _texts("inputEntry" if place < inputs else "outputEntry", cell, always=True) for place, cell in enumerate(cells)
    ]
    return f"<rule>{''.join(written)}</rule>"


def _texts(name: str, text: str, always: bool = False) -> str:
    return f"<{name}><text>{escape(text)}</text></{name}>" if text or always else ""


def prepared(data: bytes, *imported: bytes) -> dmn.Prepared:
    others = [dmn.read_model(each, "other.dmn").model for each in imported]
    return dmn.prepare_model(dmn.read_model(data, "test.dmn").model, others, "test.dmn")


def decide(data: bytes, key: str, *imported: bytes, **variables: Any) -> Any:
    """The value of a decision; notes are looked at with `dmn.decide`."""
    return dmn.decide(prepared(data, *imported), key, variables).value


def problems(data: bytes, *imported: bytes) -> list[Problem]:
    """Everything that is said about a file."""
    reading = dmn.read_model(data, "test.dmn")
    return [*reading.problems, *prepared(data, *imported).problems]
