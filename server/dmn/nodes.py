"""How the nodes of a DMN file are taken apart, whatever version of the standard they are of."""

from collections.abc import Iterator
from functools import lru_cache

from server.dmn.document import DMN
from server.xml import Node, split

LOGIC = frozenset(
    "literalExpression decisionTable context invocation functionDefinition relation list conditional filter for some"
    " every".split()
)


def parts(node: Node) -> Iterator[tuple[str, Node]]:
    """The children that DMN knows, with their local names, in the order of the file."""
    for inner in node:
        name = _dmn_name(inner.tag)
        if name is not None:
            yield name, inner


def part(node: Node, name: str) -> Node | None:
    """The first child of that name."""
    for inner in node:
        if _dmn_name(inner.tag) == name:
            return inner
    return None


@lru_cache(1024)
def _dmn_name(tag: object) -> str | None:
    """The local name of a tag in a namespace of DMN."""
    namespace, name = split(str(tag))
    return name if namespace.startswith(DMN) else None


def all_parts(node: Node, name: str) -> list[Node]:
    return [inner for found, inner in parts(node) if found == name]


def logic_of(node: Node) -> Node | None:
    """The first child that is an expression."""
    return next((inner for found, inner in parts(node) if found in LOGIC), None)


def content(node: Node | None) -> str:
    """The text of a node without the white space around it; empty when there is no node."""
    return (node.text or "").strip() if node is not None else ""


def text_of(node: Node | None) -> str:
    """What stands in the `text` child of a node."""
    return content(part(node, "text")) if node is not None else ""


def vendor(node: Node, name: str) -> str | None:
    """An attribute of that local name in any namespace which is not DMN's (camunda:inputVariable and the like)."""
    return next((str(value) for key, value in node.attrib.items() if str(key).endswith("}" + name)), None)


def type_ref(node: Node) -> str | None:
    """The type named by an attribute; DMN 1.1 prefixes built-in ones."""
    return _type(node, node.get("typeRef"))


def inner_type_ref(node: Node) -> str | None:
    """The type named by a child, as in item definitions."""
    return _type(node, content(part(node, "typeRef")))


def _type(node: Node, stated: str | None) -> str | None:
    name = stated.strip() if stated else ""
    prefix, colon, rest = name.partition(":")
    return (rest if colon and prefix in (node.nsmap or {}) else name) or None
