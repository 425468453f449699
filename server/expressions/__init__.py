"""Expressions and scripts of models: understood once, evaluated in bounds, never by eval or exec."""

from server.expressions.expression import Compiled, CompiledScript, Expression
from server.expressions.facade import Facade
from server.expressions.languages import parse, parse_script

__all__ = ["Compiled", "CompiledScript", "Expression", "Facade", "parse", "parse_script"]
