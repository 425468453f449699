"""Which language a text of a decision is written in: what the cell says, else what the file says, else FEEL."""

FEEL, JUEL, PYTHON = "feel", "juel", "python"

_NAMES = {
    "feel": FEEL,
    "juel": JUEL,
    "el": JUEL,
    "uel": JUEL,
    "python": PYTHON,
    "": FEEL,
}


def language_of(stated: str | None, otherwise: str = FEEL) -> str | None:
    """The language that a file's or cell's `expressionLanguage` names; None when it is one that is not run here."""
    if stated is None or not stated.strip():
        return otherwise
    name = stated.strip().lower()
    if "feel" in name:
        return FEEL
    return _NAMES.get(name.rstrip("/").rpartition("/")[2].removeprefix("www.").removesuffix(".org"))
