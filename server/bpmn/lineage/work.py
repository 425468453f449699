"""Reads work that a program outside the model does: external tasks, and classes and beans, which need a worker."""

from server.bpmn import languages
from server.bpmn.definition import Assign, ConnectorCall, ExternalWork, WorkError
from server.bpmn.findings import Findings
from server.bpmn.names import BPMN, Node, content, line_of, local
from server.expressions.expression import Expression

WORKING = frozenset(
    ("scriptTask", "serviceTask", "sendTask", "businessRuleTask", "messageEventDefinition", "signalEventDefinition")
)
CODE = ("class", "delegateExpression")
MAIL = ("from", "to", "cc", "bcc", "subject", "text", "html")


def works(node: Node) -> bool:
    """Whether a worker can do what stands here."""
    return local(node) in WORKING


def read_work(node: Node, said: dict[str, str], elements: list[Node], findings: Findings) -> ExternalWork | None:
    """The work that a worker fetches, or None where the model asks for none.

    A class or bean cannot be run here. Its work waits for a worker under the name of the class, and that is told.
    """
    if local(node) == "scriptTask":
        return _script_outside(node, said, findings)
    topic = _topic(node, said, findings)
    if topic is None:
        return None
    priority = said.get("taskPriority", "")
    return ExternalWork(
        topic,
        languages.value(priority, line_of(node)) if priority else None,
        tuple(pair for element in elements if local(element) == "field" for pair in read_field(element)),
        read_errors(elements, findings),
        line_of(node),
    )


def _script_outside(node: Node, said: dict[str, str], findings: Findings) -> ExternalWork | None:
    """A script that stands in another file is run by whoever has that file."""
    if not said.get("resource"):
        return None
    language = node.get("scriptFormat") or "script"
    text = f'Needs a worker: the script is outside the model; a worker of the topic "{language}" is told where.'
    findings.warning(node, text, NEEDS)
    line = line_of(node)
    return ExternalWork(
        Expression(language, "text", line), None, (("resource", languages.value(said["resource"], line)),), line=line
    )


def _topic(node: Node, said: dict[str, str], findings: Findings) -> Expression | None:
    line, kind = line_of(node), said.get("type", "")
    if kind == "external":
        if said.get("topic"):
            return languages.value(said["topic"], line)
        findings.problem(node, "The external task has no topic, so that no worker could find it; give it one.")
        return None
    if kind and kind != "mail":
        findings.warning(
            node, f'Needs a worker: work of the type {kind} is not done here; it waits under "{kind}".', NEEDS
        )
        return Expression(kind, "text", line)
    code = read_code(said)
    if code is None:
        return None
    findings.warning(node, needs_worker(code), NEEDS)
    return Expression(code, "text", line)


NEEDS = "needs-worker"


def read_code(said: dict[str, str]) -> str | None:
    """The name under which a worker finds what a class or bean would do."""
    written = next((said[name] for name in CODE if said.get(name)), None)
    if written is None:
        return None
    return written[2:-1].strip() if written[:2] in ("${", "#{") and written.endswith("}") else written


def needs_worker(code: str) -> str:
    return f'Needs a worker: "{code}" is code outside the model; until a worker fetches that topic, the work waits.'


def read_field(element: Node) -> list[tuple[str, Expression]]:
    """A field that a class or a mail is given."""
    inner = next(iter(element), None)
    text = element.get("stringValue") or element.get("expression") or content(inner)
    name = element.get("name") or ""
    return [(name, languages.value(text.strip(), line_of(element)))] if name else []


def read_mail(elements: list[Node]) -> ConnectorCall:
    """A service task of the type mail: its fields are the parameters of the mail connector."""
    fields = [pair for element in elements if local(element) == "field" for pair in read_field(element)]
    return ConnectorCall("mail", tuple(Assign(name, value) for name, value in fields if name in MAIL))


def read_errors(elements: list[Node], findings: Findings) -> tuple[WorkError, ...]:
    """The answers that mean a BPMN error."""
    return tuple(filter(None, (_error(each, findings) for each in elements if local(each) == "errorEventDefinition")))


def _error(element: Node, findings: Findings) -> WorkError | None:
    """An answer that means a BPMN error: its code, and when."""
    line, condition = line_of(element), (element.get("expression") or "").strip()
    reference = (element.get("errorRef") or "").partition(":")[2] or element.get("errorRef") or ""
    error = next(
        (each for each in element.getroottree().getroot().iter("{" + BPMN + "}error") if each.get("id") == reference),
        None,
    )
    if error is None:
        findings.problem(element, f'The error "{reference}" of the external task is not in the file; choose one.')
        return None
    if not condition:
        findings.warning(element, "The error has no expression, so that it is never thrown; give it one.", "doubtful")
        return None
    message = next((value for name, value in error.attrib.items() if str(name).endswith("}errorMessage")), "")
    return WorkError(
        error.get("errorCode") or reference,
        languages.formula(condition, line),
        languages.value(str(message), line_of(error)) if message else None,
    )
