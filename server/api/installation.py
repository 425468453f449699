"""What this installation decided, as far as programs meet it: settings, the file store, how long a session lasts."""

import io
from datetime import timedelta
from typing import cast

from flask import current_app

from server import files
from server.api.shapes import Uploads
from server.errors import Invalid, Problem
from server.files import Stored
from server.settings import Settings

EXTENSION = "procession_api_settings"


def settings() -> Settings:
    """The settings of the application that answers the request."""
    return cast(Settings, current_app.extensions[EXTENSION])


def stored(sent: Uploads) -> tuple[str, str, Stored]:
    """Name, media type and place of the one file that was sent, kept in the store. Raises Invalid."""
    if len(sent.files) != 1:
        raise Invalid("Send one file at a time.", [Problem("Send one file at a time.", element="file")])
    name, media_type, content = sent.files[0]
    return name, media_type, files.store(settings().files_path, io.BytesIO(content), settings().upload_limit)


def fetched(digest: str) -> bytes:
    """The bytes of a kept file. Raises NotFound."""
    return files.existing(settings().files_path, digest).read_bytes()


def session_times() -> tuple[timedelta, timedelta]:
    """How long a session lasts without being used, and in any case."""
    return timedelta(seconds=settings().session_idle), timedelta(seconds=settings().session_length)
