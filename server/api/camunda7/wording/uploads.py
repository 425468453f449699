"""Files in variables: their bytes go into the file store, and the variable says where they are."""

import io
from collections.abc import Mapping
from typing import Any, cast

from flask import Response, current_app

from server import files
from server.api.camunda7.wording.values import SentFile, is_file, read_all
from server.commands import attachments
from server.errors import NotFound
from server.identity.actor import Actor
from server.queries import conversation
from server.settings import Settings

EXTENSION = "procession_camunda7"


def settings() -> Settings:
    return cast(Settings, current_app.extensions[EXTENSION])


def received(actor: Actor, given: Mapping[str, Any], instance_id: str | None = None) -> dict[str, Any]:
    """Variables that were sent, with every file in them stored. Raises Invalid, Forbidden."""
    found = read_all(given)
    for name, value in found.items():
        if isinstance(value, SentFile):
            found[name] = _stored(actor, value, instance_id)
    return found


def _stored(actor: Actor, sent: SentFile, instance_id: str | None) -> dict[str, Any]:
    stored = files.store(settings().files_path, io.BytesIO(sent.content), settings().upload_limit)
    noted = attachments.upload(actor, sent.name, sent.media_type, stored, instance_id)
    return sent.value(noted.id)


def file_ids(variables: Mapping[str, Any]) -> list[str]:
    """The uploads that variables name."""
    return [value["attachment"] for value in variables.values() if is_file(value)]


def content(actor: Actor, value: Any) -> Response:
    """The bytes of a file. Raises NotFound."""
    if not is_file(value):
        raise NotFound("This variable holds no file.")
    return download(actor, value["attachment"])


def download(actor: Actor, attachment_id: str) -> Response:
    """The bytes of an upload, under its own name and type. Raises NotFound."""
    stored = conversation.stored_file(actor, attachment_id)
    path = files.existing(settings().files_path, stored.digest)
    response = Response(path.read_bytes())
    response.headers["Content-Type"] = stored.media_type or "application/octet-stream"
    name = "".join(letter if letter.isalnum() or letter in "-_. " else "_" for letter in stored.name)
    response.headers["Content-Disposition"] = f'attachment; filename="{name.encode("ascii", "replace").decode()}"'
    return response
