"""Holds what was read against every rule, judges what it is good for, and tells problems in the order of the file."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from server.bpmn.calls import check_calls
from server.bpmn.definition import Process
from server.bpmn.reader import Draft
from server.bpmn.rules import EXECUTION, QUALITY, STRUCTURE, Rule
from server.bpmn.subject import Subject, harmless, subject_of
from server.bpmn.verdicts import Deployable, Verdict, judge, missing, of_file
from server.errors import Problem


@dataclass(frozen=True)
class Reading:
    """What was understood of a file, what there is to say about it, and what each process is good for.

    Of a process that is kept for documentation the problems are told as "missing": they refuse nothing.
    """

    processes: tuple[Process, ...]
    problems: tuple[Problem, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def refused(self) -> bool:
        """Whether any problem keeps the file from being deployed as it stands."""
        return any(problem.level == "problem" for problem in self.problems)

    @property
    def deployable(self) -> Deployable:
        """What the file as a whole can be deployed for; a refused one perhaps for documentation, if a person asks."""
        return of_file(self.verdicts, self.refused)

    def for_documentation(self) -> "Reading":
        """The same, with every process that is not finished kept for documentation instead of refusing the file."""
        drawn = {each.process_key for each in self.verdicts if each.deployable is Deployable.DOCUMENTATION}
        if self.deployable is Deployable.NO:
            return self
        processes = tuple(replace(one, executable=one.executable and one.key not in drawn) for one in self.processes)
        return replace(self, processes=processes, problems=tuple(missing(problem) for problem in self.problems))


def validated(draft: Draft, name: str) -> Reading:
    """The reading with the findings of all rules; `name` is the file's.

    A problem of an element that nothing leads to is a warning: it cannot do harm.
    """
    of_all = [replace(problem, resource=name) for index, problem in draft.told if index is None]
    found = [
        [replace(problem, resource=name) for problem in _of_process(draft, index)]
        for index in range(len(draft.processes))
    ]
    verdicts = tuple(
        judge(process, meant, [each for each in told if each.level == "problem"], _problems(of_all))
        for process, meant, told in zip(draft.processes, draft.meant, found, strict=True)
    )
    kept: list[Problem] = []
    for verdict, told in zip(verdicts, found, strict=True):
        drawn = verdict.deployable is Deployable.DOCUMENTATION and not verdict.meant
        kept += [missing(problem) for problem in told] if drawn else told
    nothing_runs = bool(verdicts) and all(
        each.deployable is Deployable.DOCUMENTATION and not each.meant for each in verdicts
    )
    kept += [missing(problem) for problem in of_all] if nothing_runs else of_all
    processes = tuple(
        replace(process, executable=bool(verdict.meant) or verdict.deployable is Deployable.RUN)
        for process, verdict in zip(draft.processes, verdicts, strict=True)
    )
    problems = sorted(dict.fromkeys(kept), key=lambda problem: problem.line)
    return Reading(processes, tuple(problems), verdicts)


def _problems(found: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in found if problem.level == "problem"]


def _of_process(draft: Draft, index: int) -> Iterator[Problem]:
    """Everything there is to say about one process: what reading found, what the rules find."""
    process = draft.processes[index]
    found = [problem for place, problem in draft.told if place == index]
    found += check_calls(process, draft.processes)
    subject = subject_of(process)
    found += _told(STRUCTURE, subject)
    if process.level.elements:
        for problem in _told(EXECUTION, subject):
            unreachable = problem.element in subject.elements and problem.element not in subject.reachable
            found.append(harmless(problem) if unreachable and problem.level == "problem" else problem)
    if not _problems(found) and process.executable:
        found += _told(QUALITY, subject)
    yield from found


def _told(rules: Iterable[Rule], subject: Subject) -> Iterator[Problem]:
    """What the rules find; a problem without a code of its own has the name of its rule as code."""
    for check in rules:
        name = check.__module__.rpartition(".")[2].replace("_", "-")
        for problem in check(subject):
            yield problem if problem.code else replace(problem, code=name)
