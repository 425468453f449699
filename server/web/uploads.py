"""Files that a form sends: stored before anything else, and their ids put where their fields stand."""

from typing import Any, BinaryIO, cast

from flask import request

from server import files
from server.commands import attachments
from server.commands.attachments import Uploaded
from server.errors import Invalid, Problem
from server.sentences import say
from server.web.configuration import settings
from server.web.signed_in import acting
from server.web.words import gettext as _

_ODD = say("The list of uploaded files is not as a form sends it.")


def receive(instance_id: str | None = None, user_task_id: str | None = None) -> Uploaded:
    """Store the file of the request and note it. Raises Invalid when there is none or it is too large, NotFound."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Invalid(_("Choose a file first."), [Problem(_("Choose a file first."), element="file")])
    stored = files.store(settings().files_path, cast(BinaryIO, file.stream), settings().upload_limit)
    kind = file.mimetype or "application/octet-stream"
    return attachments.upload(acting(), file.filename, kind, stored, instance_id, user_task_id)


def with_files(values: dict[str, Any], files: object) -> dict[str, Any]:
    """*values* with the upload ids of {"items.0.scan": ["id"]} in their places. Raises Invalid.

    A path that leads nowhere is refused: a form cannot send it.
    """
    if not files:
        return values
    if not isinstance(files, dict):
        raise Invalid(_ODD, [Problem(_ODD)])
    for path, ids in files.items():
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise Invalid(_ODD, [Problem(_ODD)])
        _put(values, str(path).split("."), ids)
    return values


def _put(values: dict[str, Any], path: list[str], ids: list[str]) -> None:
    place: Any = values
    for part in path[:-1]:
        if isinstance(place, list) and part.isdecimal() and int(part) < len(place):
            place = place[int(part)]
        elif isinstance(place, dict) and part in place:
            place = place[part]
        else:
            raise Invalid(_ODD, [Problem(_ODD)])
    if not isinstance(place, dict):
        raise Invalid(_ODD, [Problem(_ODD)])
    place[path[-1]] = ids
