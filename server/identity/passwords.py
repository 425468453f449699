"""Passwords: argon2id, at most a few hashed at once so that signing in cannot exhaust the memory."""

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from server.errors import Invalid, Problem
from server.sentences import say

_hasher = PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)
_places = threading.BoundedSemaphore(4)
SHORTEST = 10
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash. Raises Invalid when the password is too short."""
    if len(password) < SHORTEST:
        text = say("A password has at least %(least)s characters.", least=SHORTEST)
        raise Invalid(text, [Problem(text, element="password")])
    with _places:
        return _hasher.hash(password)


def password_matches(password_hash: str | None, password: str) -> bool:
    """Whether the password is right. Without a hash it takes as long as with one, so that names cannot be guessed."""
    with _places:
        try:
            return _hasher.verify(password_hash or _NOBODY, password) and password_hash is not None
        except (VerificationError, InvalidHashError):
            return False


def is_outdated(password_hash: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _hasher.check_needs_rehash(password_hash)
