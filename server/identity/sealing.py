"""Seals secrets for the database: whoever has a copy of it, but not the key, reads nothing (S22).

A sealed value holds the name it was sealed for, so that a row's value cannot be put under another name.
"""

import json
from collections.abc import Sequence
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from server.errors import Invalid
from server.identity.kept_keys import folder_of_keys, kept_key
from server.sentences import say
from server.settings import Settings

FILE = "secrets.key"


class Seal:
    """Seals with the first of its keys, and opens with any of them."""

    def __init__(self, keys: Sequence[str]) -> None:
        """Raises Invalid for a key that `new_key` did not make."""
        try:
            self._keys = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise Invalid(
                say("A key for secrets cannot be read; `procession secret key` makes one that can.")
            ) from None

    def close(self, name: str, value: str) -> str:
        return self._keys.encrypt(json.dumps([name, value]).encode()).decode("ascii")

    def open(self, name: str, sealed: str) -> str:
        """The value. Raises Invalid when no key fits, or when it was sealed for another name."""
        try:
            named, value = json.loads(self._keys.decrypt(sealed))
        except InvalidToken:
            raise Invalid(
                say(
                    'The secret "%(name)s" cannot be opened: '
                    "the key it was sealed with is not among those that are set.",
                    name=name,
                )
            ) from None
        if named != name:
            raise Invalid(say('The secret "%(name)s" cannot be opened: it was sealed under another name.', name=name))
        return str(value)


def new_key() -> str:
    return Fernet.generate_key().decode("ascii")


def seal_of(settings: Settings) -> Seal:
    """The installation's seal: the keys of PROCESSION_SECRETS_KEYS, else those of a file, one a line, newest first.

    Without either a key is made and kept beside the database; not in production, where several machines have to share
    it. Raises Invalid.
    """
    keys = settings.secrets_keys
    if not keys:
        path = Path(settings.secrets_key_file) if settings.secrets_key_file else folder_of_keys(settings) / FILE
        if settings.production and not path.exists():
            raise Invalid(
                say(
                    "No key for secrets is set; in production set PROCESSION_SECRETS_KEYS, or put what "
                    "`procession secret key` prints into the file %(path)s.",
                    path=path,
                )
            )
        keys = tuple(kept_key(path, new_key).split())
    if not keys:
        raise Invalid(say("The file of the keys for secrets is empty; `procession secret key` makes one."))
    return Seal(keys)
