"""How well and how fast buyers' messages are read.

`python scripts/bench/intents.py [--texts FILE] [--png FILE] [--json FILE]`. The labels of the dev
set are in the repository, its texts are not; without them only what reading costs is measured.
Prints each figure and whether it is what it must be; exit 1 if one is not.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from scripts.bench import reader_cost
from scripts.intents import figures as f
from scripts.intents.texts import dev, labels, texts
from server.core.intents import Reader
from server.core.policy import Policy
from server.reader import MODEL, shipped

# What must hold. Precision is that of delivery questions against `other`.
LEAST_RECALL, LEAST_PRECISION = 0.90, 0.95
LEAST_ACCURACY, LEAST_MACRO_F1 = 0.85, 0.80
ENGLISH_BEHIND = 0.05  # accuracy below that of Chinese
MOST_US, MOST_MIB, MOST_LOAD_MS, MOST_DEPENDENCY_MIB = 60, 2, 50, 20
CARD = Policy().card_confidence


def main() -> int:
    """Measure, print, and say whether everything holds."""
    options = _options()
    read = shipped().read
    cost = _cost(read)
    report: dict[str, Any] = {"cost": cost}
    held = _costs_held(cost)
    if options.texts is None:
        print("\nNo accuracy: its messages belong to others; give them with --texts FILE.")
    else:
        reads = _reads(read, options.texts)
        report["accuracy"] = quality(reads)
        held += _quality_held(report["accuracy"])
        _print_quality(reads, report["accuracy"])
        if options.png is not None:
            from scripts.bench.confusion import draw

            draw(f.confusion(reads), options.png)
    print()
    for name, figure, wanted, is_held in held:
        print(f"{'held' if is_held else 'NOT held':9s} {name:45s} {figure:>10s}  wanted {wanted}")
    if options.json is not None:
        options.json.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    return 0 if all(is_held for *_, is_held in held) else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=Path, metavar="FILE", help="JSON lines: text, lang")
    parser.add_argument("--png", type=Path, metavar="FILE", help="what is read as what")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures")
    return parser.parse_args()


def _reads(read: Reader, path: Path) -> list[f.Read]:
    known = labels()
    pairs = dev(texts(path), known)
    print(f"\n{len(pairs)} of {len(known)} labelled messages are in the file")
    if not pairs:
        raise SystemExit("none: this is not the file that was labelled")
    return [f.Read(one.label, text.lang, one.natural, read(text.text)) for text, one in pairs]


# --- figures --------------------------------------------------------------------------------


def _cost(read: Reader) -> dict[str, Any]:
    import_ms, load_ms = reader_cost.load_ms()
    return {
        "newness": reader_cost.newness(read),
        "message_us": reader_cost.message_us(read),
        "model_mib": MODEL.stat().st_size / reader_cost.MIB,
        "import_ms": import_ms,
        "load_ms": load_ms,
        "dependencies_mib": reader_cost.dependencies_mib(),
    }


def quality(reads: Sequence[f.Read]) -> dict[str, Any]:
    """Every figure of how well these were read, of all and of parts of them."""
    parts = {"all": list(reads), "natural": [read for read in reads if read.natural]}
    for language in sorted({read.lang for read in reads}):
        parts[language] = [read for read in reads if read.lang == language]
        parts[f"natural {language}"] = [read for read in parts[language] if read.natural]
    confidence = f.reliability(
        reads, lambda read: read.reading.confidence, lambda read: read.is_right
    )
    logistics = f.reliability(
        reads, lambda read: read.reading.logistics, lambda read: read.is_positive
    )
    return {
        "parts": {name: _part(part) for name, part in parts.items() if part},
        "intents": {name: each._asdict() for name, each in f.by_intent(reads).items()},
        "confidence": [each._asdict() for each in confidence],
        "confidence_error": f.calibration_error(confidence),
        "logistics": [each._asdict() for each in logistics],
        "logistics_error": f.calibration_error(logistics),
    }


def _part(reads: Sequence[f.Read]) -> dict[str, Any]:
    return {
        "n": len(reads),
        "accuracy": f.accuracy(reads),
        "macro_f1": f.macro_f1(reads),
        "boundary": f.at_boundary(reads)._asdict(),
        "card": f.at_threshold(reads, CARD)._asdict(),
        "precision_at_recall": f.precision_at(reads, LEAST_RECALL),
        "recall_at_precision": f.recall_at(reads, LEAST_PRECISION),
    }


# --- the report -----------------------------------------------------------------------------


Held = tuple[str, str, str, bool]


def _costs_held(cost: dict[str, Any]) -> list[Held]:
    print("run-time dependencies, MiB installed:")
    print("  " + ", ".join(f"{name} {size:.1f}" for name, size in cost["dependencies_mib"].items()))
    print(f"CPU to load: {cost['import_ms']:.1f} of {cost['load_ms']:.1f} ms import the intents")
    print(f"a message never read before: {cost['newness']:.2f} times as dear as read again")
    largest = max(cost["dependencies_mib"].values())
    rows = [
        ("CPU a message of 40 characters, µs", cost["message_us"], MOST_US),
        ("model file, MiB", cost["model_mib"], MOST_MIB),
        ("CPU to load it in a fresh process, ms", cost["load_ms"], MOST_LOAD_MS),
        ("largest run-time dependency, MiB", largest, MOST_DEPENDENCY_MIB),
    ]
    return [(name, f"{figure:.2f}", f"≤ {most}", figure <= most) for name, figure, most in rows]


def _quality_held(found: dict[str, Any]) -> list[Held]:
    parts = found["parts"]
    whole = parts["all"]
    rows = [
        (
            f"precision at recall ≥ {LEAST_RECALL:.2f}",
            whole["precision_at_recall"],
            LEAST_PRECISION,
        ),
        ("accuracy, of eleven", whole["accuracy"], LEAST_ACCURACY),
        ("macro-F1", whole["macro_f1"], LEAST_MACRO_F1),
    ]
    held = [(name, f"{figure:.3f}", f"≥ {least}", figure >= least) for name, figure, least in rows]
    if "en" in parts and "zh" in parts:
        behind = parts["zh"]["accuracy"] - parts["en"]["accuracy"]
        name = "accuracy of English below Chinese"
        held.append((name, f"{behind:.3f}", f"≤ {ENGLISH_BEHIND}", behind <= ENGLISH_BEHIND))
    return held


def _print_quality(reads: Sequence[f.Read], found: dict[str, Any]) -> None:
    _print_parts(found["parts"])
    print(f"\n{'intent':20s}      n      P      R     F1")
    for name, each in found["intents"].items():
        print(f"{name:20s} {each['n']:6d} {_three(each)}")
    for name in ("confidence", "logistics"):
        print(f"\n{name}: ECE {found[f'{name}_error']:.3f}\n              n   said  holds")
        for each in found[name]:
            low = each["low"]
            figures = f"{each['n']:6d} {each['said']:6.3f} {each['held']:6.3f}"
            print(f"{low:4.1f}–{low + 0.1:.1f} {figures}")
    mixed = [(n, *pair) for pair, n in f.confusion(reads).items() if pair[0] != pair[1]]
    print("\nmost often mixed up (label → reading):")
    for n, label, intent in sorted(mixed, reverse=True)[:12]:
        print(f"{n:6d}  {label} → {intent}")


def _print_parts(parts: dict[str, Any]) -> None:
    three = "     P      R     F1"
    print(f"\n{'':18s} {'of eleven':>13s}   {'intent not other':20s}   logistics ≥ {CARD}")
    ends = f"P@R≥{LEAST_RECALL:.2f} R@P≥{LEAST_PRECISION:.2f}"
    print(f"{'':12s} {'n':>5s}   acc. mac.F1   {three}   {three}   {ends}")
    for name, part in parts.items():
        both = f"{part['accuracy']:6.3f} {part['macro_f1']:6.3f}"
        two = f"{_three(part['boundary'])}   {_three(part['card'])}"
        ends = f"{part['precision_at_recall']:8.3f} {part['recall_at_precision']:8.3f}"
        print(f"{name:12s} {part['n']:5d} {both}   {two}   {ends}")


def _three(score: dict[str, Any]) -> str:
    return " ".join(f"{score[key]:6.3f}" for key in ("precision", "recall", "f1"))


if __name__ == "__main__":
    sys.exit(main())
