"""A script says in which language it is written; one that does not is Python, or nobody can read it (10.3.3)."""

from collections.abc import Iterator

from server.bpmn import languages
from server.bpmn.names import child, content
from server.bpmn.source import Breach, Source
from server.errors import Invalid
from server.expressions import parse_script


def check(source: Source) -> Iterator[Breach]:
    for task in source.every("scriptTask"):
        script = child(task, "script")
        if script is None or not content(script) or (task.get("scriptFormat") or "").strip():
            continue
        try:
            parse_script(languages.script(content(script), 0, source.root.get("expressionLanguage")))
        except Invalid:
            text = "The script does not say its language and is not Python; fill in scriptFormat."
            yield Breach(task, text)
