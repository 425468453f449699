"""A script says by a known name or a MIME type in which language it is; one that does not is Python (10.3.3)."""

import re
from collections.abc import Iterator

from server.bpmn import languages
from server.bpmn.names import Node, child, content, local, words
from server.bpmn.source import Breach, Source
from server.errors import Invalid
from server.expressions import parse_script

MIME = re.compile(r"[\w.+-]+/[\w.+-]+(;.*)?")
# What editors and engines write without a MIME type. Most of it is not run here: that is told where it is read.
NAMES = words(
    "python python3 jython feel juel uel javascript js ecmascript graal.js nashorn node typescript groovy ruby jruby"
    " java beanshell kotlin scala php perl lua r sql bash shell sh powershell xpath xquery freemarker velocity"
    " thymeleaf mvel spel jq"
)


def check(source: Source) -> Iterator[Breach]:
    for activity in source.every("scriptTask", "globalScriptTask"):
        attribute = "scriptFormat" if local(activity) == "scriptTask" else "scriptLanguage"
        stated = (activity.get(attribute) or "").strip()
        if stated and not MIME.fullmatch(stated) and stated.lower() not in NAMES and "{" not in stated:
            text = f'"{stated}" is no language of scripts that is known; write a MIME type such as text/x-python.'
            yield Breach(activity, text)
        elif not stated:
            yield from _unstated(activity)


def _unstated(activity: Node) -> Iterator[Breach]:
    script = child(activity, "script")
    if script is None or not content(script):
        return
    try:
        parse_script(languages.script(content(script), 0, None))
    except Invalid:
        text = "The script does not say its language and is not Python; fill in scriptFormat."
        yield Breach(activity, text)
