"""The reader of buyers' messages that ships with the server (R9)."""

from functools import cache
from pathlib import Path

import msgspec

from server.core.scorer import Model, Scorer

MODEL = Path(__file__).resolve().parent / "intents.model"


@cache
def shipped() -> Scorer:
    """The one reader of this process; scripts/train_intents.py makes its file."""
    return Scorer(msgspec.msgpack.decode(MODEL.read_bytes(), type=Model))
