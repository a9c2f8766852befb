"""The golden files: what each frame is on the wire, byte by byte, in both encodings."""

from pathlib import Path

import msgspec

from tests.wire import samples

FOLDER = Path(__file__).parent / "golden"


def expected() -> dict[Path, bytes]:
    """Every golden file with what it should hold; MessagePack in hex, 32 bytes a line."""
    files = {}
    for side, frames in (("client", samples.CLIENT), ("server", samples.SERVER)):
        for name, frame in frames.items():
            files[FOLDER / side / f"{name}.json"] = msgspec.json.encode(frame) + b"\n"
            packed = msgspec.msgpack.encode(frame)
            lines = [packed[i : i + 32].hex(" ") for i in range(0, len(packed), 32)]
            files[FOLDER / side / f"{name}.msgpack.txt"] = "\n".join([*lines, ""]).encode()
    return files


def read_json(path: Path) -> bytes:
    """The bytes on the wire that a JSON file stands for."""
    return path.read_bytes().rstrip(b"\n")


def read_msgpack(path: Path) -> bytes:
    """The bytes on the wire that a MessagePack file stands for."""
    return bytes.fromhex(path.read_text(encoding="ascii"))
