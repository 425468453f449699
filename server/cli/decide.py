"""`procession decide FILE.dmn DECISION`: make a decision for each line of contexts, for testers."""

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from server import dmn
from server.cli.answering import answer_lines
from server.errors import Failure, Invalid, Rejection
from server.expressions.feel.tagged import from_tagged, read_line, tagged_text


@click.command("decide")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decision")
@click.option("--import", "imports", multiple=True, type=click.Path(exists=True, path_type=Path), help="It needs this.")
def command(file: Path, decision: str, imports: Sequence[Path]) -> None:
    """Make DECISION (its id or name) of FILE once for each JSON line of standard input.

    A line is a context of tagged values, {"amount": ["num", 500]}; plain JSON values will do as well. For each line
    one is written: {"value": tagged} or {"error": sentence}, both where an error made the value null.
    """
    answer_lines(partial(answer, read_file(file, imports), decision))


def read_file(file: Path, imports: Sequence[Path]) -> dmn.Prepared:
    """The file, ready for decisions, with those of its folder that it imports; its problems go to standard error.

    What is wrong with one decision keeps no other from being made. Raises Invalid for what is no DMN file.
    """
    reading = dmn.read_model(file.read_bytes(), file.name)
    others = [*imports, *(each for each in sorted(file.parent.glob("*.dmn")) if reading.model.imports and each != file)]
    imported = [dmn.read_model(each.read_bytes(), each.name).model for each in others]
    prepared = dmn.prepare_model(reading.model, imported, file.name)
    for problem in (*reading.problems, *prepared.problems):
        if problem.level == "problem":
            click.echo(f"{file.name}:{problem.line} {problem.text}", err=True)
    return prepared


def answer(prepared: dmn.Prepared, decision: str, line: str) -> str:
    """What is written for one line: a value, and for a null that came of an error also why it is one."""
    try:
        outcome = dmn.decide(prepared, decision, _values(read_line(line)))
        if outcome.broken or (outcome.value is None and outcome.notes):
            told = "; ".join(f"{note.owner}: {note.text}" for note in outcome.notes)
            return f'{{"value": ["null"], "error": {json.dumps(told)}}}'
        return f'{{"value": {tagged_text(outcome.value)}}}'
    except (Rejection, Failure) as error:
        return json.dumps({"error": str(error)})
    except (RecursionError, MemoryError):
        return json.dumps({"error": "It is nested too deeply or needs too much memory."})


def _values(context: Any) -> dict[str, Any]:
    """The variables of a line, alone or as its `ctx`."""
    if not isinstance(context, dict):
        raise Invalid('A line has to be a context such as {"amount": ["num", 500]}.')
    if context.keys() <= {"expr", "ctx"} and isinstance(context.get("ctx"), dict):
        context = context["ctx"]
    return {name: from_tagged(value) if isinstance(value, list) else value for name, value in context.items()}
