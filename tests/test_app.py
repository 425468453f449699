"""The wiring: routes are compiled as far as they are used."""

from pathlib import Path

from werkzeug.routing import Map

from server.app import UnbuiltRule, create_app
from server.settings import Settings


def test_the_address_of_a_route_is_built_as_if_it_had_been_compiled_at_the_start(tmp_path: Path) -> None:
    app = create_app(Settings(database_url=f"sqlite:///{tmp_path}/procession.sqlite", files_path=tmp_path))
    rules = list(app.url_map.iter_rules())
    assert {type(rule) for rule in rules} == {UnbuiltRule}
    with app.test_request_context():
        first = app.url_for("user_task.page", user_task_id="7 & 8", tab="mine")
        assert first == app.url_for("user_task.page", user_task_id="7 & 8", tab="mine"), "the second time too"
    assert first.endswith("/user-tasks/7%20&%208?tab=mine")


def test_a_value_of_an_address_may_have_any_name() -> None:
    rule = UnbuiltRule("/<rule>/<self>", endpoint="page")
    built = Map([rule]).bind("localhost").build("page", {"rule": "a", "self": "b", "append_unknown": "c"})
    assert built == "/a/b?append_unknown=c"
