"""Secrets of sessions: what the browser holds, and what is kept of it."""

import hashlib
import secrets


def new_secret() -> str:
    """256 random bits as text."""
    return secrets.token_urlsafe(32)


def secret_hash(secret: str) -> str:
    """What the database keeps: the SHA-256 in hex. Enough for a random secret, which nobody can guess from it."""
    return hashlib.sha256(secret.encode()).hexdigest()
