"""How groups are named: what a model, a lane or a person writes becomes one key."""

import re


def group_key(text: str) -> str:
    """Blanks, underscores and capitals do not count: `Purchasing approvers` is the group `purchasing-approvers`."""
    return re.sub(r"[\s_]+", "-", text.strip().casefold())
