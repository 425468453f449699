"""Turns a document into frozen processes and everything that is to be said about the file."""

import re
from dataclasses import dataclass

from server.bpmn import languages
from server.bpmn.activities import Connections, read_element
from server.bpmn.constraints import check_constraints
from server.bpmn.definition import Lane, Level, Process
from server.bpmn.dialects import translate
from server.bpmn.document import Document
from server.bpmn.events import Surroundings
from server.bpmn.extensions import NOTHING, ProcessWords
from server.bpmn.findings import Finding, Findings
from server.bpmn.hearing import heard
from server.bpmn.items import read_data
from server.bpmn.lanes import lane_names, read_lanes
from server.bpmn.levels import read_level
from server.bpmn.messages import Messages
from server.bpmn.names import (
    BPMN,
    FLOW_NODES,
    GLOBAL_TASKS,
    Node,
    content,
    documentation_of,
    flag,
    is_bpmn,
    line_of,
    local,
)
from server.bpmn.references import References
from server.bpmn.source import Source
from server.bpmn.subject import harmless, reachable
from server.bpmn.unmapped import find_unmapped
from server.errors import Problem


@dataclass(frozen=True)
class Draft:
    """What was read of a file, before any rule has looked at it.

    `told` are findings with the index of the process they belong to (None: the file); `meant` says for each process
    whether its file calls it executable (None: it does not say).
    """

    processes: tuple[Process, ...]
    told: tuple[tuple[int | None, Problem], ...]
    meant: tuple[bool | None, ...]


def read(document: Document) -> Draft:
    """Reads every process of the document; raises nothing, whatever the model says."""
    root = document.root
    findings = Findings(document.name)
    find_unmapped(root, findings)
    references = References(root, findings)
    _check_flow_lists(root, references, findings)
    check_constraints(Source(root, references), findings)
    words = translate(root, findings)
    language = languages.throughout(root)
    around = Surroundings(references, findings, words, language, Messages(root, references, language))
    nodes = [*root.iter("{" + BPMN + "}process"), *(n for n in root if is_bpmn(n) and local(n) in GLOBAL_TASKS)]
    read_processes = [(node, _process(node, around)) for node in nodes]
    _check_keys(read_processes, findings)
    told = _weighed(findings.found, read_processes)
    if not read_processes and _is_drawing(root):
        return Draft((_drawing(document),), tuple((0, problem) for _, problem in told), (False,))
    return Draft(
        tuple(process for _, process in read_processes), told, tuple(_meant(node) for node, _ in read_processes)
    )


def _is_drawing(root: Node) -> bool:
    """Whether there is something to look at, even without a process."""
    return any(local(node) in ("BPMNDiagram", "collaboration", "choreography") for node in root)


def _drawing(document: Document) -> Process:
    """A file that only draws, kept under its own name."""
    key = re.sub(r"[^\w.-]+", "_", document.name.rpartition("/")[2]).partition(".bpmn")[0] or "drawing"
    return Process(key, (document.root.get("name") or key).strip(), Level(key), executable=False)


def _meant(node: Node) -> bool | None:
    """Whether the file calls the process executable; None when it leaves that open.

    A global task cannot say so itself: it is meant as the processes beside it are.
    """
    if local(node) in GLOBAL_TASKS:
        beside = (*node.itersiblings(preceding=True), *node.itersiblings())
        return True if any(flag(other, "isExecutable") for other in beside) else None
    if node.get("isExecutable") is not None:
        return flag(node, "isExecutable")
    return False if node.get("processType") == "Public" or not _holds_anything(node) else None


def _level(node: Node, key: str, around: Surroundings, lanes: tuple[Lane, ...]) -> Level:
    """The level of a process; a global task is a process with nothing but that task in it."""
    if local(node) not in GLOBAL_TASKS:
        return read_level(node, around, lane_names(lanes))
    # "#" cannot be part of an id in a model: the level is not taken for the inside of its own task.
    return Level(key + "#", {key: read_element(node, around, None, "", Connections())}, {}, (key,))


def _holds_anything(node: Node) -> bool:
    return local(node) in GLOBAL_TASKS or any(local(inner) in FLOW_NODES for inner in node if is_bpmn(inner))


def _process(node: Node, around: Surroundings) -> Process:
    words = around.words.get(node, NOTHING)
    own = words.process or ProcessWords()
    lanes = read_lanes(node, around)
    key = (node.get("id") or "").strip()
    executable = _meant(node) is not False
    if executable and node.get("processType") == "Public":
        text = "A public process cannot be executable; make it private."
        around.findings.problem(node, text, "file", "public-process-executable")
    if executable and not _holds_anything(node):
        text = "The process has no elements; draw at least a task."
        around.findings.problem(node, text, "file", "empty-process")
    return Process(
        key=key,
        name=(node.get("name") or _pool_name(node, around) or key).strip(),
        level=heard(_level(node, key, around, lanes), words.listeners, node, around.findings),
        executable=executable,
        documentation=documentation_of(node),
        version_tag=own.version_tag,
        lanes=lanes,
        candidate_starter_users=own.starter_users,
        candidate_starter_groups=own.starter_groups,
        history_days=own.history_days,
        job_priority=own.job_priority,
        properties=words.properties,
        data=read_data(node, around),
        is_global_task=local(node) in GLOBAL_TASKS,
        line=line_of(node),
    )


def _pool_name(node: Node, around: Surroundings) -> str:
    """The name of the pool that shows the process; editors often leave the process itself without one."""
    for participant in node.getroottree().getroot().iter("{" + BPMN + "}participant"):
        if around.references.bare(participant.get("processRef")) == node.get("id"):
            return participant.get("name") or ""
    return ""


def _check_flow_lists(root: Node, references: References, findings: Findings) -> None:
    """Incoming and outgoing repeat what the flows say; one that names no flow shows that a flow was lost."""
    for node in root.iter("{" + BPMN + "}incoming", "{" + BPMN + "}outgoing"):
        flow = references.nodes.get(references.bare(content(node)))
        if flow is None or local(flow) != "sequenceFlow":
            text = f'"{content(node)}" is named as {local(node)} but is no sequence flow of the file; draw it again.'
            findings.problem(node, text, code="flow-list-names-no-flow")


def _check_keys(processes: list[tuple[Node, Process]], findings: Findings) -> None:
    if not processes:
        findings.problem_of_file("The file holds no process; draw one and export it again.", "no-process")
    for node, process in processes:
        if not process.key:
            text = "The process has no id; give it one, by which it is deployed."
            findings.problem(node, text, "file", "process-without-id")
        elif not process.executable:
            text = "The process is drawn but not executable (isExecutable is false): it cannot be started."
            findings.ignored(node, text)


def _weighed(found: list[Finding], processes: list[tuple[Node, Process]]) -> tuple[tuple[int | None, Problem], ...]:
    """Problems count where they can matter: what nobody can reach in an executable process refuses nothing."""
    indexes = {node: index for index, (node, _) in enumerate(processes)}
    live = {node: reachable(process) for node, process in processes if process.executable}
    kept = []
    for finding in found:
        problem = finding.problem
        process, element = _place(finding.node)
        if problem.level == "problem" and finding.scope == "element":
            reached = process not in live or element is None or element in live[process]
            if not reached:
                problem = harmless(problem)
        kept.append((None if process is None else indexes.get(process), problem))
    return tuple(kept)


def _place(node: Node | None) -> tuple[Node | None, str | None]:
    """The process around a node, and the id of the innermost flow node around it."""
    element = None
    while node is not None:
        name = local(node)
        if name == "process" and is_bpmn(node):
            return node, element
        if name in GLOBAL_TASKS and is_bpmn(node):
            return node, node.get("id")
        if element is None and name in FLOW_NODES and is_bpmn(node):
            element = node.get("id")
        node = node.getparent()
    return None, element
