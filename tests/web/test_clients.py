"""The page that connects programs: those of docs/clients.md, which are run, at the installation's own address."""

import re
from dataclasses import replace
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from server.settings import Settings
from server.web.client_programs import PROGRAMS, ClientProgram
from server.web.configuration import KEY
from tests.architecture.source import PROJECT
from tests.web import stuck
from tests.web.purchases import sign_in

PAGE = "/account/clients"
DOCUMENTED = (PROJECT / "docs/clients.md").read_text(encoding="utf-8")
_FENCED = re.compile(r"```(python|js)\n(.*?)```", re.DOTALL)
_SHOWN = re.compile(r"<pre[^>]*>(.*?)</pre>", re.DOTALL)


def shown(page: str) -> list[str]:
    """The programs as whoever copies them gets them."""
    return [unescape(text) for text in _SHOWN.findall(page)]


def test_the_page_and_the_documentation_have_the_same_programs() -> None:
    assert [(one.language, one.text) for one in PROGRAMS] == _FENCED.findall(DOCUMENTED)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_the_documentation_installs_and_tests_what_the_page_does(program: ClientProgram) -> None:
    heading = f"### {program.name}\n" if program.version else "## Our kit\n"
    chapter = DOCUMENTED.partition(heading)[2].partition("```")[0]
    assert f"`{program.install}`" in chapter
    assert program.version in chapter


def test_the_page_shows_the_programs_at_the_address_that_the_installation_is_told_to_have(
    app: Flask, ada: FlaskClient, settings: Settings
) -> None:
    address = "https://processes.example.org"
    app.config[KEY] = replace(settings, base_url=f"{address}/")
    page = ada.get(PAGE).text
    assert shown(page) == [text.replace("https://HOST", address) for _, text in _FENCED.findall(DOCUMENTED)]
    assert "https://HOST" not in page
    assert f"{address}/engine-rest and HTTP Basic" in page


def test_each_program_has_a_button_that_copies_it_and_says_which(ada: FlaskClient) -> None:
    page = ada.get(PAGE).text
    buttons = re.findall(r'data-copy="([^"]+)" aria-label="([^"]+)"', page)
    assert [name for _, name in buttons] == ["Copy: Our kit", *(f"Copy: {one.name}" for one in PROGRAMS[1:])]
    assert [target for target, _ in buttons] == re.findall(r'<pre id="([^"]+)"', page)


def test_an_installation_that_is_told_no_address_has_the_one_it_was_asked_at(ada: FlaskClient) -> None:
    page = ada.get(PAGE, base_url="https://here.example.org").text
    assert all("https://here.example.org" in text for text in shown(page))


@pytest.mark.parametrize("address", ["/account", "/account/tokens"])
def test_the_page_and_ones_tokens_lead_to_each_other(ada: FlaskClient, address: str) -> None:
    assert f'href="{PAGE}"' in ada.get(address).text
    assert 'href="/account/tokens"' in ada.get(PAGE).text


def test_whoever_may_not_do_external_tasks_is_told_whom_to_ask(ada: FlaskClient) -> None:
    page = ada.get(PAGE).text
    assert "which you do not have" in page
    assert "Ask an administrator" in page


def test_an_administrator_adds_a_program_that_may(app: Flask) -> None:
    stuck.settle(app)
    page = sign_in(app, "katherine").get(PAGE).text
    assert 'href="/administration/tokens/program"' in page
    assert "Ask an administrator" not in page
