"""A connection: how a connector reaches one system, under the name that models know it by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from server.errors import Failure, Invalid, Problem
from server.sentences import say


@dataclass(frozen=True)
class Field:
    """One thing that connections of a connector hold. A secret field holds the name of a secret, never the secret."""

    key: str
    label: str
    hint: str = ""
    secret: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    long: bool = False  # many lines
    check: Callable[[str], object] | None = None  # raises Failure or Invalid for what cannot be used

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The choices, each with the words that are shown for it."""
        return [(choice, choice) for choice in self.choices]


@dataclass(frozen=True)
class Connection:
    """A connection that is about to be used: its settings, and its secrets by the keys of their fields."""

    name: str
    settings: Mapping[str, str]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def setting(self, key: str, otherwise: str = "") -> str:
        return self.settings.get(key) or otherwise

    def secret(self, key: str) -> str:
        return self.secrets.get(key, "")

    def number(self, key: str, otherwise: float = 0) -> float:
        """A setting that is a number. Raises Failure."""
        text = self.setting(key)
        try:
            return float(text) if text else otherwise
        except ValueError:
            raise Failure(f'The connection "{self.name}" has {key} = {text[:50]}, which is no number.') from None


def checked(fields: Sequence[Field], given: Mapping[str, str]) -> dict[str, str]:
    """What is given for *fields*, trimmed, without what is empty. Raises Invalid naming each field that is wrong."""
    known = {each.key: each for each in fields}
    problems = [
        Problem(say('There is no field "%(key)s"; there are %(known)s.', key=key, known=", ".join(known)), element=key)
        for key in given
        if key not in known
    ]
    kept = {key: value.strip() for key, value in given.items() if key in known and value.strip()}
    for one in fields:
        trouble = _trouble(one, kept.get(one.key, ""))
        if trouble:
            problems.append(Problem(trouble, element=one.key))
    if problems:
        raise Invalid(problems[0].text, problems)
    return kept


def _trouble(one: Field, text: str) -> str:
    if not text:
        return say("%(label)s is missing.", label=one.label) if one.required else ""
    if one.choices and text not in one.choices:
        known = ", ".join(one.choices)
        return say('%(label)s is one of %(known)s, not "%(text)s".', label=one.label, known=known, text=text[:50])
    if one.check is None:
        return ""
    try:
        one.check(text)
    except (Failure, Invalid) as error:
        return cast(str, error.args[0])  # a sentence stays one
    return ""


def check_number(text: str) -> None:
    """For fields that hold a number of zero or more."""
    try:
        good = 0 <= float(text) < 1e9
    except ValueError:
        good = False
    if not good:
        raise Invalid(say('"%(text)s" is not a number of zero or more.', text=text[:50]))
