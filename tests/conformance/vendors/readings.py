"""Reads every model of a corpus once, and says of each file what became of it."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from server.cli.lint import Report, examine

# Why a file is refused, by the codes of its problems; the first that fits counts.
FOREIGN = frozenset(("foreign-code", "foreign-language", "case-not-callable"))
UNMAPPED = frozenset(("not-executable", "dialect-not-executable", "unknown-element", "unknown-attribute", "feel"))
RUNS, DRAWN, UNREADABLE = "deploys to run", "for documentation", "is no XML that may be read"
FOREIGN_CODE, NOT_MAPPED, WRONG = (
    "needs code of another platform",
    "has an unmapped construct",
    "is wrong, or meant to run and unfinished",
)


@dataclass(frozen=True)
class Outcome:
    """What became of one file. `lost` names what is in the file and was not constructed."""

    file: str
    report: Report
    what: str
    lost: tuple[str, ...]


@cache
def outcomes(folder: Path) -> tuple[Outcome, ...]:
    files = sorted(each for each in folder.rglob("*.bpmn*") if each.is_file())
    return tuple(_outcome(folder, file) for file in files)


def _outcome(folder: Path, file: Path) -> Outcome:
    report = examine(str(file))
    return Outcome(str(file.relative_to(folder)), report, _what(report), _lost(report))


def _what(report: Report) -> str:
    codes = {problem.code for problem in report.of("problem")}
    if not codes:
        return RUNS if report.deployable == "run" else DRAWN
    if codes & {"not-xml", "doctype", "too-large", "too-deep", "not-bpmn"}:
        return UNREADABLE
    if codes & FOREIGN:
        return FOREIGN_CODE
    return NOT_MAPPED if codes & UNMAPPED else WRONG


def _lost(report: Report) -> tuple[str, ...]:
    """Kinds of which the file holds more than was constructed, unless a problem of the file tells why."""
    in_file, made = report.in_file, report.constructed
    short = [kind for kind, count in in_file.nodes.items() if made.nodes.get(kind, 0) < count]
    short += [f"{kind} event" for kind, count in in_file.events.items() if made.events.get(kind, 0) < count]
    if made.conditions < in_file.conditions:
        short.append("condition")
    return tuple(short) if not report.of("problem", "missing") else ()


def table(title: str, found: Iterable[Outcome]) -> str:
    """How many files came to what."""
    all_of_them = tuple(found)
    counts = Counter(each.what for each in all_of_them)
    slowest = max(each.report.seconds for each in all_of_them)
    lines = [f"{title}: {len(all_of_them)} files, slowest {slowest:.2f} s"]
    lines += [f"  {count:5d}  {what}" for what, count in counts.most_common()]
    nodes = sum(sum(each.report.in_file.nodes.values()) for each in all_of_them)
    made = sum(sum(each.report.constructed.nodes.values()) for each in all_of_them)
    events = sum(sum(each.report.in_file.events.values()) for each in all_of_them)
    caught = sum(sum(each.report.constructed.events.values()) for each in all_of_them)
    conditions = sum(each.report.in_file.conditions for each in all_of_them)
    asked = sum(each.report.constructed.conditions for each in all_of_them)
    made_of = f"{made} of {nodes} nodes, {caught} of {events} events, {asked} of {conditions} conditions"
    lines.append(f"  constructed: {made_of}")
    return "\n".join([*lines, _deployed(all_of_them), f"  {share_of_mapped(all_of_them)}"])


def mapped(found: Iterable[Outcome], *others: str) -> tuple[int, int]:
    """How many models run, and how many of them there are together with those that have an unmapped construct.

    *others*: what else counts as one that was meant to run.
    """
    counts = Counter(each.what for each in found)
    return counts[RUNS], counts[RUNS] + counts[NOT_MAPPED] + sum(counts[other] for other in others)


def share_of_mapped(found: tuple[Outcome, ...]) -> str:
    """Which part of the executable models has no unmapped construct, in words."""
    (run, able), (_, all_able) = mapped(found), mapped(found, FOREIGN_CODE)
    share = f"without an unmapped construct: {run / able:.1%} of {able} executable models"
    return f"{share}; {run / all_able:.1%} if those that need code of another platform are counted among them"


def _deployed(found: tuple[Outcome, ...]) -> str:
    """Which part of what is well-formed can be deployed, and for what."""
    formed = [each for each in found if each.what != UNREADABLE]
    counts = Counter(each.report.deployable for each in formed)
    able = len(formed) - counts["no"]
    parts = f"{counts['run']} to run, {counts['documentation']} for documentation with reasons, {counts['no']} refused"
    return f"  deploy: {able / len(formed):.1%} of {len(formed)} well-formed files ({parts})"
