"""Which processes a process calls, and whether those of the same file can be called at all."""

from collections.abc import Iterator, Sequence

from server.bpmn.definition import Kind, Process
from server.errors import Problem


def calls(process: Process) -> tuple[str, ...]:
    """The literal keys of the processes that are called, each once; calculated keys are left out.

    Whoever deploys follows these to refuse a loop of call activities without any way out.
    """
    called = (element.call.process_key for element in process.elements() if element.call is not None)
    return tuple(dict.fromkeys(key.text for key in called if key.language == "text"))


def unavoidable_calls(process: Process) -> tuple[str, ...]:
    """The literal keys that are called on every way: a loop of such calls never ends, whatever the data."""
    found = []
    key: str | None = process.level.starts[0] if len(process.level.starts) == 1 else None
    seen: set[str] = set()
    while key is not None and key not in seen:
        seen.add(key)
        element = process.level.elements.get(key)
        if element is None or element.boundaries or len(element.outgoing) > 1 or element.loop is not None:
            break
        if element.call is not None and element.call.process_key.language == "text":
            found.append(element.call.process_key.text)
        key = process.level.flows[element.outgoing[0]].target if element.outgoing else None
    return tuple(found)


def check_calls(process: Process, processes: Sequence[Process]) -> Iterator[Problem]:
    """Calls of processes in the same file that have no plain start event to begin at (BPMN 2.0.2, 10.3.6)."""
    callable_of = {other.key: _callable(other) for other in processes if other.executable}
    for element in process.elements():
        if element.call is None or callable_of.get(element.call.process_key.text, True):
            continue
        text = f'The process "{element.call.process_key.text}" has no plain start event, so it cannot be called.'
        yield Problem(text, element.id, element.line, code="called-process-has-no-plain-start")


def _callable(process: Process) -> bool:
    begins = [process.level.elements[key] for key in process.level.starts]
    return any(element.kind is not Kind.START_EVENT or not element.triggers for element in begins)
