"""Regular expressions of XPath (`matches`, `replace`, `split`), in time that is bounded whatever the pattern."""

from server.expressions.feel.patterns.using import find_all, matches, replace_all, split_at

__all__ = ["find_all", "matches", "replace_all", "split_at"]
