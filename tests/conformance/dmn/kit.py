"""Reads the test cases of the DMN Technology Compatibility Kit and plays them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from lxml import etree

from server import dmn
from server.dmn.evaluate import decide
from server.dmn.prepared import Prepared
from server.dmn.texts import constant
from server.errors import Failure, NotFound

Node = etree._Element
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"
KIT = "{http://www.omg.org/spec/DMN/20160719/testcase}"
SPELLED = {"date": "date", "dateTime": "date and time", "time": "time", "duration": "duration"}
PRECISION = Decimal("1e-8")


@dataclass(frozen=True)
class Case:
    """One result that a test case asks for. `asked` is the decision, or the service that is invoked for it."""

    name: str
    given: Mapping[str, Any]
    asked: str
    result: str
    expected: Any


def folders(corpus: Path, level: int) -> list[Path]:
    return sorted(path for path in (corpus / f"dmn-tck/compliance-level-{level}").iterdir() if path.is_dir())


@lru_cache(2)
def prepared(model: Path) -> Prepared:
    """The model and whatever stands beside it, which it may import."""
    files = {path.name: path.read_bytes() for path in model.parent.glob("*.dmn")}
    reading = dmn.read_model(files.pop(model.name), model.name)
    others = [dmn.read_model(content, name).model for name, content in files.items()]
    return dmn.prepare_model(reading.model, others, model.name)


def cases(folder: Path) -> Iterator[tuple[Path, Case]]:
    """Every expected result of a folder, with the model that has to give it."""
    for path in sorted(folder.glob("*test*.xml")):
        root = etree.parse(path).getroot()
        model = folder / (root.findtext(f"{KIT}modelName") or "").strip()
        for case in root.findall(f"{KIT}testCase"):
            given = {str(node.get("name")): _value(node) for node in case.findall(f"{KIT}inputNode")}
            for node in case.findall(f"{KIT}resultNode"):
                result = str(node.get("name"))
                asked = case.get("invocableName") or result
                expected = node.find(f"{KIT}expected")
                name = f"{path.stem.rpartition('-')[2]}/{case.get('id')}/{result}"
                yield model, Case(name, given, asked, result, None if expected is None else _value(expected))


def comes_out(model: Path, case: Case) -> str:
    """Empty when the case comes out as expected, else what came instead."""
    try:
        outcome = decide(prepared(model), case.asked, case.given)
    except (Failure, NotFound) as error:
        return f"{type(error).__name__}: {error}"
    if agrees(outcome.value, case.expected):
        return ""
    notes = "; ".join(f"{note.owner}: {note.text}" for note in outcome.notes)
    return f"{outcome.value!r} instead of {case.expected!r} ({notes})"


def agrees(value: Any, expected: Any) -> bool:
    if isinstance(value, Decimal) and isinstance(expected, Decimal):
        return abs(value - expected) <= PRECISION * max(abs(expected), Decimal(1))
    if isinstance(value, list) and isinstance(expected, list):
        return len(value) == len(expected) and all(map(agrees, value, expected))
    if isinstance(value, dict) and isinstance(expected, dict):
        return value.keys() == expected.keys() and all(agrees(value[key], expected[key]) for key in value)
    return type(value) is type(expected) and bool(value == expected)


def _value(node: Node) -> Any:
    """A value of the kit: nothing, a simple value, a list, or components."""
    listed = node.find(f"{KIT}list")
    if listed is not None:
        return None if _is_nil(listed) else [_value(item) for item in listed.findall(f"{KIT}item")]
    simple = node.find(f"{KIT}value")
    if simple is not None:
        return None if _is_nil(simple) else _simple(simple)
    components = node.findall(f"{KIT}component")
    if components:
        return {str(each.get("name")): None if _is_nil(each) else _value(each) for each in components}
    return None


def _is_nil(node: Node) -> bool:
    return node.get(f"{XSI}nil") in ("true", "1")


def _simple(node: Node) -> Any:
    kind = (node.get(f"{XSI}type") or "string").rpartition(":")[2]
    text = node.text or ""
    if kind in ("decimal", "double", "float", "integer", "int", "long"):
        return Decimal(text.strip())
    if kind == "boolean":
        return text.strip() in ("true", "1")
    if kind in SPELLED:
        return constant(f'{SPELLED[kind]}("{text.strip()}")')
    return text
