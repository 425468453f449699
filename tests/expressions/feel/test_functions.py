"""The functions that FEEL has built in, by groups of the standard; the kit has more of each."""

import pytest

from server.expressions.feel import Report, parse_expression, shown
from server.expressions.feel.functions import FUNCTIONS


def value_of(text: str) -> str:
    return shown(parse_expression(text).evaluate({}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('number("1 000,5", " ", ",")', "1000.5"),
        ('number("1.000", ".", ",")', "1000"),
        ('number(from: "1,000.5", grouping separator: ",", decimal separator: ".")', "1000.5"),
        ("string(1.50)", "1.5"),
        ("decimal(2.5, 0)", "2"),
        ("round half up(2.5, 0)", "3"),
        ("round up(-1.121, 2)", "-1.13"),
        ("floor(-1.5)", "-2"),
        ("ceiling(n: 1.56, scale: 1)", "1.6"),
        ("modulo(-12, 5)", "3"),
        ("modulo(12, -5)", "-3"),
        ("sqrt(16)", "4"),
        ("odd(3) and even(-2)", "true"),
        ('substring("foobar", -2, 1)', "a"),
        ('string length("\\U01F40Eab")', "3"),
        ('upper case("aBc4")', "ABC4"),
        ('substring before("foobar", "bar")', "foo"),
        ('substring after("foobar", "ob")', "ar"),
        ('replace("abcd", "(ab)|(a)", "[1=$1][2=$2]")', "[1=ab][2=]cd"),
        ('replace("AbrA", "a", "x", "i")', "xbrx"),
        ('matches("foobar", "^fo*b")', "true"),
        ('matches("a\\nb", "a.b", "s")', "true"),
        ('split("a;b;;c", ";")', '["a", "b", "", "c"]'),
        ('split("a  b c", "\\\\s+")', '["a", "b", "c"]'),
        ('string join(["a", null, "c"], "-")', "a-c"),
        ('extract("2026-01-31", "\\\\d+")', '["2026", "01", "31"]'),
        ("list contains([1, null], null)", "true"),
        ('max(["a", "c", "b"])', "c"),
        ("min(3, 1, 2)", "1"),
        ("sum([1, 2.5])", "3.5"),
        ('sum(@"PT1H", @"PT30M")', "PT1H30M"),
        ("mean([2, 4])", "3"),
        ("median(8, 2, 5, 3, 4)", "4"),
        ("median([6, 1, 2, 3])", "2.5"),
        ("product(2, 3, 4)", "24"),
        ("sublist([1, 2, 3], -2)", "[2, 3]"),
        ("append([1], 2, 3)", "[1, 2, 3]"),
        ("concatenate([1], [2, 3])", "[1, 2, 3]"),
        ("insert before([1, 3], 2, 2)", "[1, 2, 3]"),
        ("remove([1, 2, 3], -1)", "[1, 2]"),
        ("reverse([1, 2, 3])", "[3, 2, 1]"),
        ("index of([1, 2, 3, 2], 2)", "[2, 4]"),
        ("union([1, 2], [2, 3])", "[1, 2, 3]"),
        ('distinct values([1, "1", 1, {a: 1}, {a: 1.0}])', '[1, "1", {a: 1}]'),
        ("flatten([[1, [2]], [[[3]]], 4])", "[1, 2, 3, 4]"),
        ("list replace([1, 2, 3], 2, 9)", "[1, 9, 3]"),
        ('get value({a: {b: 1}}, ["a", "b"])', "1"),
        ("get entries({a: 1})", '[{key: "a", value: 1}]'),
        ('context put({a: {b: 1}}, ["a", "c"], 2)', "{a: {b: 1, c: 2}}"),
        ("context merge([{a: 1}, {b: 2}, {a: 3}])", "{a: 3, b: 2}"),
        ("before([1..5), [5..9])", "true"),
        ("overlaps([1..5], [3..8])", "true"),
        ("meets([1..5], [5..9])", "true"),
        ("includes([1..9], [2..3])", "true"),
        ("starts(1, [1..5])", "true"),
        ("coincides([1..5], [1..5])", "true"),
        ('day of week(@"2026-01-31")', "Saturday"),
        ('week of year(@"2005-01-01")', "53"),
        ('last day of month(@"2024-02-01")', "2024-02-29"),
        ('is(@"10:00:00Z", @"10:00:00+00:00")', "true"),
        ("abs([-1])", "1"),
        ("count(7)", "1"),
    ],
)
def test_a_function_gives_what_the_standard_says(text: str, expected: str) -> None:
    assert value_of(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('abs("1")', "'abs' needs a number or a days or a months as 'n', and string is given"),
        ("abs()", "'abs' takes 1 parameter, and 0 are given"),
        ("abs(m: 1)", r"'abs' has the parameters \(n\), and given are \(m\)"),
        ("nonsense(1)", "there is no function 'nonsense'"),
        ('matches("a", "(")', r"the pattern '\(' cannot be used: a '\)' is missing \(at character 2\)"),
        ("1 / 0", "a number is divided by zero"),
        ('1 + "a"', "a number and a string cannot be added"),
        ('date("tomorrow")', "'tomorrow' is not a date such as 2026-01-31"),
        ("[1, 2][1.5]", "a position in a list has to be a whole number"),
        ("{a: 1, a: 2}", "two entries of a context have the same name"),
    ],
)
def test_an_error_gives_null_and_says_why(text: str, reason: str) -> None:
    reports: list[Report] = []
    assert parse_expression(text).evaluate({}, reports=reports) is None
    assert [report.missing for report in reports][-1] is False
    with pytest.raises(AssertionError, match=reason):
        raise AssertionError(reports[-1].reason)


def test_what_is_merely_absent_is_told_apart_from_what_is_wrong() -> None:
    reports: list[Report] = []
    assert parse_expression("customer.name").evaluate({}, reports=reports) is None
    assert [report.missing for report in reports] == [True, True]
    assert reports[0] == Report("the variable 'customer' is not set", 0, missing=True)


STANDARD = """
abs; after; all; any; append; before; ceiling; coincides; concatenate; contains; context; context merge; context put;
count; date; date and time; day of week; day of year; decimal; distinct values; duration; during; ends with; even; exp;
finished by; finishes; flatten; floor; get entries; get value; includes; index of; insert before; is; list contains;
list replace; log; lower case; matches; max; mean; median; meets; met by; min; mode; modulo; month of year; not; now;
number; odd; overlaps; overlaps after; overlaps before; product; range; remove; replace; reverse; round down;
round half down; round half up; round up; sort; split; sqrt; started by; starts; starts with; stddev; string;
string join; string length; sublist; substring; substring after; substring before; sum; time; today; union; upper case;
week of year; years and months duration
"""


def test_all_functions_of_the_standard_are_there() -> None:
    assert {" ".join(name.split()) for name in STANDARD.split(";")} <= FUNCTIONS.keys()
