"""Takes the bytes of a file in safely: no DOCTYPE, no network, bounded size, and a line number for every node."""

from dataclasses import dataclass

from lxml import etree

from server.bpmn.names import BPMN, FLOW_NODES, Node, is_bpmn, line_of, local, namespace
from server.errors import Invalid, Problem

MOST_BYTES = 5 * 1024 * 1024
MOST_NODES = 50_000
DEEPEST = 256
MOST_ATTRIBUTES = 500
NAMED_BY_US = FLOW_NODES | {"sequenceFlow", "laneSet", "lane"}


@dataclass(frozen=True)
class Document:
    """A BPMN file as a tree of XML nodes. `name` is the name of the file."""

    root: Node
    name: str


def read_document(data: bytes, name: str) -> Document:
    """The tree of a BPMN file; flow nodes and flows that have no id are given one.

    Raises `Invalid` with exactly one problem when the bytes are not XML, hold a DOCTYPE, are too large or too deep,
    or are XML of another kind.
    """
    root = parse(data, name)
    _check_kind(root, name)
    _name_the_nameless(root)
    return Document(root, name)


def parse(data: bytes, name: str) -> Node:
    """The root of any XML file, under the same limits as a BPMN file (S6)."""
    if len(data) > MOST_BYTES:
        raise _refused(
            f"The file has {len(data) / 1024 / 1024:.1f} MB; a model may have at most 5 MB.", name, "too-large"
        )
    if not data.strip():
        raise _refused("The file is empty; export the model from the editor again.", name, "empty-file")
    if _opens_with_doctype(data):
        raise _doctype(name)
    try:
        root = _parsed(data)
    except etree.XMLSyntaxError as error:
        raise _refused(_explained(error), name, "not-xml", int(error.lineno or 0)) from None
    except (ValueError, LookupError):
        raise _refused("The encoding of the file is not known; save it as UTF-8.", name, "not-xml") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(name)
    _check_size(root, name)
    return root


def _parsed(data: bytes, lenient: bool = False) -> Node:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        remove_comments=True,
        remove_pis=True,
        recover=lenient,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError:
        # A namespace with blanks in it is no URI, but the file is well-formed, and some editors write such.
        if lenient or any(each.type_name != "WAR_NS_URI" for each in parser.error_log):
            raise
        return _parsed(data, lenient=True)


def _opens_with_doctype(data: bytes) -> bool:
    """Whether a DOCTYPE stands before the first element, in whatever width of characters the file uses."""
    text = data.replace(b"\0", b"")
    position = max(text.find(b"<"), 0)
    while True:
        if text.startswith(b"<!DOCTYPE", position):
            return True
        end = b"-->" if text.startswith(b"<!--", position) else b"?>"
        if end == b"?>" and not text.startswith(b"<?", position):
            return False
        closed = text.find(end, position + 2)
        position = text.find(b"<", closed) if closed >= 0 else -1
        if position < 0:
            return False


def _explained(error: etree.XMLSyntaxError) -> str:
    reason = (error.msg or "").partition(", line ")[0].strip().rstrip(".")
    if "Excessive depth" in reason or "depth" in reason.lower():
        return f"Elements are nested more than {DEEPEST} deep; draw inner parts as called processes."
    if "Start tag expected" in reason or "Document is empty" in reason:
        return "This is not an XML file; choose a .bpmn file as the editor saved it."
    return f"The XML is broken ({reason}); export the model from the editor again."


def _check_size(root: Node, name: str) -> None:
    count, attributes = 0, 0
    for node in root.iter():
        count, attributes = count + 1, max(attributes, len(node.attrib))
    if count > MOST_NODES:
        text = f"The file holds {count} XML elements; a model may hold at most {MOST_NODES}."
        raise _refused(text, name, "too-large")
    if attributes > MOST_ATTRIBUTES:
        text = f"An element has {attributes} attributes; it may have at most {MOST_ATTRIBUTES}."
        raise _refused(text, name, "too-large")
    depth, deepest = 0, 0
    for event, _ in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        text = f"Elements are nested more than {DEEPEST} deep; draw inner parts as called processes."
        raise _refused(text, name, "too-deep")


def _check_kind(root: Node, name: str) -> None:
    if not is_bpmn(root) or local(root) != "definitions":
        found = f"{local(root)} of {namespace(root) or 'no namespace'}"
        wanted = f"the root must be definitions of {BPMN}"
        text = f"This is not a BPMN 2.0 file: {wanted}, but it is {found}."
        raise _refused(text, name, "not-bpmn", line_of(root))


def _name_the_nameless(root: Node) -> None:
    count = 0
    for node in root.iter("{" + BPMN + "}*"):
        if not node.get("id") and local(node) in NAMED_BY_US:
            count += 1
            node.set("id", f"{local(node)}#{count}")


def _doctype(name: str) -> Invalid:
    text = "The file holds a DOCTYPE, which is never accepted; take the <!DOCTYPE ...> out."
    return _refused(text, name, "doctype")


def _refused(text: str, name: str, code: str, line: int = 0) -> Invalid:
    where = f"{name}, line {line}: " if line else f"{name}: "
    return Invalid(where + text, [Problem(text, line=line, resource=name, code=code)])
