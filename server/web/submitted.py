"""What a form sends beside its values: the ids of uploads, put where their fields stand."""

from typing import Any

from server.errors import Invalid, Problem

_ODD = "The list of uploaded files is not as a form sends it."


def with_files(values: dict[str, Any], files: object) -> dict[str, Any]:
    """*values* with the upload ids of {"items.0.scan": ["id"]} in their places. Raises Invalid.

    A path that leads nowhere is refused: a form cannot send it.
    """
    if not files:
        return values
    if not isinstance(files, dict):
        raise Invalid(_ODD, [Problem(_ODD)])
    for path, ids in files.items():
        if not isinstance(ids, list) or not all(isinstance(one, str) for one in ids):
            raise Invalid(_ODD, [Problem(_ODD)])
        _put(values, str(path).split("."), ids)
    return values


def _put(values: dict[str, Any], path: list[str], ids: list[str]) -> None:
    place: Any = values
    for part in path[:-1]:
        if isinstance(place, list) and part.isdecimal() and int(part) < len(place):
            place = place[int(part)]
        elif isinstance(place, dict) and part in place:
            place = place[part]
        else:
            raise Invalid(_ODD, [Problem(_ODD)])
    if not isinstance(place, dict):
        raise Invalid(_ODD, [Problem(_ODD)])
    place[path[-1]] = ids
