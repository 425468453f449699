"""Opens a conversation with the mail server: TLS, sign-in. A password leaves over TLS or stays on this machine."""

import smtplib
import ssl
from ipaddress import ip_address

from server.connectors.connector import TemporaryFailure
from server.errors import Failure
from server.settings import Settings

SECONDS = 10  # for each step of the conversation


def open_server(settings: Settings, own_name: str) -> smtplib.SMTP:
    """A mail server that has greeted, speaks TLS where the settings ask for it, and knows who we are.

    Raises Failure for what an administrator has to mend, TemporaryFailure for a sign-in that is put off (4xx),
    smtplib.SMTPResponseException for other answers of the server, and OSError for no connection.
    """
    place = settings.mail_server, settings.mail_port
    if settings.mail_tls != "tls":
        server = smtplib.SMTP(*place, own_name, SECONDS)
    else:
        context = _trust(settings)
        try:
            server = smtplib.SMTP_SSL(*place, own_name, timeout=SECONDS, context=context)
        except ssl.SSLError as error:
            raise _distrusted(error, settings) from error
    try:
        server.ehlo_or_helo_if_needed()
        if settings.mail_tls == "starttls":
            _start_tls(server, settings)
        if settings.mail_user:
            _sign_in(server, settings)
    except BaseException:
        server.close()
        raise
    return server


def _trust(settings: Settings) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=settings.mail_ca or None)
    except OSError as error:
        text = f"PROCESSION_MAIL_CA names {settings.mail_ca}, which cannot be read as certificates (PEM)."
        raise Failure(text) from error


def _start_tls(server: smtplib.SMTP, settings: Settings) -> None:
    if not server.has_extn("starttls"):
        raise Failure(
            f"The mail server {_place(settings)} offers no TLS, which PROCESSION_MAIL_TLS=starttls asks for; "
            "nothing was sent."
        )
    try:
        server.starttls(context=_trust(settings))
    except ssl.SSLError as error:
        raise _distrusted(error, settings) from error
    server.ehlo_or_helo_if_needed()


def _distrusted(error: ssl.SSLError, settings: Settings) -> Failure:
    if isinstance(error, ssl.SSLCertVerificationError):
        return Failure(
            f"The certificate of the mail server {_place(settings)} is not to be trusted: {error.verify_message}. "
            "PROCESSION_MAIL_CA can name a file with the certificate of its authority."
        )
    if isinstance(error, ssl.SSLEOFError):
        return TemporaryFailure(f"The mail server {_place(settings)} hung up before TLS was agreed on.")
    return Failure(
        f"The mail server {_place(settings)} does not speak TLS as PROCESSION_MAIL_TLS={settings.mail_tls} asks "
        f"({error.reason or 'no agreement'}); nothing was sent."
    )


def _sign_in(server: smtplib.SMTP, settings: Settings) -> None:
    """What the server answers to a sign-in is not told: it might hold what was sent."""
    if settings.mail_tls == "none" and not _is_this_machine(server):
        raise Failure(
            f"The password for the mail server {_place(settings)} is not sent without TLS; "
            "set PROCESSION_MAIL_TLS to starttls or tls."
        )
    if not server.has_extn("auth"):
        raise Failure(
            f"The mail server {_place(settings)} offers no sign-in; unset PROCESSION_MAIL_USER, or ask for another "
            "port or PROCESSION_MAIL_TLS."
        )
    who = f"The mail server {_place(settings)} refused the sign-in of {settings.mail_user}"
    try:
        server.login(settings.mail_user, settings.mail_password)
    except smtplib.SMTPAuthenticationError as error:
        text = f"{who} with {error.smtp_code}."
        raise (Failure(text) if error.smtp_code >= 500 else TemporaryFailure(text)) from None
    except UnicodeError:
        raise Failure("PROCESSION_MAIL_USER and PROCESSION_MAIL_PASSWORD may hold ASCII signs only.") from None
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException:
        raise Failure(f"{who}: it knows no way of signing in that we know (PLAIN, LOGIN, CRAM-MD5).") from None


def _is_this_machine(server: smtplib.SMTP) -> bool:
    """By the address that answered, whatever the name of the server says."""
    assert server.sock is not None, "a server that has greeted is connected"
    return ip_address(str(server.sock.getpeername()[0]).partition("%")[0]).is_loopback


def _place(settings: Settings) -> str:
    return f"{settings.mail_server}:{settings.mail_port}"
