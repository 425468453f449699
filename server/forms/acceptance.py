"""Whether one value is what its field asks for; every refusal says what would be right."""

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from server import clock
from server.forms.definition import CHOICES, MANY_CHOICES, TEXTS, Field, FieldKind, Option
from server.forms.patterns import LONGEST_TEXT
from server.sentences import say, say_many

ABSENT: Final = object()
"""Stands where a submission holds nothing at all."""

LONGEST = 100_000
MOST_FILES = 50
_MAIL = re.compile(r"[^\s@]{1,64}@[^\s@.]{1,63}(?:\.[^\s@.]{1,63}){0,20}")
_PHONE = re.compile(r"(?:\+|00)[1-9][0-9 ()./-]{5,30}")
_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_TIME = re.compile(r"\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_FILE_ID = re.compile(r"[0-9A-Za-z_-]{1,64}")


class Refused(Exception):
    """One sentence: what is wrong with a value and an example of what is right."""


def empty_value(field: Field) -> Any:
    """What a field holds that nobody has filled, as form-js has it."""
    if field.kind in TEXTS:
        return ""
    if field.kind is FieldKind.CHECKBOX:
        return False
    return [] if field.kind in MANY_CHOICES or field.kind is FieldKind.FILEPICKER else None


def accept_value(field: Field, value: Any, options: tuple[Option, ...] | None) -> Any:
    """The value as it is kept. Without *options* choices are not checked. Raises Refused."""
    if value is None or (isinstance(value, str) and not value.strip()) or value == []:
        if field.rules.required:
            raise Refused(
                say(
                    '"%(title)s" is required. %(invitation)s.',
                    title=field.title,
                    invitation=_INVITATIONS.get(field.kind, say("Choose one")),
                )
            )
        return value if field.kind in TEXTS and isinstance(value, str) else empty_value(field)
    if field.kind in CHOICES | MANY_CHOICES:
        return _choice(field, value, options)
    return _READINGS[field.kind](field, value)


def _text(field: Field, value: Any) -> str:
    if not isinstance(value, str):
        raise Refused(say('Write "%(title)s" as text, for example "Berlin".', title=field.title))
    rules, length = field.rules, len(value.strip())
    most = min(rules.maximum_length or LONGEST, LONGEST)
    if rules.minimum_length is not None and length < rules.minimum_length:
        raise Refused(
            say(
                '"%(title)s" needs at least %(least)s characters; it has %(length)s.',
                title=field.title,
                least=rules.minimum_length,
                length=length,
            )
        )
    if length > most or len(value) > LONGEST:
        raise Refused(
            say(
                '"%(title)s" takes at most %(most)s characters; it has %(length)s. Shorten it.',
                title=field.title,
                most=most,
                length=length,
            )
        )
    if rules.pattern is not None:
        if len(value) > LONGEST_TEXT:
            raise Refused(
                say(
                    '"%(title)s" takes at most %(most)s characters; it has %(length)s. Shorten it.',
                    title=field.title,
                    most=LONGEST_TEXT,
                    length=length,
                )
            )
        if not rules.pattern.is_found_in(value):
            wanted = rules.pattern_message or say("it must match the pattern %(pattern)s", pattern=rules.pattern.text)
            raise Refused(say('"%(title)s" has not the right form: %(wanted)s', title=field.title, wanted=wanted))
    if rules.format == "email" and (len(value) > 254 or not _MAIL.fullmatch(value)):
        raise Refused(say('Write "%(title)s" as a mail address, for example ada@example.org.', title=field.title))
    if rules.format == "phone" and not _PHONE.fullmatch(value):
        raise Refused(
            say('Write "%(title)s" as an international phone number, for example +49 30 664040900.', title=field.title)
        )
    return value


def _number(field: Field, value: Any) -> Any:
    number = _decimal(value)
    if number is None:
        raise Refused(
            say('Write "%(title)s" as a number, for example %(example)s.', title=field.title, example=_example(field))
        )
    _check_limits(field, number)
    if field.as_text:
        return value if isinstance(value, str) else _plain(number)
    if not isinstance(value, str):
        return value
    return int(number) if number == number.to_integral_value() else float(number)


def _check_limits(field: Field, number: Decimal) -> None:
    rules = field.rules
    if rules.minimum is not None and number < rules.minimum:
        raise Refused(
            say(
                '"%(title)s" is at least %(least)s; you wrote %(number)s.',
                title=field.title,
                least=_plain(rules.minimum),
                number=_plain(number),
            )
        )
    if rules.maximum is not None and number > rules.maximum:
        raise Refused(
            say(
                '"%(title)s" is at most %(most)s; you wrote %(number)s.',
                title=field.title,
                most=_plain(rules.maximum),
                number=_plain(number),
            )
        )
    if rules.decimal_digits is not None and -int(number.normalize().as_tuple().exponent) > rules.decimal_digits:
        digits = (
            say("at most %(digits)s digits behind the point", digits=rules.decimal_digits)
            if rules.decimal_digits
            else say("no fraction")
        )
        raise Refused(
            say(
                '"%(title)s" has %(digits)s; write it like %(example)s.',
                title=field.title,
                digits=digits,
                example=_example(field),
            )
        )
    if rules.increment and number % rules.increment:
        raise Refused(
            say(
                '"%(title)s" goes in steps of %(step)s; choose one of them.',
                title=field.title,
                step=_plain(rules.increment),
            )
        )


def _decimal(value: Any) -> Decimal | None:
    """The number that was sent, also as text; None for anything else and for what no double holds."""
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        return None
    text = str(value).strip() if not isinstance(value, int) or value.bit_length() < 128 else ""
    if not text or len(text) > 40 or "_" in text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    is_kept = number.is_finite() and -25 < number.adjusted() < 25 and math.isfinite(float(number))
    return number if is_kept or not number else None


def _example(field: Field) -> str:
    digits = field.rules.decimal_digits
    digits = 2 if digits is None else min(digits, 6)
    example = Decimal(6840)
    for bound in (field.rules.minimum, field.rules.maximum):
        out_of_bounds = bound is not None and (example < bound if bound is field.rules.minimum else example > bound)
        if bound is not None and out_of_bounds:
            example = bound
    return f"{example:.{digits}f}"


def _plain(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _checkbox(field: Field, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Refused(say('Write "%(title)s" as true or false.', title=field.title))
    if field.rules.required and not value:
        raise Refused(say('"%(title)s" is required. Tick it.', title=field.title))
    return value


def _choice(field: Field, value: Any, options: tuple[Option, ...] | None) -> Any:
    if field.kind in CHOICES:
        _chosen(field, value, options)
        return value
    if not isinstance(value, list) or len(value) > LONGEST:
        raise Refused(
            say(
                'Write "%(title)s" as a list of choices, for example %(choices)s.',
                title=field.title,
                choices=_choices(options, 2),
            )
        )
    kept: list[Any] = []
    for one in value:
        _chosen(field, one, options)
        if not any(_same(one, other) for other in kept):
            kept.append(one)
    return kept


def _chosen(field: Field, value: Any, options: tuple[Option, ...] | None) -> None:
    if options is None or any(_same(value, option.value) for option in options):
        return
    if not options:
        raise Refused(
            say('There is nothing to choose from for "%(title)s". Tell whoever drew the process.', title=field.title)
        )
    raise Refused(
        say(
            '"%(title)s" is none of the choices. Choose one of: %(choices)s.',
            title=field.title,
            choices=_choices(options, 8),
        )
    )


def _same(one: Any, other: Any) -> bool:
    """Equal as JSON: true is not 1."""
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _choices(options: tuple[Option, ...] | None, most: int) -> str:
    shown = [option.label if isinstance(option.value, Mapping) else str(option.value) for option in options or ()]
    listed = ", ".join(shown[:most])
    return say("%(choices)s and more", choices=listed) if len(shown) > most else listed


def _moment(field: Field, value: Any) -> str:
    if not isinstance(value, str) or not _is_moment(field.subtype, value):
        raise Refused(say('Write "%(title)s" as %(moment)s.', title=field.title, moment=_MOMENTS[field.subtype]))
    if field.rules.not_in_the_past and field.subtype != "time":
        # Somewhere on earth it is still yesterday: nobody is refused who is right by their own calendar.
        today = (clock.now() - timedelta(hours=12)).date()
        if date.fromisoformat(value[:10]) < today:
            raise Refused(
                say('"%(title)s" is in the past. Choose %(day)s or later.', title=field.title, day=today.isoformat())
            )
    return value


def _is_moment(subtype: str, text: str) -> bool:
    day, _, hour = text.partition("T")
    try:
        if subtype == "time":
            return bool(_TIME.fullmatch(text)) and time.fromisoformat(text) is not None
        if not _DATE.fullmatch(day) or date.fromisoformat(day) is None:
            return False
        if subtype == "date":
            return "T" not in text
        return bool(_TIME.fullmatch(hour)) and datetime.fromisoformat(text) is not None
    except ValueError:
        return False


def _files(field: Field, value: Any) -> list[str]:
    ids = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) and _FILE_ID.fullmatch(one) for one in ids):
        raise Refused(say('Upload the files of "%(title)s" first, then send the list of their ids.', title=field.title))
    most = MOST_FILES if field.several else 1
    if len(ids) > most:
        raise Refused(
            say_many(
                '"%(title)s" takes at most %(number)s file; choose fewer.',
                '"%(title)s" takes at most %(number)s files; choose fewer.',
                most,
                title=field.title,
            )
        )
    return list(dict.fromkeys(ids))


_READINGS: Mapping[FieldKind, Callable[[Field, Any], Any]] = {
    FieldKind.TEXTFIELD: _text,
    FieldKind.TEXTAREA: _text,
    FieldKind.NUMBER: _number,
    FieldKind.CHECKBOX: _checkbox,
    FieldKind.DATETIME: _moment,
    FieldKind.FILEPICKER: _files,
}
_INVITATIONS = {
    FieldKind.TEXTFIELD: say("Write something"),
    FieldKind.TEXTAREA: say("Write something"),
    FieldKind.NUMBER: say("Write a number"),
    FieldKind.CHECKBOX: say("Tick it"),
    FieldKind.DATETIME: say("Choose a date or time"),
    FieldKind.FILEPICKER: say("Choose a file"),
}
_MOMENTS = {
    "date": say("a date, for example 2026-11-21"),
    "time": say("a time, for example 09:30"),
    "datetime": say("a date and a time, for example 2026-11-21T09:30"),
}
