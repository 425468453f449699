"""Reads the parameters of a mail into a message; nothing in them can add a header or a recipient (RFC 5322)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from server.connectors.connector import CallContext, LoadedFile
from server.errors import Failure

# Only ASCII leaves the house, so that every mail server on the way can carry it.
_POLICY = SMTP.clone(cte_type="7bit")
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[\w!#$%&'*+/=?^`{{|}}~.-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*", re.ASCII)
_BREAK = re.compile(r"[\r\n\v\f\x00\x1c-\x1e\x85\u2028\u2029]")
_TOKEN = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*")  # RFC 6838, 4.2
_registry = HeaderRegistry()
LARGEST = 20 * 1024 * 1024  # bytes of all attachments of a mail; many servers take no more


@dataclass(frozen=True)
class Letter:
    """A mail as it is sent: the addresses on the envelope, and the content that everybody sees."""

    sender: str
    recipients: tuple[str, ...]
    message_id: str
    content: bytes


def read_letter(
    parameters: Mapping[str, Any],
    default_sender: str,
    job_id: str,
    moment: datetime,
    attachments: Sequence[LoadedFile] = (),
) -> Letter:
    """The mail that the parameters describe; raises Failure naming the parameter that is wrong."""
    senders = read_addresses("from", parameters.get("from") or default_sender)
    people = {name: read_addresses(name, parameters.get(name)) for name in ("to", "cc", "bcc", "replyTo")}
    if len(senders) != 1:
        raise Failure("The parameter from must name one address.")
    recipients = tuple(dict.fromkeys(address.addr_spec for name in ("to", "cc", "bcc") for address in people[name]))
    if not recipients:
        raise Failure("The mail has no recipient; give an address in the parameter to.")
    message = EmailMessage(policy=_POLICY)
    message_id = f"<{job_id}@{default_sender.rpartition('@')[2].rstrip('>') or 'localhost'}>"
    message["From"] = senders
    for header, name in (("To", "to"), ("Cc", "cc"), ("Reply-To", "replyTo")):
        if people[name]:
            message[header] = people[name]
    message["Subject"] = _one_line("subject", parameters.get("subject"))
    message["Date"] = format_datetime(moment)
    message["Message-ID"] = message_id
    # Tells the other side's absence notes to keep silent (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    _write_content(message, parameters)
    for file in attachments:
        _attach(message, file)
    return Letter(senders[0].addr_spec, recipients, message_id, _written(message))


def read_attachments(given: Any, context: CallContext) -> tuple[LoadedFile, ...]:
    """Files of the instance, by id or name, and texts that are written as files: {name, content, type}.

    Raises Failure for what is neither, and for more than LARGEST bytes in all.
    """
    if given is None or given == "":
        return ()
    files = tuple(_attachment(one, context) for one in (given if isinstance(given, list | tuple) else [given]))
    if sum(len(file.content) for file in files) > LARGEST:
        raise Failure(f"The attachments are larger than {LARGEST // 1024 // 1024} MB together.")
    return files


def _attachment(given: Any, context: CallContext) -> LoadedFile:
    if isinstance(given, str) and given:
        return context.file(given)
    if isinstance(given, Mapping) and isinstance(given.get("id"), str):
        return context.file(given["id"])
    if isinstance(given, Mapping) and isinstance(given.get("name"), str) and isinstance(given.get("content"), str):
        media_type = str(given.get("type") or "text/plain")
        return LoadedFile(given["name"], media_type, given["content"].encode("utf-8", "replace"))
    raise Failure("An attachment is the name of a file of the instance, or a mapping of name, content and type.")


def _attach(message: EmailMessage, file: LoadedFile) -> None:
    main, _, sub = file.media_type.partition(";")[0].strip().lower().partition("/")
    known = _TOKEN.fullmatch(main) and _TOKEN.fullmatch(sub) and main not in ("message", "multipart")
    main, sub = (main, sub) if known else ("application", "octet-stream")
    message.add_attachment(file.content, main, sub, filename=_BREAK.sub(" ", file.name)[:200] or "file")


def read_addresses(parameter: str, given: Any) -> tuple[Address, ...]:
    """Addresses from text with commas or from a list: name@example.org or Name <name@example.org>."""
    if given is None:
        return ()
    texts: Sequence[Any] = given if isinstance(given, list | tuple) else [given]
    return tuple(address for text in texts for address in _addresses(parameter, _one_line(parameter, text)))


def _addresses(parameter: str, text: str) -> tuple[Address, ...]:
    if not text.strip():
        return ()
    wrong = Failure(
        f'The parameter {parameter} holds "{text[:100]}", which is not a mail address like name@example.org.'
    )
    try:
        header: Any = _registry("To", text)
    except (MessageError, IndexError, ValueError, TypeError, AttributeError) as error:
        # email's own reader stumbles over some texts that end too early, such as "a@"
        raise wrong from error
    if header.defects or any(group.display_name is not None for group in header.groups):
        raise wrong
    for address in header.addresses:
        if not _ADDRESS.fullmatch(address.addr_spec) or _BREAK.search(address.display_name):
            raise wrong
    return tuple(header.addresses)


def _one_line(parameter: str, given: Any) -> str:
    text = "" if given is None else str(given)
    # An encoded word may hold a line break which is seen only once it is read: =?utf-8?q?=0A?=
    decoded = str(_registry("Subject", text)) if not _BREAK.search(text) else text
    if _BREAK.search(decoded):
        raise Failure(f"The parameter {parameter} holds a line break; write it on one line.")
    return text


def _write_content(message: EmailMessage, parameters: Mapping[str, Any]) -> None:
    text, html = parameters.get("text"), parameters.get("html")
    if not text and not html:
        raise Failure("The mail has neither text nor html; give one of the two.")
    try:
        if text:
            message.set_content(str(text))
            if html:
                message.add_alternative(str(html), subtype="html")
        else:
            message.set_content(str(html), subtype="html")
    except UnicodeError as error:
        raise Failure("The text of the mail holds half a character, which cannot be sent.") from error


def _written(message: EmailMessage) -> bytes:
    try:
        return message.as_bytes(policy=_POLICY)
    except (MessageError, UnicodeError, ValueError) as error:
        raise Failure(f"The mail cannot be written: {error}.") from error
