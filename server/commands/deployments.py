"""Deploy models and forms; suspend and resume definitions."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select, update

from server import bpmn
from server.bpmn.calls import unavoidable_calls
from server.bpmn.definition import Process
from server.bpmn.verdicts import Deployable, missing
from server.database import db, new_id
from server.errors import Conflict, Invalid, NotFound, Problem
from server.forms.dialects import form_js, model_fields
from server.identity.groups import group_key
from server.identity.permissions import Permission
from server.records.definition import FormDefinition, ProcessDefinition
from server.records.deployment import Deployment, Resource
from server.runtime import calendars, decision_files, inbox
from server.runtime.act import Act
from server.runtime.decision_files import KeptDecision
from server.runtime.revisions import check_revision
from server.runtime.starting import forget_starts, watch_starts
from server.runtime.transaction import command
from server.runtime.webhooks import open_declared
from server.sentences import say, say_many


@dataclass(frozen=True)
class DeployedDefinition:
    """A version; `is_new` is false when the very same bytes had been deployed before for the same use.

    `executable` is false for what is kept for documentation.
    """

    id: str
    key: str
    name: str
    version: int
    is_new: bool
    executable: bool = True


@dataclass(frozen=True)
class DeployedForm:
    key: str
    version: int
    is_new: bool


@dataclass(frozen=True)
class Deployed:
    """What came of a deployment; `notes` are warnings and what is ignored on purpose."""

    deployment_id: str
    definitions: tuple[DeployedDefinition, ...]
    forms: tuple[DeployedForm, ...]
    notes: tuple[Problem, ...]
    decisions: tuple[KeptDecision, ...] = ()


@dataclass(frozen=True)
class _File:
    name: str
    content: bytes
    digest: str
    processes: tuple[Process, ...] = ()
    form_key: str | None = None
    notes: tuple[Problem, ...] = ()
    drawable: bool = True  # it can at least be deployed for documentation
    missing: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)  # by process: what keeps it from running


class Unfinished(Invalid):
    """These models cannot be deployed to run. `drawable`: all of them can be deployed for documentation."""

    def __init__(self, message: str, problems: Sequence[Problem], drawable: bool) -> None:
        super().__init__(message, problems)
        self.drawable = drawable


@command(Permission.DEPLOY)
def deploy(act: Act, files: Sequence[tuple[str, bytes]], *, for_documentation: bool = False) -> Deployed:
    """Deploy .bpmn, .dmn and .form files together: all of them or none.

    The same bytes keep their version. A process that its file does not call executable is deployed for documentation:
    shown, versioned and compared, never started. `for_documentation` does so with those as well that are called
    executable and are not finished. Raises Invalid with every problem of every file.
    """
    read = [
        _read(name, content, for_documentation) for name, content in files if not name.endswith(decision_files.ENDINGS)
    ]
    decisions, doubts = decision_files.read_files(
        act, [each for each in files if each[0].endswith(decision_files.ENDINGS)]
    )
    problems = [p for each, found in read for p in found]
    sources = [each for each, _ in read if each is not None]
    problems += _clashes(sources) + _endless_calls(sources) + doubts
    if not files:
        raise Invalid(say("Choose at least one .bpmn, .dmn or .form file."))
    if problems:
        told = say_many(
            "A problem must be mended in the model first. Nothing was deployed.",
            "%(number)s problems must be mended in the model first. Nothing was deployed.",
            len(problems),
        )
        raise Unfinished(told, problems, _drawable(read))
    deployment = Deployment(id=new_id(), deployed_at=act.moment, deployed_by=act.actor.id)
    db.session.add(deployment)
    db.session.flush()
    definitions = [d for each in sources if each.form_key is None for d in _keep_model(act, deployment, each)]
    forms = [_keep_form(deployment, each) for each in sources if each.form_key is not None]
    kept = [d for source in decisions for d in decision_files.keep(deployment, source)]
    act.on(deployment.id, details={"files": [*(each.name for each in sources), *(each.name for each in decisions)]})
    notes = (*(note for each in sources for note in each.notes), *(note for each in decisions for note in each.notes))
    return Deployed(deployment.id, tuple(definitions), tuple(forms), notes, tuple(kept))


def _drawable(read: Sequence[tuple[_File | None, list[Problem]]]) -> bool:
    """Whether all of the files can at least be deployed for documentation."""
    return all(each is not None and each.drawable for each, _ in read)


def _read(name: str, content: bytes, for_documentation: bool) -> tuple[_File | None, list[Problem]]:
    digest = hashlib.sha256(content).hexdigest()
    try:
        if name.endswith((".form", ".json")):
            form = form_js.read(content)
            notes = tuple(replace(note, resource=name) for note in form.notes)
            return _File(name, content, digest, form_key=form.key, notes=notes), []
        if not name.endswith((".bpmn", ".xml")):
            return None, [
                Problem(
                    say("This is neither a model (.bpmn, .dmn) nor a form (.form). Choose one of these."), resource=name
                )
            ]
        found_in_file = bpmn.read_model(content, name)
        reading = found_in_file.for_documentation() if for_documentation else found_in_file
    except Invalid as error:
        found = error.problems or (Problem(error.message),)
        return None, [replace(problem, resource=name) for problem in found]
    problems = [replace(problem, resource=name) for problem in reading.problems if problem.level == "problem"]
    problems += [
        replace(problem, resource=name)
        for each in reading.processes
        if each.executable
        for problem in model_fields.check(each)
    ]
    problems += [
        replace(problem, resource=name)
        for each in reading.processes
        if each.executable
        for problem in calendars.unknown(each)
    ]
    notes = tuple(replace(note, resource=name) for note in reading.problems if note.level != "problem")
    if not reading.processes and not problems:
        problems.append(
            Problem(say("There is no process in this file. Draw one, or give the pool a process."), resource=name)
        )
    drawable = reading.deployable is not Deployable.NO
    lacks = {each.process_key: tuple(missing(reason) for reason in each.reasons) for each in reading.verdicts}
    return _File(name, content, digest, reading.processes, None, notes, drawable, lacks), problems


def _clashes(files: Sequence[_File]) -> list[Problem]:
    """Two files of one deployment must not bring the same key."""
    seen: dict[str, str] = {}
    problems = []
    for each in files:
        keys = [f"form {each.form_key}"] if each.form_key else [f"process {p.key}" for p in each.processes]
        for key in keys:
            if key in seen:
                problems.append(
                    Problem(
                        say("The %(key)s is in %(seen)s too. Deploy one of them only.", key=key, seen=seen[key]),
                        resource=each.name,
                    )
                )
            seen.setdefault(key, each.name)
    return problems


def _endless_calls(files: Sequence[_File]) -> list[Problem]:
    """Processes that always call each other in a circle would never end."""
    called = {p.key: unavoidable_calls(p) for each in files for p in each.processes if p.executable}
    where = {p.key: each.name for each in files for p in each.processes}
    problems = []
    for key in called:
        circle = _circle(key, called)
        if circle:
            words = " calls ".join(circle)
            text = say(
                "%(words)s: this never ends. Remove one of these calls, or call a process that can end by itself.",
                words=words,
            )
            problems.append(Problem(text, element=key, resource=where[key]))
    return problems


def _circle(start: str, called: dict[str, tuple[str, ...]]) -> list[str]:
    """The way from *start* back to itself, or nothing."""
    ways = [[start]]
    seen = {start}
    while ways:
        way = ways.pop()
        for key in called.get(way[-1], ()):
            if key == start:
                return [*way, start]
            if key not in seen:
                seen.add(key)
                ways.append([*way, key])
    return []


def _keep_resource(deployment: Deployment, each: _File, kind: str) -> Resource:
    resource = Resource(
        id=new_id(),
        deployment_id=deployment.id,
        name=each.name,
        kind=kind,
        digest=each.digest,
        content=each.content,
    )
    db.session.add(resource)
    db.session.flush()
    return resource


def _keep_model(act: Act, deployment: Deployment, each: _File) -> list[DeployedDefinition]:
    resource: Resource | None = None
    kept = []
    for process in each.processes:
        last = _latest(process.key)
        use = process.executable
        if last is not None and last[1] == each.digest and last[0].executable == use:
            kept.append(DeployedDefinition(last[0].id, process.key, process.name, last[0].version, False, use))
            continue
        resource = resource or _keep_resource(deployment, each, "bpmn")
        version = 1 + (last[0].version if last else 0)
        row = _row(deployment, resource, process, version, _notes(each, process))
        db.session.execute(update(ProcessDefinition).where(ProcessDefinition.key == process.key).values(latest=False))
        db.session.add(row)
        db.session.flush()
        forget_starts(process.key)
        if process.executable:
            calendars.note_use(row.id, process)
            watch_starts(act, row.id, process)
            open_declared(act, process)
        kept.append(DeployedDefinition(row.id, process.key, row.name, version, True, use))
    return kept


def _notes(each: _File, process: Process) -> tuple[Problem, ...]:
    """What is kept with a version: of what is missing to run, only what is missing in this very process."""
    lacks = () if process.executable else each.missing.get(process.key, ())
    return (*lacks, *(note for note in each.notes if note.level != "missing"))


def _latest(key: str) -> tuple[ProcessDefinition, str] | None:
    row = db.session.execute(
        select(ProcessDefinition, Resource.digest)
        .join(Resource, Resource.id == ProcessDefinition.resource_id)
        .where(ProcessDefinition.key == key, ProcessDefinition.latest)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def _row(
    deployment: Deployment, resource: Resource, process: Process, version: int, notes: Sequence[Problem]
) -> ProcessDefinition:
    starters = [f"user:{name}" for name in process.candidate_starter_users]
    starters += [f"group:{group_key(name)}" for name in process.candidate_starter_groups]
    owner = process.properties.get("owner")
    return ProcessDefinition(
        id=new_id(),
        key=process.key,
        version=version,
        version_tag=process.version_tag,
        name=process.name or process.key,
        documentation=process.documentation,
        category=process.properties.get("category", ""),
        owner_group=group_key(owner) if owner else None,
        executable=process.executable,
        history_days=process.history_days,
        latest=True,
        suspended=False,
        revision=1,
        startable=process.executable and not process.is_global_task and bool(process.level.plain_starts()),
        starters=json.dumps(starters),
        deployment_id=deployment.id,
        resource_id=resource.id,
        notes=json.dumps([[n.level, n.element, n.line, n.text] for n in notes]),
    )


def _keep_form(deployment: Deployment, each: _File) -> DeployedForm:
    assert each.form_key is not None, "only forms are kept as forms"
    row = db.session.execute(
        select(FormDefinition.version, Resource.digest)
        .join(Resource, Resource.id == FormDefinition.resource_id)
        .where(FormDefinition.key == each.form_key, FormDefinition.latest)
    ).one_or_none()
    if row is not None and row.digest == each.digest:
        return DeployedForm(each.form_key, row.version, False)
    resource = _keep_resource(deployment, each, "form")
    version = 1 + (row.version if row else 0)
    db.session.execute(update(FormDefinition).where(FormDefinition.key == each.form_key).values(latest=False))
    db.session.add(
        FormDefinition(
            id=new_id(),
            key=each.form_key,
            version=version,
            latest=True,
            deployment_id=deployment.id,
            resource_id=resource.id,
        )
    )
    return DeployedForm(each.form_key, version, True)


@command(Permission.MEND)
def suspend_definition(act: Act, definition_id: str, reason: str) -> None:
    """No new instances of this version; running ones go on. Raises NotFound, Conflict, Outdated."""
    _suspend(act, definition_id, True, reason)


@command(Permission.MEND)
def resume_definition(act: Act, definition_id: str, reason: str) -> None:
    """New instances are allowed again. Raises NotFound, Conflict, Outdated."""
    _suspend(act, definition_id, False, reason)


def _suspend(act: Act, definition_id: str, suspended: bool, reason: str) -> None:
    row = db.session.get(ProcessDefinition, definition_id, with_for_update=True)
    if row is None or (act.actor.process_keys and row.key not in act.actor.process_keys):
        raise NotFound(say("There is no such process definition."))
    check_revision(row.id, row.revision, say("The process definition"))
    if row.suspended == suspended:
        if suspended:
            raise Conflict(
                say("%(name)s version %(version)s is suspended already.", name=row.name, version=row.version)
            )
        raise Conflict(say("%(name)s version %(version)s is active already.", name=row.name, version=row.version))
    row.suspended, row.revision = suspended, row.revision + 1
    if not suspended:
        inbox.bring_to(act.moment, definition_id=definition_id)
        act.ring()
    act.on(definition_id, reason=reason)
