"""`make bench`: prints every figure beside what was promised and what the machine can do.

`make bench ONLY=http` measures the sections whose titles have that word in them.
"""

import sys
import tempfile
from collections.abc import Iterable
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
from tests.benchmarks.measuring import Figure, line


def main(only: str) -> None:
    with tempfile.TemporaryDirectory(dir=Path.cwd() / "var" if Path("var").is_dir() else None) as name:
        folder = Path(name)
        sections: tuple[tuple[str, Iterable[Figure]], ...] = (  # none is measured before its turn
            ("This machine", machine.ceilings(folder)),
            ("The engine alone", engine_alone.figures()),
            ("Expressions alone", expressions.figures()),
            ("Decisions alone", decisions.figures()),
            ("Soundness of a model alone", soundness.figures()),
            ("Over HTTP, SQLite, one server process", over_http.on_sqlite(folder)),
            ("Over HTTP, PostgreSQL, four server processes", over_http.on_postgresql(folder)),
            ("Workers over HTTP", external_tasks.figures(folder)),
            ("Commands and queries in one process, SQLite", in_process.figures(folder)),
            ("Jobs on PostgreSQL, worker processes of two threads", jobs.figures()),
            ("This machine once more, after all that", machine.ceilings(folder)),
        )
        for title, figures in sections:
            if only.lower() in title.lower() or title.startswith("This machine"):
                print(f"\n{title}", flush=True)
                for figure in figures:
                    print(line(figure), flush=True)


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
