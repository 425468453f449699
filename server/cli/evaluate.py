"""`procession evaluate LANGUAGE`: expressions on standard input, their values on standard output."""

from functools import partial

import click

from server.cli.answering import answer_lines
from server.expressions.trying import LANGUAGES_TO_TRY, answer


@click.command("evaluate")
@click.argument("language", type=click.Choice(LANGUAGES_TO_TRY))
def command(language: str) -> None:
    """Evaluate expressions in LANGUAGE, with the limits they have in a process instance.

    Each line of standard input is JSON such as {"expr": "a + 1", "ctx": {"a": ["num", 1]}}; for each there is
    a line {"value": ["num", 2]} or {"error": "why not"}. Tags: num, str, bool, date, time, dateTime,
    dayTimeDuration, yearMonthDuration, list, ctx, null.
    """
    answer_lines(partial(answer, language))
