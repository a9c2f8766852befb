"""A bare relay on picows: decode, encode once, three writes. Nothing is checked or kept.

The practical limit of Python. Prints `listening on http://…`; the path's query names the room.
"""

import asyncio
import signal
import time
from collections import defaultdict
from typing import Any

import msgspec
import uvloop
from picows import WSFrame, WSListener, WSMsgType, WSTransport, WSUpgradeRequest, ws_create_server

rooms: defaultdict[str, list[WSTransport]] = defaultdict(list)
heads: defaultdict[str, int] = defaultdict(int)
decode = msgspec.json.Decoder().decode
encode = msgspec.json.Encoder().encode


class Member(WSListener):
    """One socket of a room."""

    def __init__(self, room: str) -> None:
        self._room = room

    def on_ws_connected(self, transport: WSTransport) -> None:
        rooms[self._room].append(transport)

    def on_ws_disconnected(self, transport: WSTransport) -> None:
        rooms[self._room].remove(transport)

    def on_ws_frame(self, transport: WSTransport, frame: WSFrame) -> None:
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code())
            transport.disconnect()
            return
        posted = decode(frame.get_payload_as_memoryview())
        data = encode(event_of(self._room, posted))
        for member in rooms[self._room]:
            member.send(WSMsgType.TEXT, data)


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


async def main() -> None:
    """Serve until SIGTERM."""

    def accept(request: WSUpgradeRequest) -> Member:
        return Member(request.path.decode().partition("?")[2])

    server = await ws_create_server(accept, "127.0.0.1", 0)
    print(f"listening on http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    await stopped.wait()
    server.close()


if __name__ == "__main__":
    uvloop.run(main())
