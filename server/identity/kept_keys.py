"""Keys that an installation makes for itself once and keeps beside its database, readable by its owner alone."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from sqlalchemy.engine import make_url

from server.settings import Settings


def folder_of_keys(settings: Settings) -> Path:
    """Where the file of the database lies; with PostgreSQL, where the folder of uploaded files lies."""
    url = make_url(settings.database_url)
    is_file = url.get_backend_name() == "sqlite" and url.database not in (None, "", ":memory:")
    return Path(url.database or "").absolute().parent if is_file else settings.files_path.absolute().parent


def kept_key(path: Path, make: Callable[[], str]) -> str:
    """What stands in *path*; what *make* makes where nothing does. A second one gets what the first has made."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        number, name = tempfile.mkstemp(dir=path.parent)  # readable by its owner alone
        try:
            with os.fdopen(number, "w", encoding="ascii") as file:
                file.write(make())
            os.link(name, path)
        except FileExistsError:
            pass  # somebody was faster
        finally:
            Path(name).unlink()
    return path.read_text(encoding="ascii").strip()
