"""How faces say which part of a list they want; what may be chosen stands in each list's own query."""

from server.runtime.having import OPERATORS, Having
from server.runtime.selecting import Selection, Where

__all__ = ["OPERATORS", "Having", "Selection", "Where"]
