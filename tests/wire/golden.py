"""The golden files: what each frame is on the wire, byte by byte, in both encodings."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
from websockets.frames import Close, Frame, Opcode

from server.wire import session
from tests.wire import samples

FOLDER = Path(__file__).parent / "golden"
SERVER = Path(session.__file__).resolve().parents[1]


@cache
def expected() -> dict[Path, bytes]:
    """Every golden file with what it should hold; MessagePack in hex, 32 bytes a line."""
    files = {FOLDER / "closes.txt": "".join(f"{line}\n" for line in _closes()).encode()}
    for side, frames in (("client", samples.CLIENT), ("server", samples.SERVER)):
        for name, frame in frames.items():
            files[FOLDER / side / f"{name}.json"] = msgspec.json.encode(frame) + b"\n"
            packed = msgspec.msgpack.encode(frame)
            lines = [packed[i : i + 32].hex(" ") for i in range(0, len(packed), 32)]
            files[FOLDER / side / f"{name}.msgpack.txt"] = "\n".join([*lines, ""]).encode()
    return files


def closes() -> set[tuple[int, str]]:
    """Every code and reason with which the server closes a socket, read from its source."""
    found = set()
    for path in SERVER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                values = [a.value for a in node.args if isinstance(a, ast.Constant)]
                if node.func.attr == "close" and len(values) == 2:
                    found.add((values[0], values[1]))
    return found | {(code, reason) for reason, code in session._CLOSE_OF.items()}


def _closes() -> Iterator[str]:
    """A line a close: code, reason, and the frame as it goes over the wire."""
    for code, reason in sorted(closes()):
        close = Close(code, reason).serialize()
        frame = Frame(Opcode.CLOSE, close).serialize(mask=False)
        yield f"{code} | {reason} | {frame.hex(' ')}"


def read_json(path: Path) -> bytes:
    """The bytes on the wire that a JSON file stands for."""
    return path.read_bytes().rstrip(b"\n")


def read_msgpack(path: Path) -> bytes:
    """The bytes on the wire that a MessagePack file stands for."""
    return bytes.fromhex(path.read_text(encoding="ascii"))
