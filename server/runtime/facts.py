"""The facts by their names, as history keeps them and subscribers are told them."""

from typing import get_args

from server.engine.facts import Fact

FACTS: tuple[str, ...] = tuple(kind.__name__ for kind in get_args(Fact))
