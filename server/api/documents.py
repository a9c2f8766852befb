"""openapi.json, asyncapi.json and /docs, made from the server's own types."""

import html
import json
import re
from collections.abc import Sequence
from typing import Any, get_args

import msgspec
from starlette.responses import Response

from server import __version__
from server.api.call import Call
from server.api.operation import Operation
from server.api.problems import STATUSES, title
from server.core.events import AnyEvent
from server.wire.frames import ClientFrame, ServerFrame
from server.wire.messages import CODES

SCHEMAS = "#/components/schemas/{name}"
SUBPROTOCOLS = ("sanfang.v1.json", "sanfang.v1.msgpack")
CLOSES = {
    "1007": "invalid UTF-8",
    "1009": "a frame is too large",
    "1011": "no pong in time",
    "1012": "the server restarts; come back after the hint",
    "1013": "too slow a reader, or overload; come back with back-off and resume",
    "4400": "not a conversation",
    "4401": "token missing, bad or expired",
    "4403": "identity was locked or its role lost",
    "4408": "no hello in time",
    "4426": "client below the hard minimum (R18)",
    "4429": "far above the rate limit, or too many sockets of one identity",
}
PROBLEM = {
    "type": "object",
    "required": ["type", "title", "status", "code", "retryable"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "retryable": {"type": "boolean"},
        "detail": {"type": "string"},
        "retry_after_ms": {"type": "integer"},
        "details": {"type": "object"},
    },
}


def openapi(operations: Sequence[Operation]) -> dict[str, Any]:
    """The HTTP interface as OpenAPI 3.1."""
    types = [kind for o in operations for kind in (o.body, o.answer) if kind is not None]
    schemas, components = msgspec.json.schema_components(types, ref_template=SCHEMAS)
    of_type = dict(zip(map(id, types), schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        described = _described(operation, of_type)
        paths.setdefault(operation.path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {"title": "sanfang", "version": __version__},
        "paths": paths,
        "components": {
            "schemas": components | {"Problem": PROBLEM},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def asyncapi() -> dict[str, Any]:
    """The WebSocket interface as AsyncAPI 3: frames, events, error codes, closes."""
    sent, received = get_args(ServerFrame), get_args(ClientFrame)
    events = get_args(AnyEvent)
    kinds = (*received, *sent, *events)
    schemas, components = msgspec.json.schema_components(kinds, ref_template=SCHEMAS)
    of_kind = dict(zip(kinds, schemas, strict=True))
    messages = {
        f"{side}.{_tag(kind)}": {
            "name": _tag(kind),
            "summary": _first_line(kind),
            "payload": of_kind[kind],
        }
        for side, frames in (("client", received), ("server", sent))
        for kind in frames
    }
    channel = {name: {"$ref": f"#/components/messages/{name}"} for name in messages}
    return {
        "asyncapi": "3.0.0",
        "info": {"title": "sanfang", "version": __version__},
        "defaultContentType": "application/json",
        "channels": {
            "socket": {
                "address": "/ws",
                "description": f"Sub-protocols: {', '.join(SUBPROTOCOLS)}",
                "messages": channel,
            }
        },
        "operations": {
            "fromClient": _direction("receive", [n for n in messages if n.startswith("client.")]),
            "toClient": _direction("send", [n for n in messages if n.startswith("server.")]),
        },
        "components": {"messages": messages, "schemas": components},
        "x-events": {_tag(kind): of_kind[kind] for kind in events},
        "x-errors": {code: title(code, "en") for code in sorted(CODES)},
        "x-closes": CLOSES,
    }


def page(operations: Sequence[Operation]) -> str:
    """Both interfaces for people, in one page that loads nothing."""
    rows = "".join(
        f"<tr><td><code>{o.method}</code></td><td><code>{html.escape(o.path)}</code></td>"
        f"<td>{html.escape(o.summary)}</td><td>{html.escape(o.who)}</td></tr>"
        for o in operations
    )
    frames = "".join(
        f"<h2>{title}</h2><table><tr><th>type<th>what</tr>{_frame_rows(kinds)}</table>"
        for title, kinds in (
            ("Frames from the client", get_args(ClientFrame)),
            ("Frames to the client", get_args(ServerFrame)),
            ("Events", get_args(AnyEvent)),
        )
    )
    # Where the `type` of a problem leads.
    errors = "".join(
        f'<tr id="{code}"><td><code>{code}</code><td>{status}<td>{html.escape(title(code, "en"))}'
        for code, status in STATUSES.items()
    )
    closes = "".join(f"<tr><td><code>{c}</code><td>{html.escape(t)}" for c, t in CLOSES.items())
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>sanfang: the interface</title>'
        '<meta name="viewport" content="width=device-width"><style>'
        "body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem}"
        "td,th{text-align:left;padding:.2rem .8rem .2rem 0;vertical-align:top}"
        "table{border-collapse:collapse}tr{border-bottom:1px solid #8884}"
        ":root{color-scheme:light dark}</style><h1>sanfang</h1>"
        '<p><a href="openapi.json">openapi.json</a> · <a href="asyncapi.json">asyncapi.json</a></p>'
        f"<h2>HTTP</h2><table><tr><th>method<th>path<th>what<th>who</tr>{rows}</table>"
        f"{frames}<h2>Errors</h2><table><tr><th>code<th>status<th>text</tr>{errors}</table>"
        f"<h2>Closes</h2><table><tr><th>code<th>meaning</tr>{closes}</table>"
    )


def operations(of: Sequence[Operation]) -> tuple[Operation, ...]:
    """The endpoints that serve the documents of these operations."""
    media = {"/openapi.json": "application/json", "/asyncapi.json": "application/json"}
    served = {
        "/openapi.json": json.dumps(openapi(of), ensure_ascii=False),
        "/asyncapi.json": json.dumps(asyncapi(), ensure_ascii=False),
        "/docs": page(of),
    }

    def endpoint(path: str) -> Operation:
        async def serve(_: Call) -> Response:
            return Response(served[path], media_type=media.get(path, "text/html"))

        return Operation(
            method="GET", path=path, endpoint=serve, summary="The interface", who="everybody"
        )

    return tuple(map(endpoint, served))


def _described(operation: Operation, schemas: dict[int, Any]) -> dict[str, Any]:
    parameters = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    parameters += [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string"}}
        for name, text in operation.query.items()
    ]
    answer: dict[str, Any] = {"description": "Done"}
    if operation.answer is not None:
        answer["content"] = {"application/json": {"schema": schemas[id(operation.answer)]}}
    described: dict[str, Any] = {
        "summary": operation.summary,
        "description": f"For: {operation.who}",
        "parameters": parameters,
        "responses": {
            "200": answer,
            "default": {
                "description": "Refused",
                "content": {
                    "application/problem+json": {"schema": {"$ref": SCHEMAS.format(name="Problem")}}
                },
            },
        },
    }
    if operation.body is not None:
        content = {operation.body_media: {"schema": schemas[id(operation.body)]}}
        described["requestBody"] = {"required": True, "content": content}
    if not operation.who.startswith("everybody,") and operation.who != "everybody":
        described["security"] = [{"token": []}]
    return described


def _direction(action: str, names: Sequence[str]) -> dict[str, Any]:
    channel = "#/channels/socket"
    return {
        "action": action,
        "channel": {"$ref": channel},
        "messages": [{"$ref": f"{channel}/messages/{name}"} for name in names],
    }


def _tag(kind: Any) -> str:
    return str(kind.__struct_config__.tag)


def _first_line(kind: Any) -> str:
    return (kind.__doc__ or "").strip().split("\n")[0]


def _frame_rows(kinds: Sequence[Any]) -> str:
    return "".join(
        f"<tr><td><code>{_tag(kind)}</code><td>{html.escape(_first_line(kind))}" for kind in kinds
    )
