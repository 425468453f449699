"""Takes the bytes of an XML file in safely: no DOCTYPE, no network, bounded size, and a line number for every node."""

from functools import lru_cache

from lxml import etree

from server.errors import Invalid, Problem

Node = etree._Element

MOST_BYTES = 5 * 1024 * 1024
MOST_NODES = 50_000
DEEPEST = 256
MOST_ATTRIBUTES = 500
_TOO_DEEP = etree.XPath("/*" * (DEEPEST + 1))
"""The nodes that are nested deeper."""


@lru_cache(4096)
def split(name: str) -> tuple[str, str]:
    """The namespace and the local part of `{namespace}local`; the namespace of a bare name is empty."""
    namespace, brace, local_part = name.rpartition("}")
    return (namespace[1:], local_part) if brace else ("", name)


def local(node: Node) -> str:
    """The name of a node without its namespace."""
    return split(str(node.tag))[1]


def namespace(node: Node) -> str:
    """The namespace of a node; empty where it has none."""
    return split(str(node.tag))[0]


def line_of(node: Node) -> int:
    """The line of the file on which a node begins, counted from 1; 0 where it is not known."""
    line: object = node.sourceline
    return line if isinstance(line, int) else 0


def parse(data: bytes, name: str, ending: str = ".bpmn") -> Node:
    """The root of an XML file; *ending* is what such files are called by, for the sentence that refuses another kind.

    Raises `Invalid` with exactly one problem when the bytes are not XML, hold a DOCTYPE, or are too large or too deep
    (S6).
    """
    if len(data) > MOST_BYTES:
        text = f"The file has {len(data) / 1024 / 1024:.1f} MB; a model may have at most 5 MB."
        raise refused(text, name, "too-large")
    if not data.strip():
        raise refused("The file is empty; export the model from the editor again.", name, "empty-file")
    if _opens_with_doctype(data):
        raise _doctype(name)
    try:
        root = _parsed(data)
    except etree.XMLSyntaxError as error:
        raise refused(_explained(error, ending), name, "not-xml", int(error.lineno or 0)) from None
    except (ValueError, LookupError):
        raise refused("The encoding of the file is not known; save it as UTF-8.", name, "not-xml") from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise _doctype(name)
    _check_size(root, name)
    return root


def refused(text: str, name: str, code: str, line: int = 0) -> Invalid:
    """The refusal of a whole file, with its one problem."""
    where = f"{name}, line {line}: " if line else f"{name}: "
    return Invalid(where + text, [Problem(text, line=line, resource=name, code=code)])


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


def _explained(error: etree.XMLSyntaxError, ending: str) -> str:
    reason = (error.msg or "").partition(", line ")[0].strip().rstrip(".")
    if "Excessive depth" in reason or "depth" in reason.lower():
        return f"Elements are nested more than {DEEPEST} deep; draw inner parts as called processes."
    if "Start tag expected" in reason or "Document is empty" in reason:
        return f"This is not an XML file; choose a {ending} file as the editor saved it."
    return f"The XML is broken ({reason}); export the model from the editor again."


def _check_size(root: Node, name: str) -> None:
    count, attributes = 0, 0
    for node in root.iter():
        count, attributes = count + 1, max(attributes, len(node.attrib))
    if count > MOST_NODES:
        text = f"The file holds {count} XML elements; a model may hold at most {MOST_NODES}."
        raise refused(text, name, "too-large")
    if attributes > MOST_ATTRIBUTES:
        text = f"An element has {attributes} attributes; it may have at most {MOST_ATTRIBUTES}."
        raise refused(text, name, "too-large")
    if _TOO_DEEP(root):
        text = f"Elements are nested more than {DEEPEST} deep; draw inner parts as called processes."
        raise refused(text, name, "too-deep")


def _doctype(name: str) -> Invalid:
    text = "The file holds a DOCTYPE, which is never accepted; take the <!DOCTYPE ...> out."
    return refused(text, name, "doctype")
