"""A bare relay on Starlette's WebSocketRoute under uvicorn, written as tutorials write it.

Nothing is checked or kept. It has what makes it fast: uvloop, the sans-I/O protocol, no deflate, no
pings, one encoding for all three. Prints `listening on http://…`; the query names the room.
"""

import json
import signal
import sys
import time
from collections import defaultdict
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

rooms: defaultdict[str, list[WebSocket]] = defaultdict(list)
heads: defaultdict[str, int] = defaultdict(int)


async def relay(websocket: WebSocket) -> None:
    """One socket of a room."""
    room = websocket.url.query
    await websocket.accept(subprotocol="sanfang.v1.json")
    rooms[room].append(websocket)
    try:
        while True:
            posted = json.loads(await websocket.receive_text())
            event = event_of(room, posted)
            text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
            for member in rooms[room]:
                await member.send_text(text)
    except WebSocketDisconnect:
        pass
    finally:
        rooms[room].remove(websocket)


def event_of(room: str, posted: dict[str, Any]) -> dict[str, Any]:
    """What everybody gets of it."""
    heads[room] += 1
    return {
        "type": "event",
        "room": room,
        "seq": heads[room],
        "at": time.time_ns() // 1_000_000,
        "by": {"role": "buyer", "id": "b-1", "name": "买家"},
        "event": {"kind": "message_posted", "body": posted["body"]},
        "phase": "three_party",
        "ref": posted["ref"],
    }


class Server(uvicorn.Server):
    """uvicorn that says where it listens and ends quietly."""

    async def startup(self, sockets: Any = None) -> None:
        await super().startup(sockets)
        port = self.servers[0].sockets[0].getsockname()[1]
        print(f"listening on http://127.0.0.1:{port}", flush=True)


def main() -> None:
    """Serve until SIGTERM."""
    app = Starlette(routes=[WebSocketRoute("/ws", relay)])
    config = uvicorn.Config(
        app,
        port=0,
        log_level="critical",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        timeout_graceful_shutdown=1,
        backlog=4096,
    )
    # uvicorn raises the signal again at its end; here that is an end like any other.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    Server(config).run()


if __name__ == "__main__":
    main()
