"""Ways to have jobs done when they are due, one a file, by the name that `PROCESSION_DISPATCHER` calls them."""

from importlib import import_module

from server.errors import Invalid
from server.settings import Settings
from server.workers.dispatch import Dispatcher


def dispatcher_of(settings: Settings) -> Dispatcher:
    """The one that is set; its file is read only then, because it may need a package that few have. Raises Invalid
    when this installation lacks what it needs."""
    name = settings.dispatcher
    try:
        found: Dispatcher = import_module(f"{__name__}.{name}").DISPATCHER
    except ModuleNotFoundError as missing:
        raise Invalid(
            f"PROCESSION_DISPATCHER={name} needs the package {missing.name}: install procession[{name}], or set it to"
            " embedded, which needs nothing."
        ) from missing
    if found.needs_postgresql and settings.database_url.startswith("sqlite"):
        raise Invalid(
            f"PROCESSION_DISPATCHER={name} needs PostgreSQL, and PROCESSION_DATABASE_URL is SQLite: set it to a"
            " PostgreSQL database, or the dispatcher to embedded."
        )
    return found
