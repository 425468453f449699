"""`procession deploy FILE...`: deploy models and forms from the machine."""

from collections.abc import Sequence
from pathlib import Path

import click

from server.app import create_app
from server.commands import deployments
from server.identity.actor import CONSOLE
from server.settings import Settings

ENDINGS = (".bpmn", ".dmn", ".form")


@click.command("deploy")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--for-documentation", is_flag=True, help="Also take models that are not finished: shown, never started.")
@click.pass_obj
def command(settings: Settings, files: Sequence[Path], for_documentation: bool) -> None:
    """Deploy .bpmn, .dmn and .form FILES (or folders of them) together: all of them or none."""
    with create_app(settings).app_context():
        for line in deploy(files, for_documentation):
            click.echo(line)


def deploy(paths: Sequence[Path], for_documentation: bool = False) -> list[str]:
    """Deploy the files, and those in the folders; returns a line for each definition and each thing to note."""
    files = [file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])]
    models = [file for file in files if file.suffix in ENDINGS] if any(p.is_dir() for p in paths) else files
    contents = [(file.name, file.read_bytes()) for file in models]
    done = deployments.deploy(CONSOLE, contents, for_documentation=for_documentation)
    lines = [_line(definition) for definition in done.definitions]
    lines += [f"form {f.key}: version {f.version}{'' if f.is_new else ' (unchanged)'}" for f in done.forms]
    lines += [f"decision {d.name}: version {d.version}{'' if d.is_new else ' (unchanged)'}" for d in done.decisions]
    lines += [f"{note.resource}:{note.line} {note.level}: {note.text}" for note in done.notes]
    return lines


def _line(definition: deployments.DeployedDefinition) -> str:
    use = "" if definition.executable else ", for documentation"
    return f"{definition.name}: version {definition.version}{use}{'' if definition.is_new else ' (unchanged)'}"
