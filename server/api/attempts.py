"""How often somebody may fail to say who they are: counted by address and by account, as at the sign-in page."""

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter


class Attempts:
    """Failed attempts of the last while, in the memory of this process."""

    def __init__(self, limit: str) -> None:
        self._limit = parse(limit)
        self._counted = FixedWindowRateLimiter(MemoryStorage())

    def are_left(self, *keys: str) -> bool:
        """Whether one more attempt may be made under each of these keys."""
        return all(self._counted.test(self._limit, key) for key in keys)

    def failed(self, *keys: str) -> None:
        """Count an attempt that failed."""
        for key in keys:
            self._counted.hit(self._limit, key)
