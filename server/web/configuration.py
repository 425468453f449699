"""The settings of the application that answers the request, and the address it is reached at."""

from typing import cast

from flask import current_app, request

from server.settings import Settings

KEY = "PROCESSION_SETTINGS"


def settings() -> Settings:
    """What the installation decided."""
    return cast(Settings, current_app.config[KEY])


def own_address() -> str:
    """The address by which people reach this installation, without a slash at its end."""
    return (settings().base_url or request.url_root).rstrip("/")
