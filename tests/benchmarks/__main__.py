"""`make bench`: prints every figure beside what was promised and what the machine can do."""

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import (
    decisions,
    engine_alone,
    expressions,
    external_tasks,
    in_process,
    jobs,
    machine,
    over_http,
    soundness,
)
from tests.benchmarks.measuring import report


def main() -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "var" if Path("var").is_dir() else None) as name:
        folder = Path(name)
        for title, figures in (
            ("This machine", machine.ceilings(folder)),
            ("The engine alone", list(engine_alone.figures())),
            ("Expressions alone", list(expressions.figures())),
            ("Decisions alone", list(decisions.figures())),
            ("Soundness of a model alone", list(soundness.figures())),
            ("Over HTTP, SQLite, one server process", list(over_http.on_sqlite(folder))),
            ("Over HTTP, PostgreSQL, four server processes", list(over_http.on_postgresql(folder))),
            ("Workers over HTTP", list(external_tasks.figures(folder))),
            ("Commands and queries in one process, SQLite", list(in_process.figures(folder))),
            ("Jobs on PostgreSQL, worker processes of two threads", list(jobs.figures())),
        ):
            sys.stdout.write(f"\n{title}\n{report(figures)}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
