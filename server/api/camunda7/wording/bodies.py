"""What a program sent: the body and the query string, read leniently where real clients need that, and typed."""

import json
from collections.abc import Mapping
from typing import Any

from flask import request

from server.errors import Invalid
from server.expressions.characters import HALF, is_whole, is_writable

_TRUE, _FALSE = ("true", "1", "yes"), ("false", "0", "no", "")


class Given:
    """The fields of an object that was sent, or of a query string; unknown ones are ignored, null is as not sent."""

    def __init__(self, fields: Mapping[str, Any]) -> None:
        self.fields = {name: value for name, value in fields.items() if value is not None}

    def __contains__(self, name: str) -> bool:
        return name in self.fields

    def get(self, name: str) -> Any:
        return self.fields.get(name)

    def text(self, name: str) -> str | None:
        value = self.fields.get(name)
        if isinstance(value, str) and not is_writable(value):
            raise Invalid(f"{name} holds what is no character, such as the zero character.")
        if value is None or isinstance(value, str):
            return value
        if isinstance(value, bool | dict | list):
            raise Invalid(f"{name} has to be a text.")
        return str(value)

    def needed(self, name: str) -> str:
        """A text that has to be there. Raises Invalid."""
        found = self.text(name)
        if found is None or not found.strip():
            raise Invalid(f"{name} is missing.")
        return found

    def number(self, name: str) -> int | None:
        value = self.fields.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, bool | dict | list):
                raise ValueError(name)
            number = int(value)
        except (ValueError, OverflowError) as error:
            raise Invalid(f"{name} has to be a whole number.") from error
        if abs(number) >= 2**63:
            raise Invalid(f"{name} is too large.")
        return number

    def flag(self, name: str, otherwise: bool = False) -> bool:
        value = self.fields.get(name)
        if value is None:
            return otherwise
        if isinstance(value, bool):
            return value
        if isinstance(value, str) and value.strip().lower() in (*_TRUE, *_FALSE):
            return value.strip().lower() in _TRUE
        raise Invalid(f"{name} has to be true or false.")

    def texts(self, name: str) -> list[str] | None:
        """A list, in a query string written with commas."""
        value = self.fields.get(name)
        if value is None:
            return None
        if isinstance(value, str):
            return [part.strip() for part in value.split(",") if part.strip()]
        if not isinstance(value, list) or not all(isinstance(each, str | int) for each in value):
            raise Invalid(f"{name} has to be a list of texts.")
        return [str(each) for each in value]

    def mapping(self, name: str) -> dict[str, Any]:
        value = self.fields.get(name)
        if value is None:
            return {}
        if not isinstance(value, dict):
            raise Invalid(f"{name} has to be an object.")
        return value

    def objects(self, name: str) -> list["Given"]:
        value = self.fields.get(name)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            raise Invalid(f"{name} has to be a list of objects.")
        return [Given(each) for each in value]


def sent() -> Given:
    """The body; none, an empty one and null are an empty object. Raises Invalid."""
    given = request.get_data()
    if not given.strip():
        return Given({})
    try:
        text = given.decode()
        body, is_shown = json.loads(text, parse_constant=_no_number), is_whole(text)
    except (ValueError, RecursionError) as error:
        raise Invalid("The body is no JSON that can be read.") from error
    if not is_shown:
        raise Invalid(HALF)
    if body is None:
        return Given({})
    if not isinstance(body, dict):
        raise Invalid("The body has to be an object.")
    return Given(body)


def asked() -> Given:
    """The query string."""
    return Given(request.args)


def both() -> Given:
    """The query string, and for a POST its body as well: the same conditions may stand in either."""
    return Given({**request.args, **(sent().fields if request.method == "POST" else {})})


def _no_number(text: str) -> None:
    raise ValueError(text)
