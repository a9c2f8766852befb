"""Learns the weights of a linear reader from the corpus, and packs them.

Multinomial logistic regression over the features of `server/core/scorer.py`, each counted and over
the square root of their sum, as the scorer does it.
"""

from collections import Counter
from collections.abc import Sequence
from itertools import chain

import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression

from scripts.intents import tables as known
from scripts.intents.texts import Row
from server.core.features import Features
from server.core.intents import INTENTS
from server.core.scorer import ZERO, Model
from server.core.spelling import Spelling

ROWS_MIN = 4  # rows in which a feature must be
STRENGTH = 12.0  # the inverse of the penalty on large weights; chosen on the dev set
ROUNDS = 400  # of the solver, at most


def learn(rows: Sequence[Row], *, boundary: float) -> Model:
    """A model of these rows."""
    tables = known.tables(row.text for row in rows)
    lexicon = known.lexicon(Spelling(tables))
    finder = Features(tables, lexicon)
    found = [list(finder.of(row.text).all()) for row in rows]
    vocabulary = _vocabulary(found)
    labels = [INTENTS.index(row.intent) for row in rows]
    solver = LogisticRegression(C=STRENGTH, max_iter=ROUNDS, tol=1e-4)
    solver.fit(matrix(found, vocabulary), labels)
    weights = solver.coef_.T  # a row for each feature
    step = float(f"{np.abs(weights).max() / (ZERO - 1):.6g}")
    in_steps = np.clip(np.rint(weights / step), 1 - ZERO, ZERO - 1).astype(np.int16) + ZERO
    return Model(
        tables=tables,
        lexicon=lexicon,
        features=" ".join(vocabulary),
        weights=in_steps.astype(np.uint8).tobytes(),
        step=step,
        bias=tuple(float(f"{one:.4f}") for one in solver.intercept_),
        boundary=boundary,
    )


def _vocabulary(found: Sequence[list[str]]) -> dict[str, int]:
    """A column for each feature that is kept, the commonest first."""
    rows = Counter(chain.from_iterable(map(set, found)))
    kept = [feature for feature, count in rows.items() if count >= ROWS_MIN]
    kept.sort(key=lambda feature: (-rows[feature], feature))
    return {feature: column for column, feature in enumerate(kept)}


def matrix(found: Sequence[list[str]], vocabulary: dict[str, int]) -> sparse.csr_matrix:
    """A row for each message, scaled by how many known features it has."""
    values, columns, ends = [], [], [0]
    for features in found:
        mine = [vocabulary[feature] for feature in features if feature in vocabulary]
        columns.extend(mine)
        values.extend([1 / max(1, len(mine)) ** 0.5] * len(mine))
        ends.append(len(columns))
    shape = (len(found), len(vocabulary))
    rows = sparse.csr_matrix((values, columns, ends), shape=shape)
    rows.sum_duplicates()
    return rows
