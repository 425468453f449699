"""FEEL, the language of DMN 1.5 and of Camunda 8: the whole of it, with reports, limits and explanations."""

from server.expressions.feel.expressions import FeelExpression, UnaryTests, parse_expression, parse_unary_tests
from server.expressions.feel.reading import read_feel
from server.expressions.feel.run import Report
from server.expressions.feel.trace import Explanation
from server.expressions.feel.type_names import parse_type
from server.expressions.feel.types import Type, coerce, instance_of
from server.expressions.feel.values import FeelFunction, Range, from_feel, shown, to_feel

__all__ = [
    "Explanation",
    "FeelExpression",
    "FeelFunction",
    "Range",
    "Report",
    "Type",
    "UnaryTests",
    "coerce",
    "from_feel",
    "instance_of",
    "parse_expression",
    "parse_type",
    "parse_unary_tests",
    "read_feel",
    "shown",
    "to_feel",
]
