"""Search: everything one may see and nothing else."""

from flask import Flask
from flask.testing import FlaskClient

from tests.web.purchases import ask, sign_in


def test_a_request_is_found_by_number_and_title(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        instance_id = ask()
    for words in ("pr-1001", "laptop"):
        assert f'href="/instances/{instance_id}"' in ada.get(f"/search?q={words}").get_data(as_text=True)


def test_a_stranger_does_not_find_it(app: Flask) -> None:
    with app.app_context():
        ask()
    text = sign_in(app, "mallory").get("/search?q=laptop").get_data(as_text=True)
    assert "Three laptops" not in text
    assert "Nothing fits" in text


def test_the_palette_gets_a_part_of_a_page(app: Flask, ada: FlaskClient) -> None:
    text = ada.get("/search?q=grac", headers={"HX-Request": "true"}).get_data(as_text=True)
    assert "<html" not in text
    assert "<h3>People</h3>" in text


def test_a_percent_sign_is_searched_as_it_stands(app: Flask, ada: FlaskClient) -> None:
    with app.app_context():
        ask()
    assert "Three laptops" not in ada.get("/search?q=%25%25").get_data(as_text=True)
