"""Values that programs send: what JSON does not know has a tag, and what is in a file is stored before the command.

A file is {"$file": {"name": ..., "media_type": ..., "content": base64}}. It waits, as one that a person has chosen in a
form does, until the command that the values are for takes it into its instance.
"""

import base64
import binascii
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from server import terms
from server.api.installation import stored
from server.api.shapes import Upload
from server.commands import attachments
from server.errors import Failure, Invalid, Problem
from server.expressions import values as encoding
from server.identity.actor import Actor
from server.terms import Terms

FILE = "$file"
REFERENCE = {"attachment", "name", "media_type", "encoding"}
"""The keys of a file that was stored before, as it is told."""
_LONGEST_NAME = 60  # of a variable, in what is said about it
Keep = Callable[[Upload], Any]


@dataclass(frozen=True)
class Received:
    """Variables that were sent; `file_ids` are the actor's uploads that they name."""

    values: Mapping[str, Any]
    file_ids: tuple[str, ...] = ()


def variables(actor: Actor, given: Mapping[str, Any], place: str = "variables") -> Received:
    """Variables that stand at *place* in what was sent; a file becomes the place where it is. Raises Invalid."""
    ids: list[str] = []

    def keep(sent: Upload) -> dict[str, Any]:
        ids.append(_noted(actor, sent))
        return {"attachment": ids[-1], "name": sent.name, "media_type": sent.media_type, "encoding": None}

    return Received({name: _read(name, value, place, keep) for name, value in given.items()}, tuple(ids))


def plain_variables(given: Mapping[str, Any], place: str = "variables") -> dict[str, Any]:
    """The same where no file can be sent. Raises Invalid."""
    return {name: _read(name, value, place, _refuse) for name, value in given.items()}


def form_values(actor: Actor, given: Mapping[str, Any], place: str = "values") -> dict[str, Any]:
    """What a form is filled in with, as the form takes it: dates as text, files as ids of uploads. Raises Invalid."""

    def keep(sent: Upload) -> str:
        return _noted(actor, sent)

    return {name: _as_in_a_form(_read(name, value, place, keep)) for name, value in given.items()}


def _as_in_a_form(value: Any) -> Any:
    match value:
        case date() | time():  # and moments, which are dates
            return value.isoformat()
        case list():
            return [_as_in_a_form(item) for item in value]
        case dict() if value.keys() == REFERENCE:
            return value["attachment"]
        case dict():
            return {key: _as_in_a_form(item) for key, item in value.items()}
    return value


def _refuse(sent: Upload) -> Any:
    raise _NoFile(f"The file {sent.name[:_LONGEST_NAME]} cannot be sent here: send it as an attachment.")


def _noted(actor: Actor, sent: Upload) -> str:
    """The id of a file that was sent. It is a command of its own: terms of the request are for the one that follows."""
    with terms.under(Terms()):
        return attachments.upload(actor, sent.name, sent.media_type, stored(sent)).id


def _read(name: str, value: Any, place: str, keep: Keep) -> Any:
    try:
        read = encoding.decode(_without_files(value, keep))
        encoding.encode(read)
    except (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, Failure):
        text = "This is no value: a key that begins with $ says of which kind one is."
    except _NoFile as trouble:
        text = str(trouble)
    else:
        return read
    where = f"{place}/{name}" if place else name
    raise Invalid(f"The variable {name[:_LONGEST_NAME]} cannot be read.", [Problem(text, element=where)])


class _NoFile(Exception):
    """What has the tag of a file cannot be taken as one: why."""


def _without_files(value: Any, keep: Keep) -> Any:
    if isinstance(value, list):
        return [_without_files(item, keep) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"$"} and isinstance(value["$"], dict):
        return {"$": {key: _without_files(item, keep) for key, item in value["$"].items()}}
    if value.keys() == {FILE}:
        return keep(_file(value[FILE]))
    return {key: _without_files(item, keep) for key, item in value.items()}


def _file(given: Any) -> Upload:
    try:
        content = base64.b64decode(given["content"], validate=True)
        return Upload(str(given["name"]), str(given["media_type"]), content)
    except (LookupError, TypeError, ValueError, binascii.Error):
        raise _NoFile("A file has a name, a media_type, and its content in base64.") from None
