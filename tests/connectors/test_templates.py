"""Templates of mails: what they can say, and what nobody can do by them."""

import time
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from server.connectors.templates import fill_in
from server.errors import Failure

VALUES = {
    "name": "Ann & <b>Co</b>",
    "total": Decimal("12.50"),
    "due": date(2026, 1, 5),
    "lines": [{"text": "pens", "count": 2}, {"text": "ink", "count": 1}],
    "items": {"keys": "own"},
}


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("Dear {{ name }}, {{ total }} by {{ due }}", "Dear Ann & <b>Co</b>, 12.50 by 2026-01-05"),
        ("{% for line in lines %}{{ loop.index }}. {{ line.text }}\n{% endfor %}", "1. pens\n2. ink\n"),
        ("{% if total > 10 and lines %}dear{% else %}cheap{% endif %}", "dear"),
        ("{{ nobody|default('none') }} {{ lines|length }} {{ lines[0].text|upper }}", "none 2 PENS"),
        ("{{ items.keys }}", "own"),
    ],
)
def test_values_conditions_and_loops_are_filled_in(template: str, text: str) -> None:
    assert fill_in("text", template, VALUES) == text


def test_what_is_shown_in_html_is_escaped() -> None:
    assert fill_in("html", "<p>{{ name }}</p>", VALUES, is_html=True) == "<p>Ann &amp; &lt;b&gt;Co&lt;/b&gt;</p>"


def test_a_template_in_a_value_is_only_text() -> None:
    assert fill_in("text", "{{ name }}", {"name": "{{ 7 }}{% for x in y %}"}) == "{{ 7 }}{% for x in y %}"


@pytest.mark.parametrize(
    "template",
    [
        "{{ name.__class__ }}",
        "{{ name.upper }}",
        "{{ lines.append }}",
        "{{ nothing }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ name() }}",
        "{{ range(9) }}",
        "{{ 'a' * 999999999 }}",
        "{{ 9 ** 9 ** 9 }}",
        "{{ name ~ name }}",
        "{{ name|replace('A', 'B') }}",
        "{{ name|attr('upper') }}",
        "{% set x = 1 %}",
        "{% include 'x' %}",
        "{% import 'x' as y %}",
        "{% macro m() %}{% endmacro %}",
        "{% for a in lines recursive %}{% endfor %}",
        "{% for a in name %}{% endfor %}",
        "{% for a in 'abc' %}{% endfor %}",
        "{% for a in items %}{% endfor %}",
        "{% for a, b in lines %}{% endfor %}",
        "{% for a in loop %}{% endfor %}",
        "{% if %}",
        "{{ _x }}",
        "{{ self }}",
        "x" * 70_000,
    ],
)
def test_anything_else_is_refused_in_a_sentence(template: str) -> None:
    with pytest.raises(Failure, match="template"):
        fill_in("text", template, VALUES)


def test_loops_end_and_texts_stay_small() -> None:
    many: dict[str, Any] = {"a": list(range(200)), "long": "x" * 200_000}
    began = time.monotonic()
    nested = "".join(f"{{% for x{n} in a %}}" for n in range(5)) + "{% endfor %}" * 5
    with pytest.raises(Failure, match="too long"):
        fill_in("text", nested, many)
    with pytest.raises(Failure, match="grows beyond"):
        fill_in("text", "{% for x in a %}{{ long }}{% endfor %}", many)
    assert time.monotonic() - began < 5
