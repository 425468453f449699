"""Files to take away: CSV that no spreadsheet can be tricked by, and event logs in XES (IEEE 1849)."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from flask import Response
from lxml import etree

from server.queries.history import Trail

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_XES = "http://www.xes-standard.org/"
_TRANSITIONS = {"ActivityStarted": "start", "ActivityCompleted": "complete", "ActivityCancelled": "ate_abort"}
_EXTENSIONS = (
    ("Concept", "concept", "http://www.xes-standard.org/concept.xesext"),
    ("Time", "time", "http://www.xes-standard.org/time.xesext"),
    ("Lifecycle", "lifecycle", "http://www.xes-standard.org/lifecycle.xesext"),
    ("Organizational", "org", "http://www.xes-standard.org/org.xesext"),
)


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A download in UTF-8; cells that a spreadsheet would take for a formula begin with an apostrophe."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    return download("\ufeff" + text.getvalue(), name, "text/csv; charset=utf-8")


def guarded(cell: object) -> str:
    """The cell as text that is never run as a formula."""
    if cell is None:
        return ""
    text = cell.astimezone(UTC).isoformat(timespec="seconds") if isinstance(cell, datetime) else str(cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def download(content: str | bytes, name: str, media_type: str) -> Response:
    """A file that is saved, never shown."""
    response = Response(content, content_type=media_type)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


def xes(process: str, instance: str, trail: Trail) -> bytes:
    """One trace: when which activity started and ended, and by whom."""
    head = {"xes.version": "1849-2016", "xes.features": ""}
    log = etree.Element(f"{{{_XES}}}log", head, nsmap={None: _XES})  # type: ignore[dict-item]  # the stubs forget the default namespace
    for name, prefix, uri in _EXTENSIONS:
        etree.SubElement(log, f"{{{_XES}}}extension", name=name, prefix=prefix, uri=uri)
    _attribute(log, "string", "concept:name", process)
    trace = etree.SubElement(log, f"{{{_XES}}}trace")
    _attribute(trace, "string", "concept:name", instance)
    for entry in trail.entries:
        transition = _TRANSITIONS.get(entry.name)
        if transition is None:
            continue
        event = etree.SubElement(trace, f"{{{_XES}}}event")
        key = str(entry.fields["element"])
        _attribute(event, "string", "concept:name", trail.titles.get(key) or key)
        _attribute(event, "string", "concept:instance", str(entry.fields["activity"]))
        _attribute(event, "date", "time:timestamp", entry.at.isoformat(timespec="milliseconds"))
        _attribute(event, "string", "lifecycle:transition", transition)
        _attribute(event, "string", "org:resource", entry.who)
    written: bytes = etree.tostring(log, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _attribute(node: etree._Element, kind: str, key: str, value: str) -> None:
    printable = "".join(letter for letter in value if letter in "\t\n\r" or ord(letter) >= 32)
    etree.SubElement(node, f"{{{_XES}}}{kind}", key=key, value=printable)
