"""Every message that people are told can be told in each language that ships, with the same values in it."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from scripts.update_messages import messages_of_the_source, written
from server.errors import Rejection
from server.identity.permissions import Permission
from server.languages import NAMES, SOURCE, language, read_catalogue
from server.web.spoken import FAMILIES, PERMISSIONS
from tests.languages.marks import unmarked

TEMPLATES = Path(__file__).parents[2] / "server" / "web" / "templates"
OTHERS = sorted(set(NAMES) - {SOURCE})
_VALUE = re.compile(r"%\((\w+)\)s|%")
_WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture(scope="module")
def source() -> Catalog:
    return messages_of_the_source()


def _texts(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def _said(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


@pytest.mark.parametrize("code", OTHERS)
def test_every_message_has_a_translation_and_no_translation_is_left_over(code: str, source: Catalog) -> None:
    catalogue = read_catalogue(code)
    wanted = {(message.context, _texts(message)) for message in source if message.id}
    there = {(each.context, _texts(each)) for each in catalogue if each.id and all(_said(each)) and _said(each)}
    assert (wanted - there, there - wanted) == (set(), set()), "run make messages, then translate"


@pytest.mark.parametrize("code", OTHERS)
def test_a_translation_holds_the_values_of_its_message_and_no_other_sign_of_a_value(code: str) -> None:
    wrong = []
    for message in read_catalogue(code):
        if not message.id:
            continue
        asked = [set(_VALUE.findall(text)) for text in _texts(message)]
        # "1 task" may leave its number out in one language and not in another.
        wrong += [text for text in _said(message) if not asked[0] & asked[-1] <= set(_VALUE.findall(text)) <= asked[-1]]
    assert wrong == []


def test_no_language_says_a_sentence_in_the_words_of_another() -> None:
    said: dict[str, set[str]] = {}
    for code in OTHERS:
        for message in read_catalogue(code):
            for text in _texts(message):
                said.setdefault(text, set()).add(SOURCE)
            for text in _said(message):
                said.setdefault(text, set()).add(code)
    shared = [text for text, codes in said.items() if len(codes) > 1 and len(_WORD.findall(_VALUE.sub("", text))) > 3]
    assert shared == []


@pytest.mark.parametrize("code", OTHERS)
def test_the_catalogue_stands_in_its_file_as_the_command_writes_it(code: str, source: Catalog) -> None:
    catalogue = read_catalogue(code)
    catalogue.update(source, no_fuzzy_matching=True)
    file = Path(__file__).parents[2] / "server" / "languages" / f"{code}.po"
    assert file.read_bytes() == written(catalogue), "run make messages"


@pytest.mark.parametrize("template", sorted(TEMPLATES.glob("*.html")), ids=lambda path: str(path.name))
def test_no_template_says_anything_without_a_mark(template: Path) -> None:
    assert list(unmarked(template)) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("<p>Hello there</p>", ["Hello there"]),
        ('<a aria-label="Close">x</a>', ["Close"]),
        ("{{ m.chip('ok', 'check', 'Finished') }}", ["Finished"]),
        ("<p>{{ _('Hello there') }}</p><p>{% trans %}More{% endtrans %}</p><code>as is</code>", []),
        ("<p class=\"a b\">{{ name }} · {{ 'btn-danger' if late }}</p>", []),
    ],
)
def test_a_text_without_a_mark_is_found(tmp_path: Path, text: str, found: list[str]) -> None:
    template = tmp_path / "page.html"
    template.write_text(text, encoding="utf-8")
    assert list(unmarked(template)) == found


def test_permissions_and_families_of_error_are_gathered_for_the_translations() -> None:
    assert {str(each) for each in PERMISSIONS} == set(Permission)
    families = [Rejection]
    for each in families:
        families += [one for one in each.__subclasses__() if one.__module__ == Rejection.__module__]
    told = {(each.__doc__ or "").strip() for each in families}
    assert {str(each) for each in FAMILIES} == told


def test_plurals_follow_the_rules_of_each_language() -> None:
    one, many = "%(number)s day", "%(number)s days"
    assert [language("de").many(one, many, number) for number in (0, 1, 2)] == [
        "%(number)s Tage",
        "%(number)s Tag",
        "%(number)s Tage",
    ]
    assert [language("fr").many(one, many, number) for number in (0, 1, 2)] == [
        "%(number)s jour",
        "%(number)s jour",
        "%(number)s jours",
    ]


def test_an_unknown_language_is_english() -> None:
    assert language("tlh") is language("en")
