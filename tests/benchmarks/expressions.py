"""Expressions alone: a condition from the cache, what reading and importing cost, and feelin under Node beside them."""

import json
import shutil
import subprocess
import sys
import tempfile
import time
import timeit
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from server.errors import Failure, Rejection
from server.expressions import Expression, parse
from server.expressions.feel.reading import read_feel
from server.expressions.languages import LANGUAGES
from tests.benchmarks.measuring import Figure
from tests.expressions.attacks import in_feel, in_juel, in_python

SCOPE: dict[str, Any] = {
    "amount": 2000,
    "department": "IT",
    "orders": [{"total": total, "open": total % 2 == 0} for total in range(20)],
}
CONDITIONS = {
    "feel": 'amount > 1000 and department = "IT"',
    "juel": "${amount > 1000 && department == 'IT'}",
    "python": "amount > 1000 and department == 'IT'",
}
EXPRESSIONS = {
    "a condition": CONDITIONS["feel"],
    "a sum over a filter of 20": "sum(orders[open].total) * 1.19",
    "a loop of 20": "for o in orders return if o.open then o.total else 0",
    "a date": 'date("2026-01-31") + duration("P1M") > date("2026-02-01")',
}
ATTACKS = {"feel": in_feel.ATTACKS, "juel": in_juel.ATTACKS, "python": in_python.ATTACKS}
ATTACKED: dict[str, Any] = {"s": "a" * 20_000, "x": 1, "m": {"a": 1}, "l": [3, 1, 2]}
FEELIN = """
const [url, text] = process.argv.slice(1);
const { evaluate } = await import(url);
const { scope, expressions } = JSON.parse(text);
const taken = expressions.map((expression) => {
  for (let i = 0; i < 50; i++) evaluate(expression, scope);
  const began = process.hrtime.bigint();
  for (let i = 0; i < 300; i++) evaluate(expression, scope);
  return Number(process.hrtime.bigint() - began) / 300 / 1000;
});
console.log(JSON.stringify(taken));
"""
_IMPORT = "import time; began = time.process_time(); import server.expressions.feel; print(time.process_time() - began)"


def figures() -> Iterator[Figure]:
    for language, text in CONDITIONS.items():
        compiled = LANGUAGES[language](Expression(text, language))
        taken = microseconds(lambda compiled=compiled: compiled.evaluate(SCOPE))
        promised = "5 µs" if language == "feel" else ""
        yield Figure(f"{language}: {text.strip('${}')}", f"{taken:.2f} µs", promised)
    beside = feelin()
    for number, (what, text) in enumerate(EXPRESSIONS.items()):
        compiled = read_feel(Expression(text, "feel"))
        taken = microseconds(lambda compiled=compiled: compiled.evaluate(SCOPE), 2_000)
        other = f"; feelin, which reads it each time, {beside[number]:.0f} µs" if beside else ""
        yield Figure(f"feel: {what}", f"{taken:.2f} µs{other}")
    yield Figure("feel: reading a condition", f"{_reading():.0f} µs")
    for language, texts in ATTACKS.items():
        slowest, text = max((_attacked(language, text), text) for text in texts)
        yield Figure(f"{language}: the slowest of {len(texts)} attacks, {text[:30]}", f"{slowest:.0f} ms", "1,000 ms")
    yield Figure("feel: importing it, and all that expressions need", f"{_importing() * 1000:.0f} ms", "100 ms")


def microseconds(do: Any, times: int = 20_000) -> float:
    """Of the processor, the best of several rounds: what it costs when nothing else runs."""
    return min(timeit.repeat(do, timer=time.process_time, number=times, repeat=5)) / times * 1e6


def _attacked(language: str, text: str) -> float:
    """Milliseconds of the processor until it has failed: the better of two."""
    taken = []
    for _ in range(2):
        began = time.process_time()
        with suppress(Rejection, Failure):
            parse(Expression(text, language)).evaluate(ATTACKED)
        taken.append((time.process_time() - began) * 1000)
    return min(taken)


def _reading() -> float:
    texts = iter(range(10_000))
    return microseconds(lambda: read_feel(Expression(f'amount > {next(texts)} and department = "IT"', "feel")), 500)


def _importing() -> float:
    """As an installation imports it: from byte code that a first import has left."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-X", f"pycache_prefix={folder}", "-c", _IMPORT]
        taken = [subprocess.run(command, capture_output=True, text=True, check=True, env={}) for _ in range(3)]  # noqa: S603  # our own script, no input
    return min(float(done.stdout) for done in taken)


def feelin() -> list[float] | None:
    """Microseconds for each of the expressions in feelin, where Node and feelin are there."""
    node, script = shutil.which("node"), Path("node_modules/@bpmn-io/feelin/dist/index.js")
    if node is None or not script.exists():
        return None
    asked = json.dumps({"scope": SCOPE, "expressions": list(EXPRESSIONS.values())})
    command = [node, "--input-type=module", "-e", FEELIN, script.absolute().as_uri(), asked]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # our own script
    return json.loads(done.stdout) if done.returncode == 0 else None
