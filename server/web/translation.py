"""Templates are compiled once for each language: what they say stands in the compiled code, not to be looked up."""

from collections.abc import MutableMapping
from typing import Any

from flask.sansio.app import App
from flask.templating import Environment
from jinja2 import Template, TemplateAssertionError, nodes
from jinja2.visitor import NodeTransformer
from markupsafe import Markup

from server.languages import Language
from server.web.words import speaking

_MARKS = ("_", "gettext", "pgettext")  # the last with a context before the message


class Templates(Environment):
    """The templates in the language of whoever is being answered; an overlay of itself for each language.

    A cache of compiled templates on disk would have to know the language too; there is none.
    """

    spoken: Language | None = None

    def __init__(self, app: App, **options: Any) -> None:
        super().__init__(app, **options)
        self._by_language: dict[str, Templates] = {}

    def get_template(
        self,
        name: str | Template,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002  # Jinja calls it so
    ) -> Template:
        """The template in the language that is spoken; those that it includes and imports are in the same."""
        of = self if self.spoken is not None else self._in(speaking())
        return super(Templates, of).get_template(name, parent, globals)

    def _in(self, spoken: Language) -> "Templates":
        found = self._by_language.get(spoken.code)
        if found is None:
            found = self.overlay()
            found.spoken = spoken
            self._by_language[spoken.code] = found
        return found

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        parsed = super()._parse(source, name, filename)
        if self.spoken is not None:
            _Translator(self.spoken).visit(parsed)
            parsed.set_environment(self)
        return parsed


class _Translator(NodeTransformer):
    """Puts the words of a language in the place of calls that would look them up."""

    def __init__(self, spoken: Language) -> None:
        self._spoken = spoken

    def visit_Call(self, node: nodes.Call) -> nodes.Node:  # noqa: N802  # Jinja calls it so
        self.generic_visit(node)
        said = node.node
        if not isinstance(said, nodes.Name) or said.name not in _MARKS:
            return node
        given = [each.value for each in node.args if isinstance(each, nodes.Const)]
        if len(given) != len(node.args):
            raise TemplateAssertionError("What is said is a literal, so that it can be translated.", node.lineno)
        text = Markup(self._spoken.text(*reversed(given)))  # noqa: S704  # literals of a template, or a translation
        told = nodes.Const(text, lineno=node.lineno)
        if not node.kwargs:
            return told
        values = [nodes.Pair(nodes.Const(each.key), each.value) for each in node.kwargs]
        return nodes.Mod(told, nodes.Dict(values), lineno=node.lineno)
