"""What a connection's row says, which of its settings are names of secrets, and how both may be called."""

import json
import re

from server.connectors import CONNECTORS
from server.errors import Invalid, Problem
from server.records.connection import Connection
from server.sentences import say

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")


def check_name(name: str) -> None:
    """Raises Invalid for what cannot be the name of a connection or secret."""
    if NAME.fullmatch(name) is None:
        sentence = say("A name has small letters, digits, dots, hyphens and underscores, such as erp.password.")
        raise Invalid(sentence, [Problem(sentence, element="name")])


def settings_of(row: Connection) -> dict[str, str]:
    """The settings as they were kept: text by the keys of the connector's fields."""
    found: dict[str, str] = json.loads(row.settings)
    return found


def named_secrets(row: Connection) -> dict[str, str]:
    """The names of the secrets that a connection needs, by the keys of their fields."""
    connector = CONNECTORS.get(row.connector)
    keys = {each.key for each in connector.fields if each.secret} if connector is not None else set()
    return {key: value for key, value in settings_of(row).items() if key in keys}
