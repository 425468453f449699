"""Every sentence that a person may read on a page is marked for translation, or stands here with the reason why not."""

from pathlib import Path

import pytest

from tests.languages.literals import unsaid

SERVER = Path(__file__).parents[2] / "server"
FLOORS = ("web", "commands", "queries", "runtime", "identity")
PROGRAMS = "asked by programs only, whose answers are English"
INCIDENT = "kept with an incident as it was raised: it tells of a model, in the words of the model"
CALL = "told to programs that call a webhook, and kept as it was told"
MODEL = "a problem of a model, which has a code and is English everywhere"
TEXT_OF_DATA = "becomes data of the instance, the same for everybody who reads it"
EXCUSED = {  # how many texts of a file, and why
    "web/assets.py": (1, "told to developers, when a page is built without its assets"),
    "web/translation.py": (1, "told to developers, when a template is compiled"),
    "web/audit_log.py": (3, "heads of a file for other programs"),
    "web/instances.py": (3, "heads of a file for other programs"),
    "web/browsers.py": (1, "a sign in what a browser sends"),
    "web/security.py": (1, "told to who starts the server"),
    "commands/clean_up.py": (1, "a reason in the audit log, which is kept as it was given"),
    "commands/external_tasks.py": (2, INCIDENT),
    "commands/user_tasks.py": (2, TEXT_OF_DATA),
    "queries/audit_chain.py": (9, "told on the command line"),
    "queries/chosen_definitions.py": (6, PROGRAMS),
    "queries/chosen_history.py": (1, PROGRAMS),
    "queries/chosen_instances.py": (1, PROGRAMS),
    "queries/chosen_jobs.py": (2, PROGRAMS),
    "queries/chosen_people.py": (2, PROGRAMS),
    "queries/chosen_user_tasks.py": (1, PROGRAMS),
    "queries/figures.py": (2, "told by the health check, to programs"),
    "runtime/audit_chain.py": (1, "SQL"),
    "runtime/calendars.py": (1, MODEL),
    "runtime/calls.py": (1, INCIDENT),
    "runtime/decisions.py": (4, INCIDENT),
    "runtime/decision_files.py": (1, MODEL),
    "runtime/instances.py": (1, INCIDENT),
    "runtime/job_steps.py": (1, TEXT_OF_DATA),
    "identity/actor.py": (3, "a name"),
    "identity/signing.py": (3, CALL),
}


@pytest.mark.parametrize("floor", FLOORS)
def test_every_sentence_of_the_source_is_marked_or_excused(floor: str) -> None:
    found = {
        str(file.relative_to(SERVER)): texts
        for file in sorted((SERVER / floor).rglob("*.py"))
        if len(texts := list(unsaid(file))) != EXCUSED.get(str(file.relative_to(SERVER)), (0, ""))[0]
    }
    assert found == {}


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('raise NotFound("There is no such thing.")', ["There is no such thing."]),
        ('raise NotFound(f"There is no {name} here.")', ["There is no {} here."]),
        ('done(f"{name} is kept", "/")', ["{} is kept"]),
        ('raise NotFound(say("There is no such thing."))', []),
        ('done(_("%(name)s is kept", name=name), "/")', []),
        ('"""What it is for."""\nkey = "two words"', []),
    ],
)
def test_a_sentence_without_a_mark_is_found(tmp_path: Path, code: str, found: list[str]) -> None:
    file = tmp_path / "some.py"
    file.write_text(code, encoding="utf-8")
    assert list(unsaid(file)) == found
