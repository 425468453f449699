"""Pages in the language of whoever reads them: the account's, else the browser's, else the installation's."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment, TemplateAssertionError

from server.app import create_app
from server.commands import user_tasks
from server.settings import Settings, read_settings
from server.web.moments import ago_text, day_text, due_chip, duration_text, in_text, moment_text, size_text
from server.web.words import speak
from tests.web.purchases import PASSWORD, actor, ask, sign_in
from tests.web.test_user_task import user_task_of

GERMAN = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def in_language(browser: FlaskClient, code: str) -> FlaskClient:
    answer = browser.post("/account", data={"name": "Ada", "zone": "Europe/Berlin", "language": code})
    assert answer.status_code == 303
    return browser


@pytest.mark.parametrize(
    ("accepted", "heading", "lang"),
    [
        ("de-AT,de;q=0.9,en;q=0.5", "<h1>Anmelden</h1>", "de"),
        ("fr-CA", "<h1>Se connecter</h1>", "fr"),
        ("en-GB,de;q=0.1", "<h1>Sign in</h1>", "en"),
        ("tlh", "<h1>Sign in</h1>", "en"),
        ("*;q=odd,;;", "<h1>Sign in</h1>", "en"),
    ],
)
def test_the_sign_in_page_is_in_the_language_of_the_browser(app: Flask, accepted: str, heading: str, lang: str) -> None:
    text = app.test_client().get("/sign-in", headers={"Accept-Language": accepted}).text
    assert heading in text
    assert f'<html lang="{lang}"' in text


def test_a_template_is_compiled_for_each_language_without_looking_its_words_up(app: Flask) -> None:
    templates = app.jinja_env
    for _turn in range(2):
        for code, heading in (("en", "Sign in"), ("de", "Anmelden"), ("fr", "Se connecter")):
            speak(code)
            assert f"<h1>{heading}</h1>" in compiled(templates, "signin.html")
    speak("en")


def compiled(templates: Environment, name: str) -> str:
    """The code that a template became, in the language that is spoken."""
    of = templates.get_template(name).environment
    source, *_rest = of.loader.get_source(of, name) if of.loader else ("",)
    code = of.compile(source, name, raw=True)
    assert "gettext" not in code.replace("ngettext", "")
    return code


def test_what_is_put_into_a_sentence_of_a_template_is_escaped(app: Flask) -> None:
    speak("de")
    template = app.jinja_env.get_template("signin.html").environment.from_string(
        "{% autoescape true %}{{ _('Search for %(text)s', text=given) }}{% endautoescape %}"
    )
    assert "&lt;b&gt;" in template.render(given="<b>")
    speak("en")


def test_what_a_template_says_is_a_literal(app: Flask) -> None:
    environment = app.jinja_env.get_template("signin.html").environment
    with pytest.raises(TemplateAssertionError, match="literal"):
        environment.from_string("{{ _(said) }}")


def test_a_browser_that_asks_for_nothing_gets_the_language_of_the_installation(settings: Settings) -> None:
    app = create_app(replace(settings, language="fr"))
    assert "<h1>Se connecter</h1>" in app.test_client().get("/sign-in").text


def test_a_language_that_does_not_ship_is_no_setting() -> None:
    with pytest.raises(Exception, match="PROCESSION_LANGUAGE is 'tlh'; write one of en, de, fr"):
        read_settings({"PROCESSION_LANGUAGE": "tlh"})


def test_the_language_of_the_account_wins_over_that_of_the_browser(ada: FlaskClient) -> None:
    in_language(ada, "fr")
    text = ada.get("/account", headers=GERMAN).text
    assert "<h1>Mon compte</h1>" in text
    assert '<option value="fr" lang="fr" selected>Français</option>' in text
    in_language(ada, "")
    assert "<h1>Mein Konto</h1>" in ada.get("/account", headers=GERMAN).text


def test_a_language_that_is_not_there_is_refused_beside_the_field(ada: FlaskClient) -> None:
    answer = ada.post("/account", data={"name": "Ada", "zone": "UTC", "language": "tlh"})
    assert answer.status_code == 422
    assert "There is no language tlh here." in answer.text


def test_one_persons_language_does_not_colour_the_next_answer(app: Flask, ada: FlaskClient) -> None:
    in_language(ada, "de")
    assert "<h1>Mein Konto</h1>" in ada.get("/account").text
    assert "<h1>Sign in</h1>" in app.test_client().get("/sign-in").text


def test_a_refusal_is_told_in_the_language_of_the_reader_with_its_values(ada: FlaskClient) -> None:
    in_language(ada, "de")
    answer = ada.post("/account", data={"name": "Ada", "zone": "<b>Mars</b>/Olympus", "language": "de"})
    assert "Die Zeitzone &lt;b&gt;Mars&lt;/b&gt;/Olympus gibt es nicht." in answer.text
    assert "Unter dieser Adresse gibt es nichts" in ada.get("/nowhere").text


def test_a_refused_form_tells_its_fields_in_the_language_of_the_reader(app: Flask, grace: FlaskClient) -> None:
    with app.app_context():
        task = user_task_of(ask())
    in_language(grace, "de")
    answer = grace.post(
        f"/user-tasks/{task}/submit",
        json={"values": {"approved": True, "why": ""}},
        headers={"Accept": "application/json"},
    )
    assert answer.status_code == 422
    assert answer.get_json()["problems"][0]["text"] == "„Reason“ ist erforderlich. Schreiben Sie etwas."


def test_a_notice_is_read_in_the_language_of_whoever_is_told(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        user_tasks.ask_back(actor("grace"), user_task_of(ask()), "Which 100%?")
    assert re.search(r"Grace asks about PR-\d+: Which 100%\?", ada.get("/notices").text)
    assert re.search(r"Grace fragt zu PR-\d+: Which 100%\?", in_language(ada, "de").get("/notices").text)


@pytest.mark.parametrize("code", ["de", "fr"])
def test_what_an_analyst_wrote_stays_as_it_is_written(app: Flask, grace: FlaskClient, code: str) -> None:
    with app.app_context():
        task = user_task_of(ask())
    text = in_language(grace, code).get(f"/user-tasks/{task}").text
    assert "<h1>Approve purchase: Three laptops</h1>" in text
    assert "Check the <em>cost centre</em>." in text


def test_islands_find_their_words_on_a_page_that_is_not_english(grace: FlaskClient) -> None:
    assert 'id="words"' not in grace.get("/inbox").text
    text = in_language(grace, "de").get("/inbox").text
    assert '"Draft saved %(time)s": "Entwurf gespeichert %(time)s"' in text


def test_the_audit_trail_is_told_in_the_language_of_the_reader_and_its_file_in_english(
    app: Flask, ada: FlaskClient
) -> None:
    with app.app_context():
        instance_id = ask()
    in_language(ada, "de")
    page, file = ada.get(f"/instances/{instance_id}").text, ada.get(f"/instances/{instance_id}/trail.csv").text
    assert "Begonnen bei Asked" in page
    assert "Began at Asked" in file


@pytest.fixture
def german() -> None:
    speak("de")


@pytest.mark.usefixtures("german")
def test_moments_durations_and_sizes_are_german() -> None:
    day = timedelta(days=1)
    assert moment_text(NOON, UTC) == "20.11.2026 12:00"
    assert day_text(NOON + 3 * day, UTC) == "Mo 23.11.2026"
    assert [duration_text(day), duration_text(2 * day)] == ["1 Tag", "2 Tage"]
    assert [ago_text(NOON - 2 * day, NOON), in_text(NOON + 2 * day, NOON)] == ["vor 2 Tagen", "in 2 Tagen"]
    assert due_chip(NOON - 2 * day, NOON, UTC).text == "Seit 2 Tagen überfällig"
    assert size_text(3 * 1024 * 1024 + 500_000) == "3,5 MB"


@pytest.fixture(autouse=True)
def english_again() -> object:
    yield
    speak("en")


def test_signing_in_again_goes_on_in_the_persons_language(app: Flask, ada: FlaskClient) -> None:
    in_language(ada, "de")
    other = app.test_client()
    other.post("/sign-in", data={"name": "ada", "password": PASSWORD})
    assert '<html lang="de"' in other.get("/inbox").text
    assert '<html lang="en"' in sign_in(app, "grace").get("/inbox").text
