"""The reader that ships is the one that the corpus gives, and it is given again the same."""

import os
import subprocess
import sys
from hashlib import sha256

from scripts.intents.texts import HERE
from server.core.intents import INTENTS
from server.core.scorer import LANES
from server.reader import MODEL, shipped

LEARN = """
import hashlib, msgspec
from scripts.intents import fit, texts
model = fit.learn(texts.corpus()[::25], boundary=0.5)
print(hashlib.sha256(msgspec.msgpack.encode(model)).hexdigest())
"""


def learn(seed: str) -> str:
    """The digest of a model of some rows, learnt in a process of its own."""
    environment = os.environ | {"PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LEARN],
        capture_output=True,
        text=True,
        check=True,
        cwd=HERE.parents[1],
        env=environment,
    )
    return done.stdout.strip()


def test_learning_again_gives_the_same_bytes():
    first, second = learn("1"), learn("2")

    assert len(first) == sha256().digest_size * 2
    assert first == second


def test_the_file_that_ships_is_small_and_whole():
    assert MODEL.stat().st_size <= 2 * 1024 * 1024
    assert len(INTENTS) == LANES
    assert shipped().read("显示签收了可是我没收到").intent == "signed_not_received"
    assert shipped() is shipped()
