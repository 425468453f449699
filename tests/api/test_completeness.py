"""Whatever the pages can do, programs can: each command and query that a page uses is one that the API uses."""

import ast
from collections.abc import Iterator

from tests.architecture.source import SERVER, Source, dotted, sources

NOT_FOR_PROGRAMS = {
    "commands.sessions.open_session": "a program has no session",
    "commands.sessions.touch": "a program has no session",
    "commands.sessions.sign_out": "a program has no session",
    "commands.sessions.sign_out_others": "a program has no session to keep",
    "queries.sessions.signed_in": "a program has no session",
    "queries.sessions.password_is_right": "asked when a program signs in",
    "queries.inbox.listed": "inbox.part is the same list for programs",
    "queries.inbox.counts": "counts of tabs; a program counts what it reads",
    "queries.inbox.processes": "choices of a filter",
    "queries.inbox.next_after": "where a person goes on",
    "queries.process_instances.instances": "process_instances.part is the same list for programs",
    "queries.process_instances.exported": "a file of the same list",
    "queries.process_instances.process_choices": "choices of a filter",
    "queries.process_instances.starter_choices": "choices of a filter",
    "queries.jobs.listed": "jobs.part is the same list for programs",
    "queries.messages.listed": "messages.part is the same list for programs",
    "queries.messages.listeners": "messages.part_of_listeners is the same list for programs",
    "queries.notices.notices_of": "notices.part is the same list for programs",
    "queries.sendings.counts": "counts of a filter; a program counts what it reads",
    "queries.notices.link_of": "where a person goes on",
    "queries.audit.listed": "audit.part is the same list for programs",
    "queries.audit.every": "a file of the same list",
    "queries.audit.people": "choices of a filter",
    "queries.administration.people": "administration.part is the same list for programs",
    "queries.administration.choices": "choices of a field",
    "queries.operations.incidents_of": "what is said before a retry; incidents are listed",
    "queries.process_instances.chosen": "what is said before a batch; instances are listed",
    "queries.people.names": "names beside ids",
    "queries.people.found": "the palette of the pages",
    "queries.calendars.countries_known": "choices of a field",
    "queries.suspensions.suspended_instance": "what is said before a resumption; they are listed",
    "queries.suspensions.suspended_version": "what is said before a resumption; they are listed",
    "queries.activity_instances.places": "choices of where tokens may go; elements are those of the definition",
    "queries.user_tasks.ended_for": "who was faster, which a conflict says",
    "queries.definition_comments.comments": "definition_comments.part is the same list for programs",
    "queries.webhooks.processes": "choices of a field",
    "queries.webhooks.of_process": "webhooks are listed with their processes",
    "queries.subscribers.attempts": "what a page explains",
    "queries.external_tasks.of_instance": "external_tasks.listed is the same list for programs (docs/camunda7.md)",
}
"""What only pages use, and why."""


def used(source: Source) -> Iterator[str]:
    """The commands and queries that a file calls, such as "commands.user_tasks.claim"."""
    modules: dict[str, str] = {}
    for node in source.walk():
        if isinstance(node, ast.ImportFrom) and node.module in ("server.commands", "server.queries"):
            for each in node.names:
                modules[each.asname or each.name] = f"{node.module.removeprefix('server.')}.{each.name}"
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith(
            ("server.commands.", "server.queries.")
        ):
            for each in node.names:
                if each.name.islower():
                    yield f"{(node.module or '').removeprefix('server.')}.{each.name}"
    for node in source.walk():
        whose, _, name = dotted(node).rpartition(".") if isinstance(node, ast.Attribute) else ("", "", "")
        if whose in modules and name.islower():
            yield f"{modules[whose]}.{name}"


def test_programs_can_do_whatever_the_pages_can() -> None:
    pages = {name for source in sources(SERVER / "web") for name in used(source)}
    programs = {name for source in sources(SERVER / "api") for name in used(source)}
    assert sorted(pages - programs - set(NOT_FOR_PROGRAMS)) == []


def test_what_is_not_for_programs_is_used_by_pages_alone() -> None:
    pages = {name for source in sources(SERVER / "web") for name in used(source)}
    programs = {name for source in sources(SERVER / "api" / "nouns") for name in used(source)}
    assert sorted(set(NOT_FOR_PROGRAMS) - pages) == []
    assert sorted(set(NOT_FOR_PROGRAMS) & programs) == []
