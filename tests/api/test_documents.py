"""What a stranger finds: health, metrics, documents, pages, problems."""

import re
from typing import Any, get_args

import pytest

from server.api.routes import OPERATIONS
from server.core.events import AnyEvent
from server.wire.frames import ClientFrame, ServerFrame
from server.wire.messages import CODES
from tests.api.running import Api, joined


def tags(union: Any) -> set[str]:
    return {kind.__struct_config__.tag for kind in get_args(union)}


def references(document: Any) -> set[str]:
    """Every `$ref` in a document."""
    if isinstance(document, dict):
        found = {document["$ref"]} if isinstance(document.get("$ref"), str) else set()
        return found.union(*map(references, document.values()))
    if isinstance(document, list):
        return set().union(*map(references, document))
    return set()


def resolves(document: Any, reference: str) -> bool:
    place = document
    for part in reference.removeprefix("#/").split("/"):
        if part not in place:
            return False
        place = place[part]
    return True


@pytest.mark.parametrize("path", ["/livez", "/readyz"])
def test_a_server_that_runs_is_alive_and_ready(nobody: Api, path: str):
    reply = nobody.get(path)
    assert (reply.status, reply.json) == (200, {"status": "ok"})


def test_metrics_count_frames_requests_and_commits(nobody: Api, buyer: Api):
    with joined(buyer) as socket:
        socket.ask(type="open_room", shop="s-1")
        reply = nobody.get("/metrics")
    assert reply.headers["content-type"].startswith("text/plain")
    text = reply.body.decode()
    assert 'sanfang_frames_total{direction="in",type="open_room"}' in text
    assert 'sanfang_frames_total{direction="out",type="welcome"}' in text
    assert 'sanfang_members{role="buyer"} 1.0' in text
    assert re.search(r"sanfang_commit_units_count [1-9]", text)
    assert re.search(r"sanfang_rooms [1-9]", text)
    assert 'sanfang_waiting{carrier="sto"} 0.0' in text


def test_openapi_lists_every_operation_and_each_reference_resolves(nobody: Api):
    document = nobody.get("/openapi.json").json
    assert document["openapi"].startswith("3.1")
    listed = {(m.upper(), path) for path, item in document["paths"].items() for m in item}
    assert listed == {(o.method, o.path) for o in OPERATIONS}
    assert all(resolves(document, reference) for reference in references(document))
    body = document["paths"]["/api/v1/orders/{order}"]["put"]["requestBody"]
    assert references(body) == {"#/components/schemas/OrderBody"}
    assert document["components"]["schemas"]["OrderBody"]["required"] == [
        "shop",
        "buyer",
        "status",
        "placed_at",
    ]


def test_asyncapi_lists_every_frame_and_event_and_each_reference_resolves(nobody: Api):
    document = nobody.get("/asyncapi.json").json
    assert document["asyncapi"].startswith("3.")
    names = set(document["components"]["messages"])
    assert {n.removeprefix("client.") for n in names if n.startswith("client.")} == tags(
        ClientFrame
    )
    assert {n.removeprefix("server.") for n in names if n.startswith("server.")} == tags(
        ServerFrame
    )
    assert set(document["x-events"]) == tags(AnyEvent)
    assert set(document["x-errors"]) == CODES
    assert set(document["x-closes"]) >= {"1009", "4400", "4429"}
    # A message's name has a dot and no slash, so a reference can be followed part by part.
    assert all(resolves(document, reference) for reference in references(document))
    assert len(document["operations"]["fromClient"]["messages"]) == len(tags(ClientFrame))


def test_docs_show_every_operation_and_load_nothing(nobody: Api):
    reply = nobody.get("/docs")
    assert reply.headers["content-type"].startswith("text/html")
    text = reply.body.decode()
    assert all(operation.path in text for operation in OPERATIONS)
    assert "<script" not in text
    assert "http" not in text.lower().replace("<h2>http</h2>", "").replace(" http ", "")


def test_an_unknown_path_is_a_problem_in_the_readers_language(nobody: Api):
    for language, title in (("en", "Not found"), ("zh-CN,en;q=0.5", "未找到"), ("", "未找到")):
        reply = nobody.get("/api/v1/nothing", **{"accept-language": language})
        assert reply.headers["content-type"] == "application/problem+json"
        assert b'id="not_found"' in nobody.get("/docs").body
        assert reply.json == {
            "type": "/docs#not_found",
            "title": title,
            "status": 404,
            "code": "not_found",
            "retryable": False,
        }


def test_a_wrong_method_says_which_are_right(nobody: Api):
    reply = nobody.call("DELETE", "/api/v1/rollout")
    assert reply.status == 405
    assert {name.strip() for name in reply.headers["allow"].split(",")} == {"GET", "HEAD", "PUT"}
    assert reply.headers["content-type"] == "application/problem+json"


def test_head_is_answered_as_get_without_a_body(nobody: Api):
    reply = nobody.call("HEAD", "/livez")
    assert (reply.status, reply.body) == (200, b"")


@pytest.mark.parametrize("path", ["/", "/livez", "/api/v1/nothing"])
def test_every_answer_tells_browsers_to_be_careful(nobody: Api, path: str):
    headers = nobody.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert "script-src 'self'" in headers["content-security-policy"]
    assert "server" not in headers


@pytest.mark.parametrize("token", ["Bearer nonsense", "Basic abc", "Bearer", ""])
def test_a_bad_token_is_unauthorized(nobody: Api, token: str):
    reply = nobody.get("/api/v1/rollout", authorization=token)
    assert (reply.status, reply.json["code"]) == (401, "unauthorized")


def test_pages_are_served_with_their_types_and_are_asked_for_again(nobody: Api):
    page = nobody.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert page.headers["cache-control"] == "no-cache"
    script = re.search(rb'<script type="module" src="\./([^"]+)"', page.body)
    assert script is not None
    reply = nobody.get(f"/{script[1].decode()}")
    assert reply.headers["content-type"] == "text/javascript; charset=utf-8"
    again = nobody.get("/", **{"if-none-match": page.headers["etag"]})
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/../pyproject.toml", "/%2e%2e/pyproject.toml", "/..%2fserver/app.py"]
)
def test_nothing_outside_the_pages_is_served(nobody: Api, path: str):
    assert nobody.get(path).status == 404
