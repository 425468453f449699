"""Variables that are given on the command line, as JSON."""

import json
import sys
from typing import Any

from server.errors import Invalid


def read_variables(text: str) -> dict[str, Any]:
    """The object that *text* is, or standard input where it is "-". Raises Invalid."""
    try:
        found = json.loads(sys.stdin.read() if text == "-" else text)
    except ValueError as error:
        raise Invalid(f"The values are not JSON: {error}.") from None
    if not isinstance(found, dict):
        raise Invalid('The values have to be a JSON object, such as {"amount": 500}.')
    return found
