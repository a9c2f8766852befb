"""The reader that is measured: the one that ships."""

from server.core.intents import Reader
from server.reader import MODEL
from server.reader import shipped as ours


def shipped() -> Reader:
    """What reads buyers' messages in a server without settings."""
    return ours().read


def model_bytes() -> int:
    """The size of its model file."""
    return MODEL.stat().st_size
