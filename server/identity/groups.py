"""How groups are named: what a model, a lane or a person writes becomes one key."""

import re


def group_key(text: str) -> str:
    """ "Purchasing approvers", "purchasing_approvers" and "purchasing-approvers" are one group: purchasing-approvers."""
    return re.sub(r"[\s_]+", "-", text.strip().casefold())
