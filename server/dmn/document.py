"""Takes the bytes of a DMN file in: safe XML with a root of any version of DMN from 1.1 on."""

from dataclasses import dataclass

from server.xml import Node, line_of, local, namespace, parse, refused

DMN = ("http://www.omg.org/spec/DMN/", "https://www.omg.org/spec/DMN/")
"""What the namespaces of all versions begin with; the date that follows and the ending differ."""


@dataclass(frozen=True)
class Document:
    """A DMN file as a tree of XML nodes. `name` is the name of the file."""

    root: Node
    name: str


def read_document(data: bytes, name: str) -> Document:
    """The tree of a DMN file.

    Raises `Invalid` with exactly one problem when the bytes are not XML, hold a DOCTYPE, are too large or too deep,
    or are XML of another kind.
    """
    root = parse(data, name, ".dmn")
    if not namespace(root).startswith(DMN) or local(root) != "definitions":
        found = f"{local(root)} of {namespace(root) or 'no namespace'}"
        text = f"This is not a DMN file: the root must be definitions of DMN, but it is {found}."
        raise refused(text, name, "not-dmn", line_of(root))
    return Document(root, name)
