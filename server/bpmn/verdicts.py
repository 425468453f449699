"""Says what each process of a file is good for: to be run, to be read as documentation, or neither."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from server.bpmn.definition import Process
from server.errors import Problem


class Deployable(StrEnum):
    """What a process, or a file, can be deployed for."""

    RUN = "run"
    DOCUMENTATION = "documentation"
    NO = "no"


@dataclass(frozen=True)
class Verdict:
    """What one process can be deployed for. `reasons` are what keeps it from running, empty when it runs.

    `meant` is what the file says by isExecutable: True, False, or None where it says nothing.
    """

    process_key: str
    deployable: Deployable
    reasons: tuple[Problem, ...] = ()
    meant: bool | None = True


# What a model lacks, or asks for, that keeps it from running without making it wrong by the standard: a model with any
# of these was drawn to be read, and its other faults do no harm there either.
UNFINISHED = frozenset(
    """not-executable foreign-code foreign-language
    dialect-not-executable case-not-callable condition-missing timer-without-time
    name-missing task-without-work nothing-to-send nothing-to-receive nothing-to-call sub-process-empty loop-endless
    multi-instance-without-items empty-expression expression-unreadable feel
    wrong-type public-process-executable flow-not-immediate message-flow-into-plain-start""".split()
)

# What no drawing leaves open but somebody said wrongly: with these a model that is called executable is wrong, however
# unfinished it is. Breaks that editors write by themselves, or that matter to machines only, are not among them.
WRONG = frozenset(
    """ad-hoc-holds-forbidden ad-hoc-without-activity cancel-outside-transaction choreographies-stand-outside-processes
    event-gateway-leads-elsewhere event-gateway-mixes-messages event-gateway-target-reached-otherwise
    event-gateway-target-with-boundary event-sub-process-starts expression-not-formal gateway-direction
    loop-and-multi-instance operation-data-sets reference-of-wrong-kind scripts-name-their-language
    transactions-name-their-method""".split()
)

# What is wrong even in a drawing without any process.
MISDRAWN = frozenset(("participant-minimum", "participant-maximum", "collaborations-alone-refer-to-choreographies"))

# Without these a process cannot even be kept: it has no name to be kept under.
NAMELESS = frozenset(("process-without-id", "two-processes-of-one-id"))


def judge(process: Process, meant: bool | None, problems: Sequence[Problem], of_file: Sequence[Problem]) -> Verdict:
    """The verdict on one process by its own problems and those of the file around it.

    A process that its file does not claim to be executable is documentation as soon as anything keeps it from running.
    One that is claimed to be executable is documentation where something is unfinished, and wrong otherwise.
    """
    reasons = tuple(dict.fromkeys((*problems, *of_file)))
    if any(problem.code in NAMELESS | MISDRAWN for problem in reasons):
        return Verdict(process.key, Deployable.NO, reasons, meant)
    if meant is False:
        return Verdict(process.key, Deployable.DOCUMENTATION, reasons, meant)
    if not reasons:
        return Verdict(process.key, Deployable.RUN, (), meant)
    unfinished = any(problem.code in UNFINISHED for problem in reasons)
    if meant is None or (unfinished and not any(problem.code in WRONG for problem in reasons)):
        return Verdict(process.key, Deployable.DOCUMENTATION, reasons, meant)
    return Verdict(process.key, Deployable.NO, reasons, meant)


def of_file(verdicts: Sequence[Verdict], refused: bool) -> Deployable:
    """What a file is good for. `refused`: something keeps it from being deployed to run as it stands."""
    found = {verdict.deployable for verdict in verdicts}
    if not found or Deployable.NO in found:
        return Deployable.NO
    if Deployable.RUN in found and not refused:
        return Deployable.RUN
    return Deployable.DOCUMENTATION


def missing(problem: Problem) -> Problem:
    """The same, told as what is missing to run a process that is kept for documentation."""
    return replace(problem, level="missing") if problem.level == "problem" else problem
