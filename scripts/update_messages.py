"""Takes every message that people are told out of the source and brings the catalogues of the languages up to date."""

from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from server.languages import NAMES, SOURCE, read_catalogue

SERVER = Path(__file__).parents[1] / "server"
METHODS = [
    ("cli/**.py", "ignore"),  # the command line speaks English
    ("**.py", "python"),
    ("web/templates/**.html", "jinja2"),
    ("web/islands/**.js", "javascript"),
]
OPTIONS = {"web/templates/**.html": {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}}
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "say": None,
    "say_many": (1, 2),
    "sayMany": (1, 2),
}


def messages_of_the_source() -> Catalog:
    """Every message that the source marks, with the files that say it."""
    catalogue = Catalog(project="Procession", charset="utf-8")
    found = extract_from_dir(SERVER, METHODS, OPTIONS, KEYWORDS, ("NOTE:",))
    for file, _line, message, comments, context in sorted(found, key=lambda each: (each[0], each[1])):
        catalogue.add(message, None, [(f"server/{file}", 0)], auto_comments=comments, context=context)
    return catalogue


def written(catalogue: Catalog) -> bytes:
    """The catalogue as its file has it: without line numbers and dates, so that only what matters changes it."""
    file = BytesIO()
    write_po(
        file, catalogue, width=120, omit_header=False, include_lineno=False, ignore_obsolete=True, sort_output=True
    )
    lines = file.getvalue().decode().splitlines(keepends=True)
    kept = (
        *(f'"{name}:' for name in ("Language", "Plural-Forms", "MIME-Version", "Content-Type")),
        '"Content-Transfer',
    )
    return "".join(line for line in lines if not _is_header(line) or line.startswith(kept)).encode()


def _is_header(line: str) -> bool:
    """Such as "Last-Translator: ...": who and when stands in the history of the source."""
    return line.startswith('"') and ": " in line and line.endswith('\\n"\n')


def main() -> None:
    source = messages_of_the_source()
    for code in NAMES:
        if code == SOURCE:
            continue
        catalogue = read_catalogue(code)
        catalogue.update(source, no_fuzzy_matching=True)
        (SERVER / "languages" / f"{code}.po").write_bytes(written(catalogue))
        missing = sum(1 for message in catalogue if message.id and not (message.string and all(message.string)))
        print(f"{code}: {len(catalogue)} messages, {missing} without translation")


if __name__ == "__main__":
    main()
