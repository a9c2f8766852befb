"""Learn the reader of buyers' messages anew: `python scripts/train_intents.py [--check]`.

Reads scripts/intents/corpus, writes server/intents.model; the same corpus gives the same bytes.
With `--check` nothing is written; exits 1 where the file is not what the corpus gives.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

# Chosen on the dev set: see docs/intents.md.
BOUNDARY = 0.5


def main() -> int:
    """Learn, and write or compare."""
    # Sums in one order, whatever the number of cores; numpy asks when it is loaded.
    os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1"))
    sys.path.insert(0, str(ROOT))
    import msgspec

    from scripts.intents import fit, texts
    from server.core.scorer import LANES
    from server.reader import MODEL

    model = fit.learn(texts.corpus(), boundary=BOUNDARY)
    made = msgspec.msgpack.encode(model)
    if "--check" not in sys.argv:
        MODEL.write_bytes(made)
        print(f"{MODEL.name}: {len(made):,} bytes, {len(model.weights) // LANES:,} features")
        return 0
    same = MODEL.read_bytes() == made
    if not same:
        print(f"{MODEL.name} is not what the corpus gives", file=sys.stderr)
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
