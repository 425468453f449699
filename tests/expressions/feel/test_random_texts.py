"""Random texts and random expressions: whatever comes, only our families of errors, and soon."""

from time import thread_time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from server.errors import BpmnError, Failure, Invalid
from server.expressions import Expression, parse
from server.expressions.feel import parse_unary_tests, to_feel
from tests.expressions.attacks.bounds import uncollected

SCOPE = {"a": 5, "b": [1, 2.5, "x"], "c": {"d": "2026-01-31", "e": None}, "s": "text"}
WORDS = (
    'a b c s c.d item ? null true 1 2.5 -3 10**9 "x" "(a*)*b" @"2026-01-31" @"P1D" + - * / ** = != < >= and or in '
    "not( sum( count( for x in return some every satisfies if then else between [ ] ( ) { } , : . .. function( sort( "
    "matches(s, replace(s, split(s, string( date( duration( instance of number list<number> string context merge("
).split()
LEAVES = st.sampled_from(
    ["a", "b", "c", "s", "c.d", "c.e", "1", "-2.5", '"x"', "null", "true", '@"2026-01-31"', '@"P1M"']
)


def _larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.one_of(
        st.tuples(inner, st.sampled_from("+ - * / ** = != < >= and or".split()), inner).map(" ".join),
        st.builds("({})".format, inner),
        st.builds("[{}, {}]".format, inner, inner),
        st.builds("{{p: {}, q: {}}}.q".format, inner, inner),
        st.builds("({})[{}]".format, inner, inner),
        st.builds("for x in ({}) return [x, {}]".format, inner, inner),
        st.builds("some x in ({}) satisfies x = ({})".format, inner, inner),
        st.builds("if ({}) then ({}) else ({})".format, inner, inner, inner),
        st.builds("({}) in ({}, < {})".format, inner, inner, inner),
        st.builds("({}) between ({}) and ({})".format, inner, inner, inner),
        st.builds("{}({})".format, st.sampled_from(["sum", "count", "string", "date", "not", "max", "abs"]), inner),
        st.builds(
            "{}({}, {})".format, st.sampled_from(["append", "split", "matches", "union", "before"]), inner, inner
        ),
        st.builds("(function(x) x + ({}))({})".format, inner, inner),
    )


EXPRESSIONS = st.recursive(LEAVES, _larger, max_leaves=12)


SECONDS = 2


def try_it(text: str, language: str = "feel") -> None:
    sentence = "a value"
    with uncollected():
        started = thread_time()
        try:
            parse(Expression(text, language)).evaluate(SCOPE)
        except (Invalid, Failure, BpmnError) as error:
            sentence = str(error)
        taken = thread_time() - started
    assert sentence
    assert "\n" not in sentence
    assert taken < SECONDS


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_words_of_the_language_in_any_order_do_no_harm(text: str) -> None:
    try_it(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_refused_or_evaluated_in_every_language(text: str) -> None:
    for written, language in ((text, "feel"), (text, "python"), ("${" + text + "}", "juel"), (text, "juel")):
        try_it(written, language)


@settings(max_examples=200, deadline=None)
@given(EXPRESSIONS)
def test_any_expression_has_a_value_or_a_reason(text: str) -> None:
    try_it(text)


@settings(max_examples=100, deadline=None)
@given(EXPRESSIONS, EXPRESSIONS)
def test_any_unary_test_is_true_false_or_unknown(text: str, value: Any) -> None:
    try:
        passed = parse_unary_tests(text).matches(to_feel(value), to_feel(SCOPE))
    except (Invalid, Failure):
        return
    assert passed in (True, False, None)


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="ab()[]*+?|{}1,\\d^$.-", max_size=14), st.text(alphabet="ab1\n", max_size=20))
def test_any_pattern_is_refused_or_answered(pattern: str, text: str) -> None:
    written = pattern.replace("\\", "\\\\").replace('"', "")
    subject = text.replace("\n", "\\n")
    try_it(
        f'[matches("{subject}", "{written}"), replace("{subject}", "{written}", "$1"), split("{subject}", "{written}")]'
    )
