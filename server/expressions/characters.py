"""Characters that every database keeps: a text of JSON may hold others, which columns refuse."""

import re

_NONE = re.compile("[\x00\ud800-\udfff]")


def writable(text: str) -> str:
    """*text* for a column, with the sign for an unknown character (U+FFFD) instead of NUL and halves of characters."""
    return _NONE.sub("\ufffd", text)


def is_writable(text: str) -> bool:
    """Whether columns keep *text* as it is."""
    return _NONE.search(text) is None
