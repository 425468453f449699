"""The command line `procession`: what the web does, by the same commands, and what only the machine's owner may do."""

import os
import sys

import click

from server.cli import (
    audit,
    connection,
    decide,
    demo,
    deploy,
    doctor,
    evaluate,
    lint,
    message,
    run,
    secret,
    signal,
    token,
    upgrade,
    user,
    worker,
)
from server.errors import BpmnError, Failure, Invalid, Rejection
from server.settings import read_settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="procession")
@click.pass_context
def procession(context: click.Context) -> None:
    """Procession runs BPMN models as they are drawn. Settings are environment variables: see docs/settings.md."""
    context.obj = read_settings(os.environ)


for part in (
    run,
    worker,
    deploy,
    lint,
    upgrade,
    user,
    token,
    secret,
    connection,
    doctor,
    demo,
    decide,
    evaluate,
    audit,
    message,
    signal,
):
    procession.add_command(part.command)


def main() -> None:
    """Run the command line; whatever is rejected becomes one sentence and exit code 1."""
    try:
        procession(prog_name="procession")
    except Invalid as error:
        click.echo(error.message, err=True)
        for problem in error.problems:
            where = ":".join(str(part) for part in (problem.resource, problem.line or None) if part)
            click.echo(f"  {where or problem.element or ''}  {problem.text}".rstrip(), err=True)
        sys.exit(1)
    except (Rejection, Failure, BpmnError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
