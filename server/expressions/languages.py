"""Text of a model to something that can be evaluated, by its language; each text is understood once."""

from collections.abc import Callable
from functools import lru_cache
from types import MappingProxyType
from typing import NoReturn

from server.errors import Invalid, Problem
from server.expressions.composition import read_composition
from server.expressions.evaluation import Literal, Variable
from server.expressions.expression import Compiled, CompiledScript, Expression
from server.expressions.feel.reading import read_feel
from server.expressions.juel.reading import read_juel
from server.expressions.python.reading import read_python, read_python_script

_CACHED = 4_096
"""Texts kept: more than the models that are in daily use have, at about 2 KB each."""


def _read_text(expression: Expression) -> Compiled:
    return Literal(expression.text)


def _read_variable(expression: Expression) -> Compiled:
    return Variable(expression.text, frozenset({expression.text}))


def _read_composition(expression: Expression) -> Compiled:
    return read_composition(expression, parse)


LANGUAGES: MappingProxyType[str, Callable[[Expression], Compiled]] = MappingProxyType(
    {
        "feel": read_feel,
        "juel": read_juel,
        "python": read_python,
        "text": _read_text,
        "variable": _read_variable,
        "composition": _read_composition,
    }
)


@lru_cache(_CACHED)
def parse(expression: Expression) -> Compiled:
    """*expression* ready to be evaluated. Raises Invalid with one sentence: what is wrong, where, how to mend it."""
    read = LANGUAGES.get(expression.language.lower())
    if read is None:
        _refuse_language(expression, "write it in FEEL, as ${...} or in Python")
    return read(expression)


@lru_cache(_CACHED)
def parse_script(expression: Expression) -> CompiledScript:
    """A script ready to be run; scripts are Python. Raises Invalid as `parse` does."""
    if expression.language.lower() != "python":
        _refuse_language(expression, "write it in Python, or draw a service task with a topic and let a worker run it")
    return read_python_script(expression)


def _refuse_language(expression: Expression, instead: str) -> NoReturn:
    sentence = f"The language {expression.language} cannot be run here; {instead}."
    raise Invalid(sentence, [Problem(sentence, line=expression.line, code="foreign-language")])
