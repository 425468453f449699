"""All functions that FEEL has built in, by name: one file for each group of the standard."""

from collections.abc import Mapping
from types import MappingProxyType

from server.expressions.feel.functions.calendar import CALENDAR_FUNCTIONS
from server.expressions.feel.functions.contexts import CONTEXT_FUNCTIONS
from server.expressions.feel.functions.conversion import CONVERSION_FUNCTIONS
from server.expressions.feel.functions.lists import LIST_FUNCTIONS
from server.expressions.feel.functions.numbers import NUMBER_FUNCTIONS
from server.expressions.feel.functions.ranges import RANGE_FUNCTIONS
from server.expressions.feel.functions.sequences import SEQUENCE_FUNCTIONS
from server.expressions.feel.functions.texts import TEXT_FUNCTIONS
from server.expressions.feel.values import FeelFunction

FUNCTIONS: Mapping[str, FeelFunction] = MappingProxyType(
    CONVERSION_FUNCTIONS
    | NUMBER_FUNCTIONS
    | TEXT_FUNCTIONS
    | LIST_FUNCTIONS
    | SEQUENCE_FUNCTIONS
    | CONTEXT_FUNCTIONS
    | CALENDAR_FUNCTIONS
    | RANGE_FUNCTIONS
)
