"""A scripted socket: it says what a test tells it and remembers every frame that came.

Nothing here waits for time to pass: `expect` waits for a frame, `fence` for everything that the
server had sent before, and `never` looks at what came up to a fence.
"""

import asyncio
import itertools
import json
from collections.abc import Callable
from typing import Any

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Subprotocol

DEADLINE_S = 20.0  # for a frame that must come; two busy cores are no failure
DUMPED = 6_000  # characters of what did come, where something else was awaited
JSON, MSGPACK = "sanfang.v1.json", "sanfang.v1.msgpack"
REPLIES = {"ack", "error", "history", "explanation"}

Frame = dict[str, Any]
Wanted = Callable[[Frame], bool]
_numbers = itertools.count(1)


class Client:
    """One socket. `pending` are the frames that no `expect` has taken, in order."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection
        self.frames: list[Frame] = []
        self.pending: list[Frame] = []
        self.greeting: list[Frame] = []  # what came up to `ready`
        self.code: int | None = None  # of the close
        self._binary = connection.subprotocol == MSGPACK
        self._came = asyncio.Event()
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def open(cls, url: str, protocol: str = JSON, **more: Any) -> "Client":
        address = url.replace("http", "ws", 1) + "/ws"
        protocols = [Subprotocol(protocol)]
        return cls(
            await connect(
                address,
                subprotocols=protocols,
                max_size=None,
                max_queue=None,
                compression=None,
                proxy=None,
                ping_interval=None,
                **more,
            )
        )

    async def _read(self) -> None:
        try:
            async for data in self.connection:
                if isinstance(data, bytes):
                    assert self._binary, "a binary frame on a text socket"
                    frame = msgspec.msgpack.decode(data)
                else:
                    assert not self._binary, "a text frame on a binary socket"
                    frame = json.loads(data)
                self.frames.append(frame)
                self.pending.append(frame)
                self._came.set()
        except ConnectionClosed:
            pass  # the code is kept below
        finally:
            self.code = self.connection.close_code
            self._came.set()

    # --- out --------------------------------------------------------------------------------

    async def send(self, type_: str, **fields: Any) -> None:
        await self.send_raw({"type": type_, **fields})

    async def send_raw(self, frame: Any) -> None:
        """Send any object, or bytes and text as they are."""
        if isinstance(frame, str | bytes):
            await self.connection.send(frame)
        elif self._binary:
            await self.connection.send(msgspec.msgpack.encode(frame))
        else:
            await self.connection.send(json.dumps(frame, ensure_ascii=False))

    async def hello(self, token: str, **more: Any) -> list[Frame]:
        """Greet and wait for `ready`; the frames up to it."""
        await self.greet(token, **more)
        await self.expect("ready", keep=True)
        place = next(n for n, frame in enumerate(self.pending) if frame["type"] == "ready")
        self.greeting, self.pending = self.pending[: place + 1], self.pending[place + 1 :]
        return self.greeting

    async def greet(
        self, token: str, *, version: str = "1.0.0", device: str = "desktop", **more: Any
    ) -> None:
        """Send `hello` only."""
        client = {"name": "scenario", "version": version, "device": device}
        await self.send("hello", token=token, client=client, **more)

    async def ask(self, type_: str, *, ref: str | None = None, **fields: Any) -> Frame:
        """Send a command and wait for its reply, whatever that is."""
        ref = ref or new_ref()
        await self.send(type_, ref=ref, **fields)
        return await self.reply(ref)

    async def reply(self, ref: str) -> Frame:
        return await self.expect(lambda f: f["type"] in REPLIES and f.get("ref") == ref)

    async def do(self, type_: str, **fields: Any) -> Frame:
        """A command that must be acknowledged."""
        reply = await self.ask(type_, **fields)
        assert reply["type"] == "ack", reply
        return reply

    async def refused(self, code: str, type_: str, **fields: Any) -> Frame:
        """A command that must be refused with this code."""
        reply = await self.ask(type_, **fields)
        assert reply["type"] == "error", reply
        assert reply["code"] == code, reply
        assert reply["message"]
        assert isinstance(reply["retryable"], bool)
        return reply

    async def say(self, room: str, text: str, **more: Any) -> Frame:
        """Post a text; its ack."""
        body = {"kind": "text", "text": text}
        return await self.do("post_message", room=room, body=body, **more)

    # --- in ---------------------------------------------------------------------------------

    async def expect(
        self,
        wanted: str | Wanted,
        *,
        keep: bool = False,
        deadline_s: float = DEADLINE_S,
        **fields: Any,
    ) -> Frame:
        """The first frame that fits and was not taken yet; waits for it if it must."""
        fits = _fitting(wanted, fields)
        what = wanted if isinstance(wanted, str) else "a frame"
        try:
            async with asyncio.timeout(deadline_s):
                while True:
                    for frame in self.pending:
                        if fits(frame):
                            if not keep:
                                self.pending.remove(frame)
                            return frame
                    if self._reading.done():
                        raise AssertionError(f"closed ({self.code}) before {what} {fields}")
                    self._came.clear()
                    await self._came.wait()
        except TimeoutError:
            there = f"{self.pending}"[:DUMPED]
            raise AssertionError(f"no {what} {fields}; there is {there}") from None

    async def event(self, kind: str, **fields: Any) -> Frame:
        """An `event` of this kind whose payload has these fields."""
        return await self.expect(_happening(kind, fields))

    async def no_event(self, kind: str, **fields: Any) -> None:
        """No such `event` has come, up to a fence."""
        await self.never(_happening(kind, fields))

    async def fence(self) -> Frame:
        """Wait until all that the server has sent so far is here."""
        await self.send("ping")
        return await self.expect("pong")

    async def never(self, wanted: str | Wanted, **fields: Any) -> None:
        """Nothing that fits has come, up to a fence."""
        await self.fence()
        fits = _fitting(wanted, fields)
        came = [frame for frame in self.pending if fits(frame)]
        assert not came, came

    async def skip(self) -> None:
        """Forget what has come so far."""
        await self.fence()
        self.pending.clear()

    def taken(self, type_: str, **fields: Any) -> list[Frame]:
        """All pending frames of a type, taken."""
        fits = _fitting(type_, fields)
        came = [frame for frame in self.pending if fits(frame)]
        self.pending = [frame for frame in self.pending if not fits(frame)]
        return came

    def seqs(self, room: str) -> list[int]:
        """The `seq`s of all events of a room that ever came, in order of coming."""
        return [f["seq"] for f in self.frames if f["type"] == "event" and f["room"] == room]

    def shown(self, room: str) -> Frame:
        """The snapshot of a room that this socket got at its hello."""
        found = [f for f in self.greeting if f["type"] == "room" and f["room"] == room]
        assert len(found) == 1, self.greeting
        return found[0]

    async def closed(self) -> int | None:
        """The code of the close, which must come."""
        async with asyncio.timeout(DEADLINE_S):
            await asyncio.wait([self._reading])
        return self.code

    async def close(self) -> None:
        await self.connection.close()
        await asyncio.wait([self._reading])

    def abort(self) -> None:
        """Be cut off without a word."""
        self.connection.transport.abort()


def _fitting(wanted: str | Wanted, fields: dict[str, Any]) -> Wanted:
    if callable(wanted):
        return wanted
    return lambda frame: (
        frame["type"] == wanted and all(frame.get(name) == value for name, value in fields.items())
    )


def _happening(kind: str, fields: dict[str, Any]) -> Wanted:
    return lambda f: (
        f["type"] == "event"
        and f["event"]["kind"] == kind
        and all(f["event"].get(name) == value for name, value in fields.items())
    )


def new_ref() -> str:
    return f"ref-{next(_numbers)}"


def text(words: str) -> Frame:
    """The body of a text."""
    return {"kind": "text", "text": words}
