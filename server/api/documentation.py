"""The API for people to read: its page, offline and without a script, and the table of which role may call what."""

from collections.abc import Iterator
from typing import Any

from server.api.endpoints import Noun
from server.api.openapi import PREFIX
from server.identity.permissions import Role

METHODS = ("get", "post", "put", "delete")


def roles_table(nouns: tuple[Noun, ...]) -> str:
    """A table in Markdown: every endpoint, what it does, and the roles that may call it."""
    roles = tuple(Role)
    head = ["endpoint", "what it does", *roles]
    lines = [_line(head), _line(["---"] * 2 + [":-:"] * len(roles))]
    for noun in nouns:
        for one in noun.endpoints:
            marks = ["x" if role in one.roles else "" for role in roles]
            lines.append(_line([f"`{one.method} {PREFIX}{one.path}`", one.words[0], *marks]))
    return "\n".join(lines) + "\n"


def _line(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |"


def operations(document: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The operations of the document by their tags, each with its method, path and where to find it on the page."""
    by_tag: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in document["tags"]}
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                by_tag[operation["tags"][0]].append({**operation, "method": method.upper(), "path": path})
    yield from by_tag.items()
