"""The settings of the application that answers the request."""

from typing import cast

from flask import current_app

from server.settings import Settings

KEY = "PROCESSION_SETTINGS"


def settings() -> Settings:
    """What the installation decided."""
    return cast(Settings, current_app.config[KEY])
