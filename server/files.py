"""The file store: uploaded bytes under their SHA-256, so that the same file is kept once."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from server.errors import Invalid, NotFound
from server.sentences import say

_BLOCK = 64 * 1024


@dataclass(frozen=True)
class Stored:
    """What was stored: `size` in bytes."""

    digest: str
    size: int


def store(folder: Path, content: BinaryIO, limit: int) -> Stored:
    """Keep the bytes. Raises Invalid beyond *limit* bytes; nothing is left behind then."""
    folder.mkdir(parents=True, exist_ok=True)
    hashing, size = hashlib.sha256(), 0
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            while block := content.read(_BLOCK):
                size += len(block)
                if size > limit:
                    raise Invalid(
                        say("This file is larger than %(limit)s MB. Choose a smaller one.", limit=limit // 1024 // 1024)
                    )
                hashing.update(block)
                file.write(block)
            file.flush()
            os.fsync(file.fileno())
        digest = hashing.hexdigest()
        target = path_of(folder, digest)
        target.parent.mkdir(exist_ok=True)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Stored(digest, size)


def path_of(folder: Path, digest: str) -> Path:
    """Where the bytes with this digest are."""
    return folder / digest[:2] / digest


def existing(folder: Path, digest: str) -> Path:
    """The file with this digest. Raises NotFound when it has gone from the disk."""
    path = path_of(folder, digest)
    if not path.is_file():
        raise NotFound(say("The file is not in the store any more."))
    return path
