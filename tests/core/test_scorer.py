"""How a message is scored, with a model small enough to reckon by hand (R9)."""

from collections import Counter
from math import exp, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from server.core.features import CONCEPT_SIGNS, REMEMBERED, Features, Remembered
from server.core.intents import INTENTS, OTHER, Reading
from server.core.scorer import EVIDENCE_MAX, TEXT_MAX, ZERO, Model, Scorer
from server.core.spelling import Tables

Weights = dict[str, dict[str, int]]  # of each feature, for the intents it speaks for or against

TABLES = Tables(traditional="遞", simple="递", words="received")
RECEIVED = "\U000f0000"  # the sign of the one word
LEXICON = ("快递 包裹", "没", f"收到 到 {RECEIVED}", "还 一直", "到 收")
PARCEL, NOT, RECEIVE, STILL, ARRIVE = (chr(CONCEPT_SIGNS + n) for n in range(len(LEXICON)))
CONCEPTS = {PARCEL, NOT, RECEIVE, STILL, ARRIVE}
FEATURES = Features(TABLES, LEXICON)
FILLER = "啊"


def features(text: str) -> list[str]:
    """Every feature of a message."""
    return list(FEATURES.of(text).all())


def model(weights: Weights, *, bias: float = 0.0, boundary: float = 0.5) -> Model:
    """A model with these weights in steps; `bias` is that of `other`."""
    rows = [[ZERO + told.get(intent, 0) for intent in INTENTS] for told in weights.values()]
    return Model(
        tables=TABLES,
        lexicon=LEXICON,
        features=" ".join(weights),
        weights=bytes(byte for row in rows for byte in row),
        step=0.05,
        bias=(*[0.0] * (len(INTENTS) - 1), bias),
        boundary=boundary,
    )


def likelihoods(made: Model, weights: Weights, text: str) -> dict[str, float]:
    """The same by the textbook."""
    found = features(text)
    known = [weights[feature] for feature in found if feature in weights]
    scores = {
        intent: bias
        + made.step * sum(told.get(intent, 0) for told in known) / sqrt(max(1, len(known)))
        for intent, bias in zip(INTENTS, made.bias, strict=True)
    }
    whole = sum(map(exp, scores.values()))
    return {intent: exp(score) / whole for intent, score in scores.items()}


def assert_reads(made: Model, weights: Weights, text: str) -> None:
    reading, likely = Scorer(made).read(text), likelihoods(made, weights, text)
    assert reading.logistics == pytest.approx(1 - likely[OTHER], abs=0.0006)
    assert reading.confidence == pytest.approx(likely[reading.intent], abs=0.0006)
    if reading.intent != OTHER:
        assert likely[reading.intent] == pytest.approx(max(likely[i] for i in INTENTS[:-1]))


# --- features -----------------------------------------------------------------------------------


def test_r9_the_features_of_a_short_message_are_its_signs_its_concepts_and_their_pairs() -> None:
    found = features("快递还没")
    assert Counter(found) == Counter(
        [
            *("^", "快", "递", "还", "没", "^"),
            *("^快", "快递", "递还", "还没", "没^"),
            *(PARCEL, STILL, NOT),
            *(PARCEL + STILL, STILL + NOT, PARCEL + NOT),
        ]
    )


def test_r9_the_longest_word_counts_and_stands_for_all_of_its_concepts() -> None:
    def concepts(text: str) -> list[str]:
        return [one for one in features(text) if one in CONCEPTS]

    assert concepts("收") == [ARRIVE]
    assert concepts("到") == [RECEIVE, ARRIVE]
    assert concepts("收到") == [RECEIVE, RECEIVE, ARRIVE]  # the second is of its last character
    assert concepts("recieved") == [RECEIVE]


def test_r9_a_word_makes_pairs_with_the_next_three_however_far() -> None:
    found = features(f"还没{FILLER}没{FILLER * 2}丙丁{FILLER}没没没")
    assert found.count(STILL + NOT) == 3
    assert NOT + STILL not in found


def test_r9_what_is_remembered_is_forgotten_before_it_is_too_much() -> None:
    made: list[str] = []
    remembered = Remembered(lambda text: made.append(text) or len(text))
    for n in [*range(REMEMBERED), 0]:
        assert remembered[str(n)] == len(str(n))
    assert len(made) == len(remembered) == REMEMBERED
    assert remembered["more"] == len("more")
    assert len(remembered) == 1
    assert remembered["0"] == 1
    assert made[-2:] == ["more", "0"]


# --- scores -------------------------------------------------------------------------------------

WEIGHTS: Weights = {
    "快": {"not_received": 20, "tracking_stale": 30, OTHER: -10},
    "没": {"not_received": 60, OTHER: -40, "arrival_time": -127},
    "^快": {"choose_courier": 127},
    "好^": {OTHER: 127},
    PARCEL: {"arrival_time": 40, OTHER: -90},
    NOT + RECEIVE: {"not_received": 120, "signed_not_received": 70, OTHER: -127},
    RECEIVED: {"not_received": 90, OTHER: -60},
}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "你好",
        "快递没收到",
        "快快快快没没",
        "我的包裹，not received",
        "快遞\n没\n收到",
        "没," * (TEXT_MAX // 2),
        "快递没收到" * (TEXT_MAX // 5),
    ],
)
@pytest.mark.parametrize("bias", [0.0, 2.5, -3.0])
def test_r9_packed_sums_are_the_plain_ones(text: str, bias: float) -> None:
    assert_reads(model(WEIGHTS, bias=bias), WEIGHTS, text)


_FEATURES = ["快", "快递", "^没", "没收", "收", "到^", "^", PARCEL, NOT, STILL + NOT, PARCEL + NOT]
_ROWS = st.dictionaries(st.sampled_from(INTENTS), st.integers(1 - ZERO, ZERO - 1), min_size=1)


@given(
    st.dictionaries(st.sampled_from(_FEATURES), _ROWS, min_size=1),
    st.text("快递没收到还包裹一直天? ", max_size=40),
    st.floats(-4, 4),
)
def test_r9_whatever_was_learnt_packed_sums_are_the_plain_ones(
    weights: Weights, text: str, bias: float
) -> None:
    assert_reads(model(weights, bias=bias), weights, text)


def test_r9_one_known_feature_is_reckoned_by_hand() -> None:
    reading = Scorer(model({"没": {"not_received": 40, OTHER: -20}})).read("没")
    mine, other, others = exp(40 * 0.05), exp(-20 * 0.05), 9.0
    whole = mine + other + others
    assert reading.intent == "not_received"
    assert (reading.confidence, reading.logistics) == (
        round(mine / whole, 3),
        round((mine + others) / whole, 3),
    )


def test_r9_saying_it_four_times_over_is_twice_as_strong() -> None:
    scorer = Scorer(model({"没": {"not_received": 40}}))
    assert scorer.read("没没没没") == scorer.read("没没")
    assert scorer.read("没,没,没,没").confidence == pytest.approx(
        exp(4.0) / (exp(4.0) + 10), abs=0.0006
    )


def test_r9_a_model_with_too_few_weights_is_refused() -> None:
    made = model(WEIGHTS)
    with pytest.raises(ValueError, match="zip"):
        Scorer(replace(made, weights=made.weights[: -len(INTENTS)]))


# --- the boundary -------------------------------------------------------------------------------


@pytest.mark.parametrize(("boundary", "is_question"), [(0.9, True), (0.92, False)])
def test_r9_the_boundary_decides_what_is_a_delivery_question(
    boundary: float, is_question: bool
) -> None:
    reading = Scorer(model(WEIGHTS, boundary=boundary)).read("")  # all eleven equally likely
    assert reading.logistics == 0.909
    assert (reading.intent != OTHER) is is_question
    if not is_question:
        assert reading == Reading(OTHER, 0.091, (), 0.909)


# --- evidence -----------------------------------------------------------------------------------

SURE: Weights = {
    PARCEL: {"not_received": 50, OTHER: -50},
    NOT: {"not_received": 60, OTHER: -60},
    RECEIVE: {"not_received": 55, OTHER: -55},
    STILL: {"not_received": 52, OTHER: -52},
}


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("你好，请问一下快遞", ("快遞",)),
        ("HELLO, RECIEVED?", ("RECIEVED",)),
        ("请问你们我的 ＫＤ 呢", ("ＫＤ",)),
        ("那个还 没啊", ("还 没",)),
        ("你好啊", ()),
    ],
)
def test_r9_the_evidence_is_the_very_words_of_the_message(
    text: str, evidence: tuple[str, ...]
) -> None:
    reading = Scorer(model(SURE)).read(text)
    assert reading.intent == ("not_received" if evidence else INTENTS[0])
    assert reading.evidence == evidence


def test_r9_the_evidence_is_three_pieces_at_most_in_their_order() -> None:
    gap = FILLER * 8
    text = gap.join(["快递", "没", "还", "received"])
    evidence = Scorer(model(SURE)).read(text).evidence
    assert evidence == ("没", "还", "received")  # the parcel says least
    assert len(evidence) == EVIDENCE_MAX


def test_r9_what_is_other_has_no_evidence() -> None:
    assert Scorer(model(SURE, bias=50.0)).read("快递还没收到").evidence == ()


@given(st.text("快递遞没收到还一直ＫＤkd3三天顺丰sf? ,😭\ud83d\ufdfareciv", max_size=60))
def test_r9_the_evidence_is_always_in_the_message(text: str) -> None:
    reading = Scorer(model(SURE)).read(text)
    assert all(piece and piece in text for piece in reading.evidence)
    assert len(reading.evidence) <= EVIDENCE_MAX


# --- odd messages -------------------------------------------------------------------------------


def test_r48_the_last_two_thousand_characters_are_read() -> None:
    scorer = Scorer(model(SURE))
    nothing = scorer.read(FILLER * TEXT_MAX)
    assert scorer.read("没" + FILLER * TEXT_MAX) == nothing
    assert scorer.read("没" + FILLER * (TEXT_MAX - 1)).evidence == ("没",)
    assert scorer.read(FILLER * TEXT_MAX + "没").evidence == ("没",)
    assert nothing.evidence == ()


@pytest.mark.parametrize("text", ["快递\ud83d没\udc00收到", "\udc00快递没收到\ud83d"])
def test_r9_lone_surrogates_say_nothing(text: str) -> None:
    scorer = Scorer(model(SURE))
    reading, plain = scorer.read(text), scorer.read("快递没收到")
    assert replace(reading, evidence=()) == replace(plain, evidence=())
    assert reading.evidence
    assert all(piece in text for piece in reading.evidence)
