"""What this installation decided, as far as programs meet it: settings, the file store, how long a session lasts."""

import io
from datetime import timedelta
from typing import cast

from flask import current_app

from server import files
from server.api.shapes import Upload
from server.files import Stored
from server.settings import Settings

EXTENSION = "procession_api_settings"


def settings() -> Settings:
    """The settings of the application that answers the request."""
    return cast(Settings, current_app.extensions[EXTENSION])


def stored(sent: Upload) -> Stored:
    """The place of the file that was sent, kept in the store. Raises Invalid when it is too large."""
    return files.store(settings().files_path, io.BytesIO(sent.content), settings().upload_limit)


def fetched(digest: str) -> bytes:
    """The bytes of a kept file. Raises NotFound."""
    return files.existing(settings().files_path, digest).read_bytes()


def session_times() -> tuple[timedelta, timedelta]:
    """How long a session lasts without being used, and in any case."""
    return timedelta(seconds=settings().session_idle), timedelta(seconds=settings().session_length)
