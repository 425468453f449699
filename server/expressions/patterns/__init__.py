"""Regular expressions as XPath has them, in time that is bounded whatever the pattern: for every language alike."""

from server.expressions.patterns.reading import Unreadable
from server.expressions.patterns.using import find_all, matches, matches_whole, replace_all, split_at

__all__ = ["Unreadable", "find_all", "matches", "matches_whole", "replace_all", "split_at"]
