"""Whatever is written, the reader answers, and soon: R9, R48."""

from itertools import cycle
from time import process_time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.core.bodies import TEXT_LIMIT
from server.core.intents import INTENTS, OTHER
from server.reader import shipped
from tests.intents.messages import MESSAGES

READ = shipped().read
MOST_TIMES = 10  # for four times the text; a quadratic reader would need sixteen


def long_text(length: int) -> str:
    """Messages one after the other, so many characters."""
    texts = cycle(message.text for message in MESSAGES)
    text = ""
    while len(text) < length:
        text += next(texts) + "，"
    return text[:length]


ODD = {
    "nothing": "",
    "a space": " ",
    "blanks": " \t\r\n\u3000\u00a0\u2003",
    "as long as may be": long_text(TEXT_LIMIT),
    "longer than may be": long_text(4 * TEXT_LIMIT),
    "emoji": "😭🙏👍🏻👨‍👩‍👧🇨🇳1️⃣❤️",
    "many emoji": "😀" * TEXT_LIMIT,
    "mixed scripts": "my 包裹 где посылка いつ届きますか 언제 도착 متى يصل εφτασε कब आएगा",
    "control characters": "快递\x00\x01\x1b[31m到\x7f哪了\x85",
    "only control characters": "\x00\x01\x02\x7f\x80\x9f",
    "a lone high surrogate": "快递\ud83d到哪了",
    "a lone low surrogate": "\udc00我的快递呢",
    "surrogates the wrong way round": "\ude00\ud83d",
    "right to left": "أين طردي؟ لم يصل بعد",
    "marks of direction": "\u202e了哪到递快\u202c \u2066where\u2069 \u200fis it\u200e",
    "combining characters": "e\u0301" * 50 + "快\u0301递\u0308到\u20dd哪了",
    "very many marks on one letter": "w" + "\u0300\u0316\u0489" * 600,
    "one enormous word": "a" * TEXT_LIMIT,
    "one enormous word of all letters": "abcdefghijklmnopqrstuvwxyz" * 76,
    "one enormous number": "9" * TEXT_LIMIT,
    "zero-width joiners": "\u200d".join("我的快递到哪了"),
    "only joiners": "\u200d\u200c\u200b\u2060\ufeff" * 100,
    "variation selectors": "快\ufe0f递\U000e0100到哪了",
    "private use and unassigned": "\ue000\uf8ff\U000f0000\U0010ffff\u0378",
    "noncharacters": "\ufffe\uffff\ufdd0",
    "what becomes longer in one way to write": "\ufdfa" * 200,
    "line breaks": "快递\u2028到\u2029哪\x0b了\x0c",
    "the signs of patterns": "(.*)+[^]{1,}\\d$^|?",
    "a digit of another script": "٣天没到 ३ 天 ③ Ⅲ",
    "old characters": "𠀀𠮷快递𪚥",
}


def assert_is_sound(text: str):
    reading = READ(text)
    assert reading.intent in INTENTS
    assert 0 <= reading.confidence <= 1
    assert 0 <= reading.logistics <= 1
    assert all(words and words in text for words in reading.evidence)
    assert reading == READ(text)


@pytest.mark.parametrize("text", ODD.values(), ids=ODD.keys())
def test_r9_an_odd_text_is_answered(text: str):
    assert_is_sound(text)


@pytest.mark.parametrize(
    "name", ["nothing", "a space", "blanks", "only control characters", "only joiners"]
)
def test_r9_what_says_nothing_is_other(name: str):
    assert READ(ODD[name]).intent == OTHER


@given(st.text(st.characters(exclude_categories=()), max_size=300))
@example("ß" * 300)
@example("ŉ快İ递ﬃ")
def test_r9_whatever_is_written_is_answered(text: str):
    assert_is_sound(text)


PIECES = [message.text for message in MESSAGES]


@given(
    st.lists(
        st.one_of(
            st.sampled_from(PIECES), st.text(st.characters(exclude_categories=()), max_size=9)
        ),
        max_size=8,
    ).map("".join)
)
def test_r9_messages_amid_anything_are_answered(text: str):
    assert_is_sound(text)


@pytest.mark.parametrize("piece", ["", "快递", "a", "w\u0300", "3", "😀", " ", "\n到", "ship "])
def test_r48_four_times_the_text_takes_no_more_than_its_share_of_time(piece: str):
    text = piece * TEXT_LIMIT or long_text(TEXT_LIMIT)

    assert _seconds(text[:TEXT_LIMIT]) < MOST_TIMES * _seconds(text[: TEXT_LIMIT // 4])


def _seconds(text: str) -> float:
    """CPU time to read it, the least of several."""
    READ(text)
    spent = []
    for _ in range(15):
        began = process_time()
        READ(text)
        spent.append(process_time() - began)
    return min(spent)
