"""The conversation with real mail servers that ask for TLS and a sign-in, and what is kept from those that do not."""

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from server.connectors import mail_server
from server.connectors.connector import CallContext, TemporaryFailure
from server.connectors.mail import MailConnector
from server.errors import Failure, Invalid
from server.settings import Settings, read_settings
from tests.loopback import Post, free_port

CERTIFICATE = Path(__file__).with_name("localhost.pem")  # made for these tests, for "localhost" alone
USER, PASSWORD = "procession", "canary-7Qz"


class Guarded(Post):
    """A mail server that remembers every sign-in it was offered, and whether that came over TLS."""

    def __init__(self) -> None:
        super().__init__(port=free_port())
        self.offered: list[tuple[bytes, bytes, bool]] = []

    def check(self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.offered.append((data.login, data.password, session.ssl is not None))
        return AuthResult(success=data.password == PASSWORD.encode(), handled=False, message="535 no")


def tls() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    return context


@contextmanager
def listening(mode: str, **given: Any) -> Iterator[Guarded]:
    """A server that is TLS from its first byte in *mode* "tls"; else as it is *given*."""
    known = Guarded()
    # aiosmtpd does not count a connection that was TLS from its first byte as TLS, so it would offer no sign-in.
    rest: dict[str, Any] = {"ssl_context": tls(), "auth_require_tls": False} if mode == "tls" else {}
    controller = Controller(known, hostname="localhost", port=known.port, authenticator=known.check, **rest, **given)
    controller.start()
    try:
        yield known
    finally:
        controller.stop()


def send(post: Guarded, **given: Any) -> None:
    wanted: dict[str, Any] = {"mail_server": "localhost", "mail_user": USER, "mail_password": PASSWORD, **given}
    context = CallContext("job-1", 1, Settings(mail_port=post.port, **wanted))
    MailConnector().call({"to": "ann@example.org", "text": "Hello"}, context)


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_mail_goes_over_tls_after_a_sign_in(mode: str) -> None:
    way: dict[str, Any] = {"tls_context": tls(), "auth_required": True} if mode == "starttls" else {}
    with listening(mode, **way) as post:
        send(post, mail_tls=mode, mail_ca=str(CERTIFICATE))
        assert [recipients for _, recipients, _ in post.taken] == [["ann@example.org"]]
        assert [(name, password) for name, password, _ in post.offered] == [(USER.encode(), PASSWORD.encode())]
        assert [starttls for *_, starttls in post.offered] == [mode == "starttls"]


@pytest.mark.parametrize("mode", ["starttls", "tls"])
def test_a_certificate_that_nobody_vouches_for_is_refused_before_the_password_is_sent(mode: str) -> None:
    way: dict[str, Any] = {"tls_context": tls()} if mode == "starttls" else {}
    with listening(mode, **way) as post:
        with pytest.raises(Failure, match=r"not to be trusted.*PROCESSION_MAIL_CA"):
            send(post, mail_tls=mode)
        assert (post.offered, post.taken) == ([], [])


def test_a_certificate_of_another_name_is_refused() -> None:
    with listening("starttls", tls_context=tls()) as post:
        with pytest.raises(Failure, match="not to be trusted"):
            send(post, mail_server="127.0.0.1", mail_tls="starttls", mail_ca=str(CERTIFICATE))
        assert (post.offered, post.taken) == ([], [])


@pytest.mark.parametrize(("mode", "told"), [("starttls", "offers no TLS"), ("tls", "does not speak TLS")])
def test_a_server_without_tls_is_refused_and_gets_neither_password_nor_mail(mode: str, told: str) -> None:
    with listening("none", auth_require_tls=False) as post:
        with pytest.raises(Failure, match=told) as caught:
            send(post, mail_tls=mode, mail_ca=str(CERTIFICATE))
        assert not isinstance(caught.value, TemporaryFailure)
        assert (post.offered, post.taken) == ([], [])


def test_a_server_that_offers_no_sign_in_gets_no_mail() -> None:
    with listening("none") as post:  # it offers AUTH over TLS only
        with pytest.raises(Failure, match="offers no sign-in"):
            send(post)
        assert post.taken == []


def test_without_tls_a_password_goes_to_this_machine_only(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening("none", auth_require_tls=False) as post:
        send(post)
        assert len(post.offered) == len(post.taken) == 1
        # No test has another machine to send to, so this one is called another.
        monkeypatch.setattr(mail_server, "_is_this_machine", lambda _: False)
        with pytest.raises(Failure, match="is not sent without TLS"):
            send(post)
        assert len(post.offered) == len(post.taken) == 1


def test_without_a_user_nobody_signs_in() -> None:
    with listening("none", auth_require_tls=False) as post:
        send(post, mail_user="")
        assert (len(post.offered), len(post.taken)) == (0, 1)


def test_a_refused_sign_in_tells_the_user_and_never_the_password() -> None:
    with listening("starttls", tls_context=tls()) as post:
        with pytest.raises(Failure, match="refused the sign-in of procession with 535") as caught:
            send(post, mail_tls="starttls", mail_ca=str(CERTIFICATE), mail_password="canary-wrong")
        assert "canary" not in str(caught.value)
        assert post.taken == []


def test_a_file_without_certificates_is_told(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("nothing", encoding="utf-8")
    with listening("starttls", tls_context=tls()) as post:
        for name in ("ca.pem", "missing.pem"):
            with pytest.raises(Failure, match="PROCESSION_MAIL_CA"):
                send(post, mail_tls="starttls", mail_ca=str(tmp_path / name))


def test_a_way_of_tls_that_does_not_exist_is_told_when_settings_are_read() -> None:
    assert read_settings({"PROCESSION_MAIL_TLS": "starttls"}).mail_tls == "starttls"
    with pytest.raises(Invalid, match="PROCESSION_MAIL_TLS is 'ssl'; write one of none, starttls, tls"):
        read_settings({"PROCESSION_MAIL_TLS": "ssl"})


def test_settings_that_are_printed_hold_no_password() -> None:
    assert PASSWORD not in repr(Settings(mail_user=USER, mail_password=PASSWORD))
