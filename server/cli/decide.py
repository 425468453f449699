"""`procession decide FILE.dmn DECISION`: make a decision for each line of contexts, for testers."""

import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from server import dmn
from server.errors import Failure, Invalid, Rejection
from server.expressions.feel.tagged import from_tagged, to_tagged


@click.command("decide")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("decision")
@click.option("--import", "imports", multiple=True, type=click.Path(exists=True, path_type=Path), help="It needs this.")
def command(file: Path, decision: str, imports: Sequence[Path]) -> None:
    """Make DECISION (its id or name) of FILE once for each JSON line of standard input.

    A line is a context of tagged values, {"amount": ["num", 500]}; plain JSON values will do as well. For each line
    one is written: {"value": tagged} or {"error": sentence}.
    """
    prepared = read_file(file, imports)
    for line in sys.stdin:
        if line.strip():
            click.echo(json.dumps(answer(prepared, decision, line), ensure_ascii=False))


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


def answer(prepared: dmn.Prepared, decision: str, line: str) -> dict[str, Any]:
    """What is written for one line: a value, or an error when there is none and something went wrong."""
    try:
        context = json.loads(line, parse_float=Decimal)
        if not isinstance(context, dict):
            raise Invalid('A line has to be a context such as {"amount": ["num", 500]}.')
        if list(context) == ["ctx"] and isinstance(context["ctx"], dict):
            context = context["ctx"]
        outcome = dmn.decide(prepared, decision, {name: _value(value) for name, value in context.items()})
    except ValueError as error:
        return {"error": f"The line is not JSON: {error}."}
    except (Rejection, Failure) as error:
        return {"error": str(error)}
    if outcome.broken or (outcome.value is None and outcome.notes):
        return {"error": "; ".join(f"{note.owner}: {note.text}" for note in outcome.notes)}
    return {"value": to_tagged(outcome.value)}


def _value(value: Any) -> Any:
    return from_tagged(value) if isinstance(value, list) else value
