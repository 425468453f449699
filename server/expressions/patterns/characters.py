"""Which characters a part of a pattern stands for (XML Schema regular expressions, with XPath's flag "i")."""

import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

Chars = Callable[[str], bool]

_BLOCKS: Mapping[str, tuple[int, int]] = MappingProxyType(
    {
        "BasicLatin": (0x0000, 0x007F),
        "Latin-1Supplement": (0x0080, 0x00FF),
        "LatinExtended-A": (0x0100, 0x017F),
        "LatinExtended-B": (0x0180, 0x024F),
        "IPAExtensions": (0x0250, 0x02AF),
        "SpacingModifierLetters": (0x02B0, 0x02FF),
        "CombiningDiacriticalMarks": (0x0300, 0x036F),
        "Greek": (0x0370, 0x03FF),
        "GreekandCoptic": (0x0370, 0x03FF),
        "Cyrillic": (0x0400, 0x04FF),
        "Armenian": (0x0530, 0x058F),
        "Hebrew": (0x0590, 0x05FF),
        "Arabic": (0x0600, 0x06FF),
        "Devanagari": (0x0900, 0x097F),
        "Bengali": (0x0980, 0x09FF),
        "Thai": (0x0E00, 0x0E7F),
        "Georgian": (0x10A0, 0x10FF),
        "LatinExtendedAdditional": (0x1E00, 0x1EFF),
        "GreekExtended": (0x1F00, 0x1FFF),
        "GeneralPunctuation": (0x2000, 0x206F),
        "SuperscriptsandSubscripts": (0x2070, 0x209F),
        "CurrencySymbols": (0x20A0, 0x20CF),
        "LetterlikeSymbols": (0x2100, 0x214F),
        "NumberForms": (0x2150, 0x218F),
        "Arrows": (0x2190, 0x21FF),
        "MathematicalOperators": (0x2200, 0x22FF),
        "MiscellaneousTechnical": (0x2300, 0x23FF),
        "BoxDrawing": (0x2500, 0x257F),
        "GeometricShapes": (0x25A0, 0x25FF),
        "MiscellaneousSymbols": (0x2600, 0x26FF),
        "Dingbats": (0x2700, 0x27BF),
        "CJKSymbolsandPunctuation": (0x3000, 0x303F),
        "Hiragana": (0x3040, 0x309F),
        "Katakana": (0x30A0, 0x30FF),
        "CJKUnifiedIdeographs": (0x4E00, 0x9FFF),
        "HangulSyllables": (0xAC00, 0xD7A3),
        "PrivateUse": (0xE000, 0xF8FF),
    }
)
_CATEGORIES = frozenset(
    "L Lu Ll Lt Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po Z Zs Zl Zp S Sm Sc Sk So C Cc Cf Co Cn".split()
)


def _is_space(sign: str) -> bool:
    return sign in " \t\n\r"


def _is_digit(sign: str) -> bool:
    return unicodedata.category(sign) == "Nd"


def _is_word(sign: str) -> bool:
    return unicodedata.category(sign)[0] not in "PZC"


def _begins_name(sign: str) -> bool:
    return sign in "_:" or unicodedata.category(sign) in ("Lu", "Ll", "Lt", "Lo", "Nl")


def _within_name(sign: str) -> bool:
    return _begins_name(sign) or sign in "-.\u00b7" or unicodedata.category(sign) in ("Mc", "Me", "Mn", "Lm", "Nd")


def negated(chars: Chars) -> Chars:
    return lambda sign: not chars(sign)


_KINDS: Mapping[str, Chars] = MappingProxyType(
    {"s": _is_space, "d": _is_digit, "w": _is_word, "i": _begins_name, "c": _within_name}
)


def kind_of_character(letter: str) -> Chars | None:
    """What `\\d`, `\\S` and so on stand for, None for other letters."""
    found = _KINDS.get(letter.lower())
    return found if found is None or letter.islower() else negated(found)


def property_of_character(name: str) -> Chars | None:
    """What `\\p{Lu}` or `\\p{IsGreek}` stands for, None for names that are none."""
    if name in _CATEGORIES:
        return lambda sign: unicodedata.category(sign).startswith(name)
    block = _BLOCKS.get(name.removeprefix("Is")) if name.startswith("Is") else None
    if block is None:
        return None
    low, high = block
    return lambda sign: low <= ord(sign) <= high


def single(wanted: str, any_case: bool) -> Chars:
    if not any_case:
        return lambda sign: sign == wanted
    folded = wanted.casefold()
    return lambda sign: sign.casefold() == folded


def between(low: str, high: str, any_case: bool) -> Chars:
    if not any_case:
        return lambda sign: low <= sign <= high
    return lambda sign: any(low <= variant <= high for variant in _variants(sign))


def _variants(sign: str) -> set[str]:
    forms = {sign, sign.lower(), sign.upper(), sign.casefold(), sign.lower().upper()}
    return {form for form in forms if len(form) == 1}
