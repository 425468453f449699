"""Pages of a long list: where the one before and the one after are, and the number of the first row."""

from typing import Any

from flask import url_for


def pages(at: int, all_pages: int, size: int, **filters: Any) -> dict[str, Any]:
    """`previous`, `following` (addresses, or none) and `first` (from 1), for `m.pager`.

    The addresses are those of the page that is being made, with its *filters* kept.
    """
    given = {name: value for name, value in filters.items() if value}
    return {
        "previous": url_for(".page", **given, page=at - 1) if at > 1 else None,
        "following": url_for(".page", **given, page=at + 1) if at < all_pages else None,
        "first": (at - 1) * size + 1,
    }
