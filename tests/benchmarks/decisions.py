"""How fast decisions are: a table of 1,000 rules read, checked, prepared and decided with."""

from collections.abc import Iterator

from server import dmn
from server.dmn.analysis import analyse
from server.dmn.decision import Table
from tests.benchmarks.measuring import Figure, median, milliseconds, percentile

RULES = 1_000


def model(rules: int) -> bytes:
    """Twenty departments, and for each of them the same bands of amounts; a few outputs have to be computed."""
    written = "".join(_rule(number) for number in range(rules))
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="bench" name="bench">'
        '<decision id="approver" name="approver"><decisionTable hitPolicy="UNIQUE">'
        '<input><inputExpression typeRef="string"><text>department</text></inputExpression></input>'
        '<input><inputExpression typeRef="number"><text>amount</text></inputExpression></input>'
        '<input><inputExpression typeRef="boolean"><text>urgent</text></inputExpression></input>'
        '<output name="group" typeRef="string"/><output name="limit" typeRef="number"/>'
        f"{written}</decisionTable></decision></definitions>"
    ).encode()


def _rule(number: int) -> str:
    low = number // 20 * 100
    cells = (
        f'"D{number % 20}"',
        f"[{low}..{low + 100})",
        "-",
        f'"group {number}"',
        f"{low} + 100" if number % 10 == 0 else "500",
    )
    names = ("inputEntry",) * 3 + ("outputEntry",) * 2
    written = (f"<{name}><text>{cell}</text></{name}>" for name, cell in zip(names, cells, strict=True))
    return f"<rule>{''.join(written)}</rule>"


def figures() -> Iterator[Figure]:
    data = model(RULES)
    yield Figure(
        f"Read, check and prepare a table of {RULES:,} rules",
        f"{median(milliseconds(lambda: _deployed(data), 5)):.0f} ms",
        "at most 300 ms",
    )
    prepared = _deployed(data)
    cases = iter([{"department": f"D{n % 20}", "amount": n * 7 % 5000, "urgent": n % 2 == 0} for n in range(4_000)] * 2)
    taken = milliseconds(lambda: dmn.decide(prepared, "approver", next(cases)), 4_000)
    yield Figure(
        "A decision with it, p50 / p95",
        f"{percentile(taken, 0.5):.3f} / {percentile(taken, 0.95):.3f} ms",
        "at most 1 ms",
    )


def _deployed(data: bytes) -> dmn.Prepared:
    model = dmn.read_model(data, "bench.dmn").model
    for decision in model.decisions:
        if isinstance(decision.logic, Table):
            analyse(decision.logic, lambda name: None)
    return dmn.prepare_model(model, [], "bench.dmn")
