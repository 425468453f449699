"""Characters that every database keeps: a text of JSON may hold others, which columns refuse."""

import json
import re

from server.sentences import say

_NONE = re.compile("[\x00\ud800-\udfff]")
_HALF = re.compile("[\ud800-\udfff]")
HALF = say("What was sent holds half of a character (a lone surrogate). Send whole characters.")
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")


def writable(text: str) -> str:
    """*text* for a column, with the sign for an unknown character (U+FFFD) instead of NUL and halves of characters."""
    return _NONE.sub("\ufffd", text)


def is_writable(text: str) -> bool:
    """Whether columns keep *text* as it is."""
    return _NONE.search(text) is None


def is_whole(text: str) -> bool:
    """Whether no text in this JSON has half of a character (a lone surrogate): no page and no answer could show it.

    Raises ValueError and RecursionError for what is not JSON.
    """
    return _ESCAPED.search(text) is None or _HALF.search(json.dumps(json.loads(text), ensure_ascii=False)) is None
