"""Webhooks: other systems report to processes, prove who they are, and are told in one form what is wrong."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from server import clock
from server.commands import deployments, secrets, webhooks
from server.commands.webhooks import Wanted
from server.database import db
from server.identity.actor import CONSOLE
from server.identity.sealing import new_key, seal_of
from server.identity.signing import new_signing_secret, signatures
from server.records.webhook import WebhookCall
from server.runtime import forgetting
from server.settings import Settings
from server.workers.loop import work_once
from tests import databases
from tests.api.house import Program, program
from tests.api.webhook_models import OTHERS, orders

HERE = "/webhooks"


@pytest.fixture(autouse=True)
def _models(app: Flask) -> Iterator[None]:
    with app.app_context():
        deployments.deploy(CONSOLE, [("orders.bpmn", orders()), ("others.bpmn", OTHERS.encode())])
        yield


def opened(asking: Program, element: str = "placed", process: str = "orders", **more: Any) -> dict[str, Any]:
    body = {"process_key": process, "element_key": element, "name": "Shop"} | more
    answer = asking.post(HERE, body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json
    return found


def call(app: Flask, webhook: dict[str, Any], payload: Any, key: str = "call-1", ago: float = 0, **headers: str) -> Any:
    """A call, signed *ago* seconds ago; `content_type` and others may be said otherwise."""
    body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    stamp = int(clock.now().timestamp() - ago)
    signed = {
        "webhook-id": key,
        "webhook-timestamp": str(stamp),
        "webhook-signature": signatures([webhook["secret"]], key, stamp, body),
        "content-type": "application/json",
    }
    given = signed | {name.replace("_", "-"): value for name, value in headers.items()}
    return app.test_client().post(f"/hooks/{webhook['address']}", data=body, headers=given)


def instance(asking: Program, instance_id: str) -> dict[str, Any]:
    found: dict[str, Any] = asking.get(f"/process-instances/{instance_id}").json
    return found


def test_a_signed_call_starts_a_process_at_its_message(app: Flask, katherine: Program, alan: Program) -> None:
    webhook = opened(katherine, business_key="order")
    answer = call(app, webhook, {"order": "O-1", "lines": [{"sku": 7}]})
    assert answer.status_code == 200, answer.text
    found = instance(alan, answer.json["instance_id"])
    assert (found["process_key"], found["business_key"]) == ("orders", "O-1")
    variables = alan.get(f"/process-instances/{found['id']}/variables").json["variables"]
    assert variables["lines"] == [{"sku": 7}]


def test_a_call_at_a_plain_start_gives_the_variables_that_it_maps(
    app: Flask, katherine: Program, alan: Program
) -> None:
    webhook = opened(katherine, "typed", variables={"order": "= payload.id", "total": "sum(prices)"})
    answer = call(app, webhook, {"id": "O-2", "prices": [1, 2.5], "noise": True})
    found = alan.get(f"/process-instances/{answer.json['instance_id']}/variables").json["variables"]
    assert found == {"order": "O-2", "total": {"$decimal": "3.5"}}


def test_a_call_reaches_the_instance_that_waits_with_its_key(app: Flask, katherine: Program, alan: Program) -> None:
    placing, paying = opened(katherine, business_key="order"), opened(katherine, "wait", correlation_key="about.order")
    first, second = (
        call(app, placing, {"order": number}, f"c{number}").json["instance_id"] for number in ("O-1", "O-2")
    )
    answer = call(app, paying, {"about": {"order": "O-2"}, "amount": 12})
    assert (answer.status_code, answer.json["instance_id"]) == (200, second)
    assert [one["element_key"] for one in alan.get(f"/process-instances/{second}/tokens").json["items"]] == ["pack"]
    assert [one["element_key"] for one in alan.get(f"/process-instances/{first}/tokens").json["items"]] == ["wait"]


def test_a_message_that_comes_too_early_waits(app: Flask, katherine: Program) -> None:
    answer = call(app, opened(katherine, "wait", correlation_key="order"), {"order": "O-9"})
    assert (answer.status_code, answer.json["instance_id"]) == (200, None)


def test_a_webhook_reaches_its_own_process_only(app: Flask, katherine: Program, alan: Program) -> None:
    begun = program(app, "ada").post("/process-instances", {"process_key": "others"}).json["instance_id"]
    call(app, opened(katherine, "wait"), {"order": "O-1"})
    assert instance(alan, begun)["state"] == "active"


def test_the_same_call_is_taken_once(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine)
    first, second = (call(app, webhook, {"order": "O-1"}).json for _ in range(2))
    assert second == first | {"repeated": True}
    assert [one["repeats"] for one in katherine.get(f"{HERE}/{webhook['id']}/calls").json["items"]] == [1]


def test_a_call_that_was_refused_may_come_again_under_its_key(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine, business_key="order")
    assert call(app, webhook, {"no": 1}).status_code == 422
    assert call(app, webhook, {"order": "O-1"}).status_code == 200


def test_a_key_may_stand_in_a_header_of_the_senders_own(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine, key_header="X-Delivery")
    answers = [call(app, webhook, {"order": "O-1"}, f"c{n}", x_delivery="same").json["repeated"] for n in range(2)]
    assert answers == [False, True]


@pytest.mark.parametrize(
    ("ago", "headers", "words"),
    [
        (301, {}, "more than 300 seconds"),
        (-301, {}, "more than 300 seconds"),
        (0, {"webhook_signature": "v1,AAAA"}, "does not fit"),
        (0, {"webhook_signature": ""}, "Sign it"),
        (0, {"webhook_id": "another"}, "does not fit"),
        (0, {"webhook_timestamp": "soon"}, "number of seconds"),
    ],
)
@databases.ONLY_SQLITE
def test_what_is_not_signed_just_now_is_refused(
    app: Flask, katherine: Program, ago: float, headers: dict[str, Any], words: str
) -> None:
    answer = call(app, opened(katherine), {"order": "O-1"}, ago=ago, **headers)
    assert (answer.status_code, answer.json["type"]) == (401, "urn:procession:problem:not-authenticated")
    assert words in answer.json["detail"]


@databases.ONLY_SQLITE
def test_a_body_that_was_changed_on_the_way_is_refused(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine)
    stamp = str(int(clock.now().timestamp()))
    signed = signatures([webhook["secret"]], "c1", int(stamp), b'{"order": 1}')
    headers: dict[str, Any] = {"webhook_id": "c1", "webhook_timestamp": stamp, "webhook_signature": signed}
    assert call(app, webhook, b'{"order": 2}', **headers).status_code == 401


def test_a_token_opens_a_webhook_that_is_for_tokens(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine, verification="token", token_header="X-Gitlab-Token", secret="a-token-of-the-sender")
    client = app.test_client()
    answers = [
        client.post(f"/hooks/{webhook['address']}", json={"order": 1}, headers={"X-Gitlab-Token": token}).status_code
        for token in ("a-token-of-the-sender", "another-token-of-it", "")
    ]
    assert answers == [200, 401, 401]


def test_a_bearer_token_stands_in_the_usual_header(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine, verification="token")
    headers = {"Authorization": f"Bearer {webhook['secret']}"}
    assert app.test_client().post(f"/hooks/{webhook['address']}", json={}, headers=headers).status_code == 200


def test_a_payload_is_held_against_the_schema(app: Flask, katherine: Program) -> None:
    schema = {"type": "object", "required": ["order"], "properties": {"lines": {"items": {"type": "integer"}}}}
    answer = call(app, opened(katherine, payload_schema=json.dumps(schema)), {"order": 1, "lines": [1, "x"]})
    assert answer.status_code == 422
    assert answer.json["problems"] == [{"pointer": "/lines/1", "detail": "'x' is not of type 'integer'."}]


@databases.ONLY_SQLITE
@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (b"{", "application/json", 422),
        (b'{"order": NaN}', "application/json", 422),
        (b'{"order": "a\\u0000b"}', "application/json", 422),
        (b'{"order": "a\\ud83db"}', "application/json", 422),
        (b'{"order": "a\\ud83d\\ude00b"}', "application/json", 200),
        (b"\xff\xfe", "application/json", 422),
        (b"[" * 100_000, "application/json", 422),
        (b"<order/>", "text/xml", 415),
        (b"order=O-1&x=", "application/x-www-form-urlencoded", 200),
        (b'{"order": 1}', "application/cloudevents+json; charset=utf-8", 200),
        (b'["O-1"]', "application/json", 200),
    ],
)
def test_what_cannot_be_read_is_told_in_the_one_form(
    app: Flask, katherine: Program, body: bytes, media_type: str, status: int
) -> None:
    answer = call(app, opened(katherine), body, content_type=media_type)
    assert answer.status_code == status, answer.text
    assert set(answer.json) >= ({"instance_id"} if status == 200 else {"type", "title", "status", "detail", "problems"})


def test_a_call_that_is_too_large_is_not_read(app: Flask, katherine: Program, settings: Settings) -> None:
    answer = call(app, opened(katherine), b'"' + b"x" * settings.webhook_size + b'"')
    assert answer.status_code == 413


def test_calls_come_at_a_limited_rate(settings: Settings, app: Flask, katherine: Program) -> None:
    webhook = opened(katherine)
    with databases.running(replace(settings, webhook_limit="2 per hour")) as slow:
        answers = [call(slow, webhook, {"order": number}, f"c{number}") for number in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"]


def test_guessing_secrets_is_stopped_soon(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine)
    wrong: dict[str, Any] = {"webhook_signature": "v1,AAAA"}
    assert [call(app, webhook, {}, **wrong).status_code for _ in range(6)] == [401] * 5 + [429]


def test_an_unknown_address_is_not_found_and_only_posts_are_taken(app: Flask) -> None:
    client = app.test_client()
    assert client.post("/hooks/nobody", json={}).status_code == 404
    answer = client.get("/hooks/nobody")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_a_paused_webhook_takes_nothing_until_it_is_resumed(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine)
    katherine.post(f"{HERE}/{webhook['id']}/pause")
    assert call(app, webhook, {"order": 1}).status_code == 409
    katherine.post(f"{HERE}/{webhook['id']}/resumption")
    assert call(app, webhook, {"order": 1}).status_code == 200


def test_a_closed_webhook_is_gone_with_its_log(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine)
    call(app, webhook, {"order": 1})
    assert katherine.delete(f"{HERE}/{webhook['id']}").status_code == 204
    assert call(app, webhook, {"order": 1}).status_code == 404


def test_for_a_day_the_secret_before_is_good_as_well(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine)
    newer = katherine.post(f"{HERE}/{webhook['id']}/secret", {}).json
    assert [call(app, one, {"order": 1}, f"c{n}").status_code for n, one in enumerate((webhook, newer))] == [200, 200]
    clock.freeze(clock.now() + timedelta(hours=25))
    assert [call(app, one, {"order": 1}, f"d{n}").status_code for n, one in enumerate((webhook, newer))] == [401, 200]


def test_a_secret_may_be_given_by_the_sender_if_it_can_sign(katherine: Program) -> None:
    mine = new_signing_secret()
    assert opened(katherine, secret=mine)["secret"] == mine
    body = {"process_key": "orders", "element_key": "placed", "name": "x", "secret": "guess me"}
    answer = katherine.post(HERE, body)
    assert (answer.status_code, answer.json["problems"][0]["pointer"]) == (422, "/secret")


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"element_key": "pack"}, "/element_key"),
        ({"payload_schema": "{"}, "/payload_schema"),
        ({"payload_schema": '{"type": 7}'}, "/payload_schema"),
        ({"business_key": "order +"}, "/business_key"),
        ({"variables": {"a": "= ("}}, "/variables"),
    ],
)
@databases.ONLY_SQLITE
def test_what_cannot_work_is_told_when_it_is_opened(katherine: Program, wrong: dict[str, Any], pointer: str) -> None:
    body = {"process_key": "orders", "element_key": "placed", "name": "Shop"} | wrong
    answer = katherine.post(HERE, body)
    assert (answer.status_code, answer.json["problems"][0]["pointer"]) == (422, pointer), answer.text


def test_a_model_opens_a_webhook_and_a_person_gives_it_its_secret(app: Flask, katherine: Program) -> None:
    model = orders(
        webhook="signature", webhookBusinessKey="order", webhookSchema="{&quot;type&quot;: &quot;object&quot;}"
    )
    for content in (model, model.replace(b"Pack", b"Pack it")):
        deployments.deploy(CONSOLE, [("orders.bpmn", content)])
    [found] = katherine.get(HERE).json["items"]
    assert (found["element_key"], found["has_secret"], found["business_key"]) == ("placed", False, "order")
    guessed = {"address": found["address"], "secret": new_signing_secret()}
    assert "no secret yet" in call(app, guessed, {"order": "O-1"}).json["detail"]
    assert call(app, katherine.post(f"{HERE}/{found['id']}/secret", {}).json, {"order": "O-1"}).status_code == 200


def test_a_model_that_asks_for_an_unknown_way_is_not_deployed(app: Flask) -> None:
    tim = program(app, "tim")
    data = {"file": [(BytesIO(orders(webhook="magic")), "orders.bpmn")]}
    headers = {"Authorization": f"Bearer {tim.secret}"}
    answer = app.test_client().post("/api/v1/deployments", data=data, headers=headers)
    assert (answer.status_code, "signature or token" in answer.text) == (422, True)


def test_every_call_is_logged_without_what_proves_who_sent_it(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine)
    call(app, webhook, {"order": "O-1"}, "good")
    call(app, webhook, {"order": "O-2"}, "forged", webhook_signature="v1,AAAA")
    rows = katherine.get(f"{HERE}/{webhook['id']}/calls").json["items"]
    told = [(one["key"], one["state"], one["status"], one["content"]) for one in rows]
    assert told == [("forged", "refused", 401, None), ("good", "taken", 200, '{"order": "O-1"}')]
    refused = katherine.get(f"{HERE}/{webhook['id']}/calls?state=refused").json["items"]
    assert [one["key"] for one in refused] == ["forged"]


def test_an_analyst_keeps_webhooks_and_does_not_read_what_came(app: Flask, katherine: Program) -> None:
    tim = program(app, "tim")
    webhook = opened(tim)
    call(app, webhook, {"order": "O-1"})
    [row] = tim.get(f"{HERE}/{webhook['id']}/calls").json["items"]
    assert (row["content"], katherine.get(f"{HERE}/calls/{row['id']}").json["content"]) == (None, '{"order": "O-1"}')
    assert tim.post(f"{HERE}/calls/{row['id']}/replay").status_code == 403


def test_a_refused_call_is_replayed_from_the_log_after_the_webhook_was_mended(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine, business_key="number")
    assert call(app, webhook, {"order": "O-1"}).status_code == 422
    [row] = katherine.get(f"{HERE}/{webhook['id']}/calls").json["items"]
    assert katherine.put(f"{HERE}/{webhook['id']}", {"name": "Shop", "business_key": "order"}).status_code == 204
    again = katherine.post(f"{HERE}/calls/{row['id']}/replay")
    assert again.status_code == 200, again.text
    newest = katherine.get(f"{HERE}/calls/{again.json['id']}").json
    assert (newest["replay_of"], newest["instance_id"]) == (row["id"], again.json["instance_id"])


def test_a_call_is_audited_under_the_name_of_its_webhook(app: Flask, katherine: Program) -> None:
    answer = call(app, opened(katherine), {"order": "O-1"})
    rows = program(app, "margaret").get("/audit").json["items"]
    told = next(one for one in rows if one["command"] == "webhooks.receive")
    assert (told["actor"], told["instance_id"]) == ("webhook:Shop", answer.json["instance_id"])


def test_a_suspended_process_takes_no_call(app: Flask, katherine: Program, alan: Program) -> None:
    webhook = opened(katherine)
    definition = katherine.get(f"{HERE}/{webhook['id']}").json["definition_id"]
    alan.post(f"/process-definitions/{definition}/suspension", {"reason": "holidays"})
    assert call(app, webhook, {"order": 1}).status_code == 409


def test_a_webhook_is_changed_only_from_the_revision_that_was_seen(katherine: Program) -> None:
    webhook = opened(katherine)
    seen = katherine.get(f"{HERE}/{webhook['id']}").headers["ETag"]
    own = f"{HERE}/{webhook['id']}"
    answers = [katherine.put(own, {"name": name}, If_Match=seen).status_code for name in ("First", "Second")]
    assert answers == [204, 412]
    assert katherine.get(own).json["name"] == "First"


def test_another_way_of_proving_asks_for_another_secret(app: Flask, katherine: Program) -> None:
    webhook = opened(katherine, verification="token", secret="a-token-of-the-sender")
    katherine.put(f"{HERE}/{webhook['id']}", {"name": "Shop", "verification": "signature"})
    assert katherine.get(f"{HERE}/{webhook['id']}").json["has_secret"] is False


def test_old_calls_are_forgotten(app: Flask, katherine: Program, settings: Settings) -> None:
    call(app, opened(katherine), {"order": 1})
    clock.freeze(clock.now() + forgetting.memory.kept + timedelta(hours=1))
    while work_once(settings, "test", {}):
        pass
    assert db.session.query(WebhookCall).count() == 0


def test_secrets_of_webhooks_are_sealed_anew_with_others(app: Flask, katherine: Program, settings: Settings) -> None:
    from_before = opened(katherine)
    katherine.post(f"{HERE}/{from_before['id']}/secret", {})
    with app.app_context():
        assert secrets.seal_anew(CONSOLE, seal_of(settings)) == 2
    assert call(app, from_before, {"order": 1}).status_code == 200


def test_the_console_opens_one_too(app: Flask, settings: Settings) -> None:
    made = webhooks.open_webhook(CONSOLE, seal_of(settings), "orders", "placed", Wanted("From the console"))
    assert made.secret.startswith("whsec_")


def test_a_webhook_whose_secret_cannot_be_opened_asks_for_patience(
    settings: Settings, app: Flask, katherine: Program
) -> None:
    webhook = opened(katherine)
    with databases.running(replace(settings, secrets_keys=(new_key(),))) as other:
        assert call(other, webhook, {"order": 1}).status_code == 503
