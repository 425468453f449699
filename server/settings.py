"""Every setting, read once from the environment into one frozen value. `docs/settings.md` describes each of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from server.errors import Invalid
from server.languages import NAMES


@dataclass(frozen=True)
class Settings:
    """What an installation decides. Sizes are bytes, times are seconds."""

    database_url: str = "sqlite:///var/procession.sqlite"
    files_path: Path = Path("var/files")
    secret_key: str = field(default="", repr=False)
    secrets_keys: tuple[str, ...] = field(default=(), repr=False)
    secrets_key_file: str = ""
    host: str = "127.0.0.1"
    port: int = 8000
    web_threads: int = 8
    workers: int = 2
    dispatcher: str = "embedded"
    production: bool = False
    demonstration: bool = False
    zone: str = "UTC"
    language: str = "en"
    calendar: str = ""
    base_url: str = ""
    upload_limit: int = 25 * 1024 * 1024
    request_limit: int = 30 * 1024 * 1024
    session_idle: int = 30 * 60
    session_length: int = 12 * 60 * 60
    sign_in_limit: str = "10 per minute"
    allowed_origins: tuple[str, ...] = ()
    metrics_allowed: tuple[str, ...] = ()
    mail_server: str = ""
    mail_port: int = 25
    mail_tls: str = "none"
    mail_ca: str = ""
    mail_user: str = ""
    mail_password: str = field(default="", repr=False)
    mail_sender: str = "procession@localhost"
    mail_folder: str = ""
    http_allowed: tuple[str, ...] = ()
    http_timeout: int = 10
    http_answer_limit: int = 1024 * 1024
    notice_connection: str = ""
    lease: int = 10
    longest_job: int = 600
    cached_instances: int = 256
    forget_instances: bool = False
    history_days: int = 0
    message_time_to_live: int = 24 * 60 * 60
    webhook_size: int = 1024 * 1024
    webhook_limit: str = "600 per minute"
    webhook_days: int = 30
    long_polls: int = 500
    long_poll_seconds: int = 25
    long_polls_alone: bool = False

    @property
    def outbox(self) -> Path | None:
        """The folder into which mails are written instead of being sent; a demonstration without a mail server has one
        beside its files, so that nobody real gets its mail and none of it fails."""
        if self.mail_folder:
            return Path(self.mail_folder)
        return self.files_path.parent / "mails" if self.demonstration and not self.mail_server else None


PREFIX = "PROCESSION_"
CHOICES = {
    "dispatcher": ("embedded", "procrastinate"),
    "language": tuple(NAMES),
    "mail_tls": ("none", "starttls", "tls"),
}


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from variables such as PROCESSION_DATABASE_URL (and PORT). Raises Invalid naming the variable."""
    given: dict[str, object] = {}
    for name, default in Settings().__dict__.items():
        text = environment.get(PREFIX + name.upper())
        if text is not None:
            given[name] = _value(PREFIX + name.upper(), text, default)
            if name in CHOICES and text not in CHOICES[name]:
                raise Invalid(f"{PREFIX}{name.upper()} is {text!r}; write one of {', '.join(CHOICES[name])}.")
    if "PORT" in environment and "port" not in given:
        given["port"] = _value("PORT", environment["PORT"], 8000)
    return Settings(**given)  # type: ignore[arg-type]  # each value was made after the type of its field's default


def _value(variable: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        if text.lower() not in ("1", "true", "yes", "0", "false", "no", ""):
            raise Invalid(f"{variable} is {text!r}; write 1 or 0.")
        return text.lower() in ("1", "true", "yes")
    if isinstance(default, int):
        if not text.strip().isdigit():
            raise Invalid(f"{variable} is {text!r}; write a whole number.")
        return int(text)
    if isinstance(default, tuple):
        return tuple(part.strip() for part in text.split(",") if part.strip())
    return Path(text) if isinstance(default, Path) else text
