"""Turns a document into frozen processes and everything that is to be said about the file."""

from dataclasses import dataclass

from server.bpmn import languages
from server.bpmn.definition import Process
from server.bpmn.dialects import translate
from server.bpmn.document import Document
from server.bpmn.events import Surroundings
from server.bpmn.extensions import NOTHING, ProcessWords
from server.bpmn.findings import Finding, Findings
from server.bpmn.lanes import lane_names, read_lanes
from server.bpmn.levels import read_level
from server.bpmn.names import BPMN, FLOW_NODES, Node, content, documentation_of, flag, is_bpmn, line_of, local
from server.bpmn.references import References
from server.bpmn.subject import harmless, reachable
from server.bpmn.unmapped import find_unmapped
from server.errors import Problem


@dataclass(frozen=True)
class Reading:
    """What was understood of a file, and what there is to say about it (problems, warnings, what is ignored)."""

    processes: tuple[Process, ...]
    problems: tuple[Problem, ...]

    @property
    def refused(self) -> bool:
        """Whether any problem keeps the file from being deployed."""
        return any(problem.level == "problem" for problem in self.problems)


def read(document: Document) -> Reading:
    """Reads every process of the document; raises nothing, whatever the model says."""
    root = document.root
    findings = Findings(document.name)
    find_unmapped(root, findings)
    references = References(root, findings)
    _check_flow_lists(root, references, findings)
    words = translate(root, findings)
    stated = languages.stated(root.get("expressionLanguage"))
    around = Surroundings(references, findings, words, stated if stated in ("feel", "juel", "python") else None)
    read_processes = [(node, _process(node, around)) for node in root.iter("{" + BPMN + "}process")]
    _check_keys(read_processes, findings)
    processes = tuple(process for _, process in read_processes)
    return Reading(processes, _weighed(findings.found, read_processes))


def _process(node: Node, around: Surroundings) -> Process:
    words = around.words.get(node, NOTHING)
    own = words.process or ProcessWords()
    lanes = read_lanes(node, around)
    key = (node.get("id") or "").strip()
    empty = not any(local(inner) in FLOW_NODES for inner in node if is_bpmn(inner))
    public = node.get("processType") == "Public"
    executable = flag(node, "isExecutable", default=not public and not empty)
    if executable and public:
        around.findings.problem(node, "A public process cannot be executable; make it private.", scope="file")
    if executable and empty:
        around.findings.problem(node, "The process has no elements; draw at least a task.", scope="file")
    return Process(
        key=key,
        name=(node.get("name") or _pool_name(node, around) or key).strip(),
        level=read_level(node, around, lane_names(lanes)),
        executable=executable,
        documentation=documentation_of(node),
        version_tag=own.version_tag,
        lanes=lanes,
        candidate_starter_users=own.starter_users,
        candidate_starter_groups=own.starter_groups,
        history_days=own.history_days,
        properties=words.properties,
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
            findings.problem(node, text)


def _check_keys(processes: list[tuple[Node, Process]], findings: Findings) -> None:
    if not processes:
        findings.problem_of_file("The file holds no process; draw one and export it again.")
    for node, process in processes:
        if not process.key:
            findings.problem(node, "The process has no id; give it one, by which it is deployed.", scope="file")
        elif not process.executable:
            text = "The process is drawn but not executable (isExecutable is false): it cannot be started."
            findings.ignored(node, text)


def _weighed(found: list[Finding], processes: list[tuple[Node, Process]]) -> tuple[Problem, ...]:
    """Problems count where they can matter: what nobody can reach, or a merely drawn process, refuses nothing."""
    drawn = {node for node, process in processes if not process.executable}
    live = {node: reachable(process) for node, process in processes if process.executable}
    kept = []
    for finding in found:
        problem = finding.problem
        process, element = _place(finding.node)
        if problem.level == "problem" and finding.scope != "file":
            if process in drawn:
                continue
            reached = process not in live or element is None or element in live[process]
            if not reached and finding.scope == "element":
                problem = harmless(problem)
        kept.append(problem)
    return tuple(kept)


def _place(node: Node | None) -> tuple[Node | None, str | None]:
    """The process around a node, and the id of the innermost flow node around it."""
    element = None
    while node is not None:
        name = local(node)
        if name == "process" and is_bpmn(node):
            return node, element
        if element is None and name in FLOW_NODES and is_bpmn(node):
            element = node.get("id")
        node = node.getparent()
    return None, element
