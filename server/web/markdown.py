"""Markdown of models (documentation, instructions) as HTML that can do no harm."""

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

_parser = MarkdownIt("commonmark", {"html": False}).enable("table")
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "a", "code", "pre", "blockquote", "hr"} | {
    "table", "thead", "tbody", "tr", "th", "td", "h3", "h4", "h5", "h6"
}  # fmt: skip
_SHIFT = {"h1": "h3", "h2": "h4"}  # a page has one h1, and its cards have the h2


def as_html(text: str) -> Markup:
    """*text* as sanitised HTML: no script, no style, no image, links only to http, https and mailto."""
    if not text.strip():
        return Markup()
    tokens = _parser.parse(text)
    for token in tokens:
        token.tag = _SHIFT.get(token.tag, token.tag)
    rendered = str(_parser.renderer.render(tokens, _parser.options, {}))
    safe = nh3.clean(rendered, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    return Markup(safe)  # noqa: S704  # nh3 has just cleaned it
