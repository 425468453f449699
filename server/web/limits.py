"""How often one may try what a password guards: counted by address and by account, in the memory of this process."""

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

from flask import request
from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter
from werkzeug.exceptions import TooManyRequests

from server.web.configuration import settings

P = ParamSpec("P")
R = TypeVar("R")
attempts = MemoryStorage()
_counted = FixedWindowRateLimiter(attempts)
_parsed: Callable[[str], RateLimitItem] = lru_cache(parse)


def limited(*keys: Callable[[], str]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a page refuse, by TooManyRequests, what comes more often than `sign_in_limit` under one of the keys."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def perform(*args: P.args, **kwargs: P.kwargs) -> R:
            limit, page = _parsed(settings().sign_in_limit), request.endpoint or ""
            are_left = [_counted.hit(limit, page, key()) for key in keys]  # each counts, whatever the others say
            if not all(are_left):
                raise TooManyRequests
            return view(*args, **kwargs)

        return perform

    return decorate


def by_address() -> str:
    return f"address:{request.remote_addr}"


def by_account() -> str:
    """Attempts to sign in are counted for the account too, wherever they come from."""
    return f"account:{request.form.get('name', '').strip().lower()[:100]}"
