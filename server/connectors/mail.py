"""Sends mail over SMTP, or writes it into a folder: to all recipients or to none, and always the same Message-Id."""

import contextlib
import re
import smtplib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from server import clock
from server.connectors.connection import Field, check_number
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.letters import Letter, read_attachments, read_letter
from server.connectors.mail_server import open_server
from server.connectors.templates import fill_in
from server.errors import Failure
from server.sentences import say
from server.settings import Settings

TEMPLATES = {"subjectTemplate": "subject", "textTemplate": "text", "htmlTemplate": "html"}
PARAMETERS = (
    *("from", "to", "cc", "bcc", "replyTo", "subject", "text", "html", "attachments"),
    *(*TEMPLATES, "values"),
)
FIELDS = (
    Field("server", say("Mail server"), say("Its name or address."), required=True),
    Field("port", say("Port"), say("25 unless said; mostly 465 for tls, 587 for starttls."), check=check_number),
    Field("tls", say("Encryption"), choices=("none", "starttls", "tls")),
    Field("user", say("Name"), say("To sign in with; without one nobody signs in.")),
    Field("password", say("Password"), secret=True),
    Field("sender", say("Sender"), say("Where a model names none.")),
    Field("authority", say("Trusted authority"), say("A file of certificates (PEM) on the server.")),
)


class MailConnector:
    """Takes PARAMETERS: a template with values stands for subject, text or html. Answers messageId."""

    fields = FIELDS
    trial = None

    def call(self, parameters: Mapping[str, Any], context: CallContext) -> Mapping[str, Any]:
        """Hand the mail to the mail server. Raises TemporaryFailure for an answer 4xx and for no connection."""
        settings = _settings(context)
        if not settings.mail_server and settings.outbox is None:
            raise Failure("No mail can be sent: PROCESSION_MAIL_SERVER names no mail server.")
        for name in parameters:
            if name not in PARAMETERS:
                raise Failure(f'The mail connector has no parameter "{name}"; it takes {", ".join(PARAMETERS)}.')
        attachments = read_attachments(parameters.get("attachments"), context)
        written = _filled_in(parameters)
        letter = read_letter(written, settings.mail_sender, context.job_id, clock.now(), attachments)
        if settings.outbox is not None:
            _write(letter, settings.outbox)
            return {"messageId": letter.message_id}
        try:
            _send(letter, settings)
        except smtplib.SMTPResponseException as error:
            raise _refused(error.smtp_code, _words(error.smtp_error)) from error
        except OSError as error:
            where = f"{settings.mail_server}:{settings.mail_port}"
            raise TemporaryFailure(f"The mail server {where} cannot be reached: {error}.") from error
        return {"messageId": letter.message_id}


def _settings(context: CallContext) -> Settings:
    """The settings of mail, those of a connection in place of the server's own."""
    connection, settings = context.connection, context.settings
    if connection is None or settings.outbox is not None:
        return settings
    return replace(
        settings,
        mail_server=connection.setting("server"),
        mail_port=int(connection.number("port", 25)),
        mail_tls=connection.setting("tls", "none"),
        mail_ca=connection.setting("authority"),
        mail_user=connection.setting("user"),
        mail_password=connection.secret("password"),
        mail_sender=connection.setting("sender", settings.mail_sender),
    )


def _filled_in(parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters with subject, text and html made of their templates. Raises Failure."""
    written = dict(parameters)
    values = parameters.get("values")
    if values in (None, ""):
        values = {}
    if not isinstance(values, Mapping):
        raise Failure("The parameter values must be a mapping of names to values.")
    for name, filled in TEMPLATES.items():
        template = parameters.get(name)
        if not template:
            continue
        if parameters.get(filled):
            raise Failure(f"The mail has both {filled} and {name}; keep one of them.")
        text = fill_in(name, str(template), values, is_html=filled == "html")
        # What stands in a variable may hold line breaks; a subject has none.
        written[filled] = " ".join(text.split()) if filled == "subject" else text
    return written


def _write(letter: Letter, folder: Path) -> None:
    """One file a mail; another attempt writes the same one. Who gets it stands above it, blind copies included."""
    envelope = "".join(f"X-Receiver: {recipient}\r\n" for recipient in letter.recipients)
    name = re.sub(r"[^\w@.-]", "_", letter.message_id.strip("<>"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        unfinished = folder / f".{name}.part"
        unfinished.write_bytes(envelope.encode("ascii") + letter.content)
        unfinished.replace(folder / f"{name}.eml")
    except OSError as error:
        raise TemporaryFailure(f"The mail cannot be written into {folder}: {error.strerror}.") from error


def _send(letter: Letter, settings: Settings) -> None:
    server = open_server(settings, letter.sender.rpartition("@")[2])
    try:
        _answered(server.mail(letter.sender))
        _address(server, letter.recipients)
        _answered(server.data(letter.content))
        # From here on the mail is on its way: what goes wrong now must not have it sent again.
        with contextlib.suppress(OSError):
            server.quit()
    finally:
        server.close()


def _address(server: smtplib.SMTP, recipients: Sequence[str]) -> None:
    """Name every recipient; one that is refused stops the mail for all, so that an attempt never sends a part."""
    refused = []
    for recipient in recipients:
        code, words = server.rcpt(recipient)
        if not 200 <= code < 300:
            refused.append((code, f"{recipient}: {_words(words)}"))
    if refused:
        lasting = [entry for entry in refused if entry[0] >= 500]
        code, text = (lasting or refused)[0]
        raise _refused(code, text)


def _answered(answer: tuple[int, bytes]) -> None:
    code, words = answer
    if not 200 <= code < 300:
        raise smtplib.SMTPResponseException(code, words)


def _refused(code: int, words: str) -> Failure:
    text = f"The mail server refused the mail with {code}: {words.rstrip('.')}."
    return Failure(text) if code >= 500 else TemporaryFailure(text)


def _words(answer: bytes | str) -> str:
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return re.sub(r"\s+", " ", text).strip()[:200]
