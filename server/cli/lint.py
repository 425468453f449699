"""`procession lint FILE...`: everything that is wrong with models, decisions and forms, without deploying them."""

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click

from server import bpmn, dmn
from server.bpmn.counts import Counts, counts_constructed, counts_in_file
from server.bpmn.document import read_document
from server.errors import Invalid, Problem
from server.forms.dialects import form_js, model_fields
from server.xml import MOST_BYTES

FINE = 0
PROBLEMS = 1


@dataclass(frozen=True)
class Report:
    """What there is to say about one file. `deployable` is run, documentation or no."""

    file: str
    deployable: str
    told: tuple[Problem, ...]
    in_file: Counts
    constructed: Counts
    seconds: float

    def of(self, *levels: str) -> list[Problem]:
        return [problem for problem in self.told if problem.level in levels]


@click.command("lint")
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Write one line of JSON for each file, in the given order.")
@click.option("--strict", is_flag=True, help="Let warnings count as problems in the exit code.")
def command(files: Sequence[str], as_json: bool, strict: bool) -> None:
    """Print everything that is wrong with .bpmn, .dmn and .form FILES; nothing is deployed, no database is needed.

    Exit code 0: all of them are fine. 1: at least one has a problem. 2: the command was not understood.
    """
    found = FINE
    for file in files:
        report = examine(file)
        click.echo(_line(report) if as_json else _page(report))
        if report.of("problem", *(["warning"] if strict else [])):
            found = PROBLEMS
    raise SystemExit(found)


def examine(file: str) -> Report:
    """The report on one file, whatever it holds."""
    begun = time.perf_counter()
    try:
        report = _examine(file)
    except Invalid as error:
        report = _refused(file, error.problems or (Problem(error.message, code="not-read"),))
    except OSError as error:
        report = _refused(file, (Problem(f"The file cannot be read: {error.strerror}.", code="unreadable"),))
    except Exception as error:
        text = f"The file was not understood ({type(error).__name__}); please report this and send the file along."
        report = _refused(file, (Problem(text, code="not-understood"),))
    return replace(report, seconds=round(time.perf_counter() - begun, 6))


def _examine(file: str) -> Report:
    data = _content(Path(file))
    if file.endswith(".dmn"):
        return _found(file, _decisions(data, file))
    if file.endswith(".form"):
        return _found(file, form_js.read(data).notes)
    reading = bpmn.read_model(data, file)
    fields = tuple(problem for process in reading.processes for problem in model_fields.check(process))
    deployable = "no" if fields and reading.deployable == "run" else str(reading.deployable)
    return Report(
        file,
        deployable,
        (*reading.problems, *fields),
        counts_in_file(read_document(data, file)),
        counts_constructed(reading.processes),
        0.0,
    )


def _decisions(data: bytes, file: str) -> list[Problem]:
    """What is wrong with a file of decisions; what it requires of other files is looked at when it is deployed."""
    reading = dmn.read_model(data, file)
    told = list(reading.problems)
    if not reading.model.imports:
        told += dmn.prepare_model(reading.model, (), file).problems
    return told


def _found(file: str, problems: Iterable[Problem]) -> Report:
    """The report on a file in which nothing stands that is counted."""
    told = tuple(problem if problem.code else replace(problem, code="decision-or-form") for problem in problems)
    wrong = any(problem.level == "problem" for problem in told)
    return Report(file, "no" if wrong else "run", told, Counts(), Counts(), 0.0)


def _content(path: Path) -> bytes:
    """The bytes of a file. Raises `Invalid` for what is none, or is too large to be looked at."""
    if path.is_dir():
        raise Invalid(problems=[Problem("This is a folder; name the files in it.", code="not-a-file")])
    if path.exists() and not path.is_file():
        raise Invalid(problems=[Problem("This is no file that can be read to its end.", code="not-a-file")])
    size = path.stat().st_size
    if size > MOST_BYTES:
        text = f"The file has {size / 1024 / 1024:.1f} MB; a model may have at most {MOST_BYTES // 1024 // 1024} MB."
        raise Invalid(problems=[Problem(text, code="too-large")])
    return path.read_bytes()


def _refused(file: str, problems: Sequence[Problem]) -> Report:
    return replace(_found(file, problems), deployable="no")


def _line(report: Report) -> str:
    """The report as one line of JSON."""
    return json.dumps(
        {
            "file": report.file,
            "deployable": report.deployable,
            "problems": [_told(problem) for problem in report.of("problem", "missing")],
            "warnings": [_told(problem) for problem in report.of("warning")],
            "ignored": [_told(problem) for problem in report.of("ignored")],
            "counts": {"in_file": asdict(report.in_file), "constructed": asdict(report.constructed)},
            "seconds": report.seconds,
        },
        ensure_ascii=True,
    )


def _told(problem: Problem) -> dict[str, str | int | None]:
    return {"element": problem.element, "line": problem.line, "code": problem.code, "message": problem.text}


def _page(report: Report) -> str:
    """The report for a person: what it is good for, then a line for each thing there is to say."""
    words = {"run": "can be run", "documentation": "can be kept for documentation", "no": "cannot be deployed"}
    lines = [f"{report.file}: {words[report.deployable]}"]
    for problem in report.told:
        where = f"{problem.line}: " if problem.line else ""
        element = f" ({problem.element})" if problem.element else ""
        lines.append(f"  {where}{problem.level}: {problem.text}{element} [{problem.code}]")
    return "\n".join(lines)
