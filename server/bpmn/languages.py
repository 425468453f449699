"""Says in which language a text of the model is written: what the text states, how it looks, what its file states."""

import re

from server.bpmn.names import Node
from server.errors import Invalid
from server.expressions import parse
from server.expressions.choice import language_of
from server.expressions.expression import Expression

KNOWN = {
    "python": "python",
    "python3": "python",
    "text/x-python": "python",
    "application/x-python": "python",
    "juel": "juel",
    "uel": "juel",
    "feel": "feel",
}
LITERAL_TIMER = re.compile(r"^[@+\d-]|^[PR][\dT/-]|^\*\S*( [\dA-Z*/,?#-]+){4,6}$")
BARE_JUEL = re.compile(r"&&|\|\||!(?!=)|==")
NAMES_NO_LANGUAGE = ("xpath", "javatypes", "w3.org", "xml")
# Everything is Python there, and its editor cannot say so in the file.
SPIFFWORKFLOW = "spiffworkflow.org"


def stated(language: str | None) -> str | None:
    """Our word for a `language`, `scriptFormat` or `expressionLanguage`; None when it says nothing of use."""
    word = (language or "").strip().lower()
    if not word:
        return None
    if "feel" in word or "omg.org/spec/dmn" in word:
        return "feel"
    if word in KNOWN:
        return KNOWN[word]
    if "/" in word and any(part in word for part in NAMES_NO_LANGUAGE):
        return None
    return word


def looks(text: str) -> str | None:
    """`juel` and `feel` show in the text itself."""
    if "${" in text or "#{" in text:
        return "juel"
    if text.startswith("=") and not text.startswith("=="):
        return "feel"
    return None


def throughout(root: Node) -> str | None:
    """The language of a file's texts that neither state one nor show it: SpiffWorkflow's is Python, else a file says
    so itself (`expressionLanguage`). None where nothing is said."""
    if any(SPIFFWORKFLOW in str(space) for space in root.nsmap.values()):
        return "python"
    return stated(root.get("expressionLanguage"))


def formula(text: str, line: int, language: str | None = None, otherwise: str | None = None) -> Expression:
    """A condition, a cardinality: what is calculated anyway. *language* is stated at the text, *otherwise* holds
    throughout the file; without either, plain text is FEEL, Python, or JUEL without its `${}`."""
    seen = stated(language) or looks(text) or otherwise
    if seen is None and _is_bare_juel(text, line):
        return Expression("${" + text + "}", "juel", line)
    return Expression(text, seen or language_of(text), line)


def _is_bare_juel(text: str, line: int) -> bool:
    """Many editors leave the braces out: `!done && name.contains("a")`, `true`."""
    if text in ("true", "false") or ".contains(" in text:
        return True
    if not BARE_JUEL.search(text):
        return False
    try:
        parse(Expression(text, language_of(text), line))
    except Invalid:
        return True
    return False


def value(text: str, line: int) -> Expression:
    """The value of an attribute: plain text means itself."""
    return Expression(text, looks(text) or "text", line)


def timer(text: str, line: int, language: str | None = None, otherwise: str | None = None) -> Expression:
    """The text of a timer: ISO 8601 or cron means itself whatever the language, else it is calculated."""
    if LITERAL_TIMER.match(text) and looks(text) is None and not text.startswith('@"'):
        return Expression(text, "text", line)
    return Expression(text, stated(language) or looks(text) or otherwise or language_of(text), line)


def script(text: str, line: int, script_format: str | None) -> Expression:
    """The body of a script; one that says no format is taken for Python."""
    return Expression(text, stated(script_format) or "python", line)


def values(text: str, line: int) -> tuple[Expression, ...]:
    """A list parted by commas, as candidate users and groups are written; commas inside `${...}` do not part."""
    items, depth, start = [], 0, 0
    for position, character in enumerate(text):
        depth += (character == "{") - (character == "}")
        if character == "," and depth == 0:
            items.append(text[start:position])
            start = position + 1
    items.append(text[start:])
    return tuple(value(item.strip(), line) for item in items if item.strip())
