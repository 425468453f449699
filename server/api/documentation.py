"""The API for people to read: its page, offline and without a script, and the table of which role may call what."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template

from server.api.endpoints import Noun
from server.api.openapi import PREFIX, document
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


def page_of(nouns: tuple[Noun, ...]) -> Blueprint:
    """The page, for whoever is signed in at the pages."""
    blueprint = Blueprint("api_documentation", __name__, template_folder="templates")

    @blueprint.get(f"{PREFIX}/docs")
    def page() -> str:
        described = document(nouns)
        return render_template("api.html", document=described, operations=list(operations(described)), prefix=PREFIX)

    return blueprint


def operations(described: dict[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The operations of the document by their tags, each with its method, path and where to find it on the page."""
    by_tag: dict[str, list[dict[str, Any]]] = {tag["name"]: [] for tag in described["tags"]}
    for path, methods in described["paths"].items():
        for method in METHODS:
            if method in methods:
                operation = methods[method]
                by_tag[operation["tags"][0]].append({**operation, "method": method.upper(), "path": path})
    yield from by_tag.items()
