"""Standard input a line at a time: for each there is one line of output, whatever it holds."""

import json
import sys
from collections.abc import Callable

import click


def answer_lines(answer: Callable[[str], str]) -> None:
    """Write *answer* of each line; also of an empty one, so that the lines of both sides can be counted off."""
    for line in sys.stdin.buffer:
        try:
            text = line.decode()
        except UnicodeDecodeError as error:
            click.echo(json.dumps({"error": f"The line is not UTF-8: byte {error.start + 1} of it cannot be read."}))
            continue
        click.echo(answer(text))
