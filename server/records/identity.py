"""Who people are: persons, groups, roles, substitutes, sessions; programs and the tokens that they act by."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Moment, Record


class Person(Record):
    """Somebody who signs in, or a program that acts by tokens. The id is the sign-in name and never changes."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    zone: Mapped[str] = mapped_column(default="UTC")
    language: Mapped[str] = mapped_column(default="")  # a code such as de; empty: as the browser has it
    created_at: Mapped[datetime] = mapped_column(Moment)
    roles: Mapped[str]  # comma-separated: participant,analyst,operator,auditor,administrator
    is_program: Mapped[bool] = mapped_column(default=False)  # has no password
    revision: Mapped[int] = mapped_column(default=1)


class Group(Record):
    """People who share work. The id is what models name (see identity.groups.group_key)."""

    __tablename__ = "person_group"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    revision: Mapped[int] = mapped_column(default=1)  # raised by who comes and goes too


class Membership(Record):
    """A person in a group."""

    __tablename__ = "membership"
    __table_args__ = (Index("membership_group", "group_id"),)

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    group_id: Mapped[str] = mapped_column(ForeignKey("person_group.id"), primary_key=True)
    leads: Mapped[bool] = mapped_column(default=False)


class Substitute(Record):
    """Somebody who may do a person's work between two moments."""

    __tablename__ = "substitute"
    __table_args__ = (Index("substitute_person", "substitute_id"),)

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    substitute_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    from_at: Mapped[datetime] = mapped_column(Moment)
    until_at: Mapped[datetime | None] = mapped_column(Moment)


class Session(Record):
    """A signed-in browser. The id is the hash of the secret in the cookie."""

    __tablename__ = "session"
    __table_args__ = (Index("session_person", "person_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    address: Mapped[str]
    browser: Mapped[str]


class Token(Record):
    """What a program shows instead of a password. Only the hash of its secret is kept."""

    __tablename__ = "token"
    __table_args__ = (Index("token_person", "person_id"), Index("token_hash", "hash", unique=True))

    id: Mapped[str] = mapped_column(String(13), primary_key=True)
    hash: Mapped[str]
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str]
    roles: Mapped[str]  # comma-separated; empty: all that the person has
    process_keys: Mapped[str]  # comma-separated; empty: all
    created_at: Mapped[datetime] = mapped_column(Moment)
    created_by: Mapped[str]
    expires_at: Mapped[datetime] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    seen_address: Mapped[str | None]
