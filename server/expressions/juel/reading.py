"""JUEL text as an expression that can be evaluated: one `${...}` keeps the kind of its value, a mixture is text."""

from server.errors import Invalid, Problem
from server.expressions.evaluation import Evaluation, Literal
from server.expressions.explained import Explained
from server.expressions.expression import Compiled, Expression
from server.expressions.juel.coercion import as_text
from server.expressions.juel.lexer import Misspelt, Token, split
from server.expressions.juel.parser import Node, Parser, Watch
from server.expressions.limits import LIMITS
from server.expressions.run import Run
from server.expressions.tracing import Tracer
from server.expressions.wording import excerpt

Parts = list[str | list[Token]]


def read_juel(expression: Expression) -> Compiled:
    """Raises Invalid in one sentence for what is not JUEL."""
    try:
        if len(expression.text) > LIMITS.text:
            raise Misspelt(f"it is longer than {LIMITS.text:,} characters")
        return _read(expression.text)
    except Misspelt as error:
        sentence = f"The expression `{excerpt(expression.text)}` cannot be used: {error}."
        raise Invalid(sentence, [Problem(sentence, line=expression.line)]) from None


def _read(text: str) -> Compiled:
    _, parts = _parts(text)
    if not any(isinstance(part, list) for part in parts):
        return Literal("".join(part for part in parts if isinstance(part, str)) if text.strip() else text)
    node, names = build(parts)
    return Evaluation(text, names, node)


def _parts(text: str) -> tuple[str, Parts]:
    """The text that the tokens count in, and its parts: blanks around one `${...}` mean nothing."""
    stripped = text.strip()
    parts = split(stripped)
    return (text, split(text)) if len(parts) > 1 and text != stripped else (stripped, parts)


def build(parts: Parts, watch: Watch | None = None) -> tuple[Node, frozenset[str]]:
    """The node of the whole, and the names it reads. Raises Misspelt."""
    names: set[str] = set()
    nodes: list[Node] = []
    for part in parts:
        if isinstance(part, str):
            nodes.append(_constant(part))
            continue
        parser = Parser(part, watch)
        nodes.append(parser.parse())
        names |= parser.names
    return nodes[0] if len(nodes) == 1 else _composite(nodes), frozenset(names)


def explain_juel(text: str, run: Run) -> Explained:
    """The value of a text that `read_juel` has understood, and of each part of it."""
    source, parts = _parts(text)
    tracer = Tracer(source, source.strip()[2:-1].strip())
    node, _ = build(parts, lambda start, end, inner: tracer.watched(source[start:end], inner))
    return tracer.explain(node, run)


def _constant(text: str) -> Node:
    return lambda run: text


def _composite(nodes: list[Node]) -> Node:
    def evaluate(run: Run) -> str:
        return run.joined([as_text(run, node(run)) for node in nodes])

    return evaluate
