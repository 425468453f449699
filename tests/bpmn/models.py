"""Builds small BPMN files for tests out of a short notation, so that a test shows only what it is about."""

from itertools import pairwise

from server.bpmn import Reading, read_model

NAMESPACES = " ".join(
    (
        'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"',
        'xmlns:camunda="http://camunda.org/schema/1.0/bpmn"',
        'xmlns:flowable="http://flowable.org/bpmn"',
        'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"',
        'xmlns:modeler="http://camunda.org/schema/modeler/1.0"',
        'xmlns:bioc="http://bpmn.io/schema/bpmn/biocolor/1.0"',
        'xmlns:me="http://example.org/model"',
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
        'targetNamespace="http://example.org/model"',
    )
)


def content(notation: str) -> str:
    """The inside of a process.

    A line is `a -> b -> c` (sequence flows `a_b`, `b_c`), `key tag attribute="value" ...` (an element without
    content), or XML that is taken as it is.
    """
    lines = []
    for line in filter(None, (line.strip() for line in notation.splitlines())):
        if line.startswith("<"):
            lines.append(line)
        elif " -> " in line:
            keys = line.split(" -> ")
            for source, target in pairwise(keys):
                lines.append(f'<sequenceFlow id="{source}_{target}" sourceRef="{source}" targetRef="{target}"/>')
        else:
            key, tag, *attributes = line.split(" ", 2)
            lines.append(f'<{tag} id="{key}" {" ".join(attributes)}/>')
    return "\n".join(lines)


def model(notation: str, roots: str = "", process: str = 'id="p" isExecutable="true"') -> bytes:
    """A file with one process; `roots` stands beside it, `process` are its attributes."""
    return file(f"<process {process}>\n{content(notation)}\n</process>\n{roots}")


def file(inside: str) -> bytes:
    """A file with this inside its definitions."""
    return f"<definitions {NAMESPACES}>\n{inside}\n</definitions>".encode()


def extended(*elements: str) -> str:
    return "<extensionElements>" + "".join(elements) + "</extensionElements>"


def around(notation: str, roots: str = "") -> bytes:
    """A file in which the element with the id `x` stands between a start and an end event."""
    return model(f"s startEvent\n{notation}\ne endEvent\ns -> x -> e", roots)


def read(data: bytes) -> Reading:
    return read_model(data, "model.bpmn")


def problems(data: bytes, level: str = "problem") -> list[str]:
    """What is said about a file at one level."""
    return [problem.text for problem in read(data).problems if problem.level == level]


def the_problem(data: bytes) -> str:
    """The one problem of a file."""
    found = problems(data)
    assert len(found) == 1, found
    return found[0]


def codes(data: bytes, *levels: str) -> set[str]:
    """The codes of what is said about a file, problems unless other levels are named."""
    return {problem.code for problem in read(data).problems if problem.level in (levels or ("problem",))}
