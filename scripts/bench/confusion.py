"""Draws which intents are read as which others."""

from collections.abc import Mapping
from pathlib import Path

import matplotlib as mpl

from server.core.intents import INTENTS

DARK = 0.5  # a cell of so much of its row has white letters


def draw(times: Mapping[tuple[str, str], int], path: Path) -> None:
    """A picture of label against reading; the colour is the share of the label's messages."""
    mpl.use("Agg")
    from matplotlib import pyplot

    rows = [[times.get((label, read), 0) for read in INTENTS] for label in INTENTS]
    shares = [[n / max(1, sum(row)) for n in row] for row in rows]
    figure, axes = pyplot.subplots(figsize=(10, 8.5), layout="constrained")
    image = axes.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    axes.set_xticks(range(len(INTENTS)), INTENTS, rotation=45, ha="right")
    counted = [f"{label} ({sum(row)})" for label, row in zip(INTENTS, rows, strict=True)]
    axes.set_yticks(range(len(INTENTS)), counted)
    axes.set_xlabel("read as")
    axes.set_ylabel("labelled (messages)")
    axes.set_title("Intents of buyers' messages: label against reading")
    for y, row in enumerate(rows):
        for x, n in enumerate(row):
            if n:
                colour = "white" if shares[y][x] > DARK else "black"
                axes.text(x, y, str(n), ha="center", va="center", color=colour, fontsize=9)
    figure.colorbar(image, shrink=0.8, label="share of the label's messages")
    figure.savefig(path, dpi=120)
    pyplot.close(figure)
