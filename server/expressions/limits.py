"""How much one expression or script may ask for; the one place where these numbers stand."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds which no honest expression meets and every runaway does, well before anybody else notices.

    One evaluation happens inside a database transaction with an instance locked, so it has to stay short.
    """

    text: int = 20_000
    """Characters of one expression or script: a page of code is 3,000."""
    depth: int = 90
    """Levels of nesting. A level costs two or three of Python's 1,000 stack frames, and the server's own
    callers need some 300 of them."""
    steps: int = 250_000
    """Statements run, loops turned, calls made: about a quarter of a second. The same on every machine, so it is
    this bound, and not the clock, that normally stops a loop."""
    seconds: float = 0.4
    """Time of the processor, for steps that are each expensive: whatever happens is over within a second, on a machine
    of half the speed too, and a busy machine stops nobody's honest work."""
    bytes: int = 48_000_000
    """Memory that one run may ask for in all, estimated, whether or not it is given back: with what the estimate
    misses, 64 MB."""
    characters: int = 1_000_000
    """Length of a text that is built; what a form or message brings may be longer and can still be read."""
    items: int = 100_000
    """Entries of a list or mapping that is built."""
    bits: int = 1_024
    """Size of a whole number that is computed: as far as a float reaches, 308 digits."""
    exponent: int = 6_144
    """Powers of ten of a decimal that is read or kept, as far as IEEE 754 decimal128 reaches: `1e999999999` is a short
    text, and a whole number of as many digits."""
    nodes: int = 250_000
    """Values within values that are copied, compared, written as text or handed back. A list that holds itself
    twice, thirty times over, is small in memory and a thousand million values to whoever visits them."""
    written: int = 16_000_000
    """Bytes that a value takes when it is handed back and kept as text: a text that a list holds ten thousand times
    is small in memory, and large in a row."""
    levels: int = 100
    """Nesting of lists and mappings in a value."""


LIMITS = Limits()
