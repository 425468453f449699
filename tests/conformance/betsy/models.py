"""The models as they are run: their scripts hold one marker each, which gets its meaning here."""

from lxml import etree

from server import bpmn
from server.bpmn import Reading

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
SCRIPTS = {
    "CREATE_LOG_FILE": "started = True",
    "CREATE_MARKER_FILE": "marked = True",
    "INCREMENT_INTEGER_VARIABLE": "integerVariable = integerVariable + 1",
    "INCREMENT_INTEGER_VARIABLE_AND_LOG": 'integerVariable = integerVariable + 1\ntrace.append("INCREMENT_correct")',
    "SET_STRING_DATA": 'data = "String"',
    "LOG_DATA": 'if data == "String":\n    trace.append("DATA_correct")',
    "THROW_ERROR": 'raise BpmnError("ERR_CODE")',
}
TAKES_TIME = frozenset(("WAIT_TEN_SECONDS", "CREATE_TIMESTAMP_LOG_1", "CREATE_TIMESTAMP_LOG_2"))


def runnable(content: bytes) -> bytes:
    """The file with scripts in place of markers. A script takes no time here: what takes some is work of somebody."""
    root = etree.fromstring(content)
    for task in root.iter(BPMN + "scriptTask", BPMN + "globalScriptTask"):
        script = task.find(BPMN + "script")
        marker = (script.text or "").strip() if script is not None else ""
        if script is None:
            continue
        if marker in TAKES_TIME:
            task.tag = BPMN + "userTask"
            task.remove(script)
            continue
        script.text = SCRIPTS.get(marker) or f'trace.append("{marker}")'
        task.set("scriptFormat" if task.tag == BPMN + "scriptTask" else "scriptLanguage", "python")
    return etree.tostring(root)


def without_thrown_events(content: bytes) -> bytes | None:
    """The file with every throwing event's definition taken out; None where it has none."""
    root = etree.fromstring(content)
    taken = False
    for event in root.iter(BPMN + "intermediateThrowEvent", BPMN + "endEvent"):
        for definition in list(event):
            name = str(definition.tag).removeprefix(BPMN)
            if name.startswith("eventDefinition") or name.endswith("EventDefinition"):
                event.remove(definition)
                taken = True
    return etree.tostring(root) if taken else None


def read(content: bytes, name: str) -> Reading:
    return bpmn.read_model(runnable(content), name)
