"""How a message is written in signs, whichever way its writer writes (R9)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.spelling import (
    CODE,
    COURIER,
    EDGE,
    LETTERS_MAX,
    NUMBER,
    STRANGER,
    WORD_SIGNS,
    Spelling,
    Tables,
    skeleton,
)

WORDS = ("received", "parcel", "not", "it", "don't")
SPELLING = Spelling(Tables(traditional="遞單訂", simple="递单订", words=" ".join(WORDS)))


def word(known: str) -> str:
    """The sign of a word of the table."""
    return chr(WORD_SIGNS + WORDS.index(known))


def signs(text: str) -> str:
    """The signs between the edges."""
    found = SPELLING.signs(text)
    assert found[0] == found[-1] == EDGE
    return found[1:-1]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("", ""),
        ("快递没到", "快递没到"),
        ("快遞沒到，訂單", "快递沒到订单"),  # 沒 is not in the table
        ("快递 \t\n\u3000没、到。！😭", "快递没到"),
        ("到了吗？", "到了吗?"),
        ("到了吗?", "到了吗?"),
    ],
)
def test_r9_a_character_is_one_sign_and_what_carries_no_wish_none(text: str, wanted: str) -> None:
    assert signs(text) == wanted


def test_r9_a_character_in_a_run_counts_twice_at_most() -> None:
    assert signs("没啊啊啊啊啊到") == signs("没啊啊到") == "没啊啊到"
    assert signs("没没没 没没没") == "没没没没"
    assert [end - start for start, end in SPELLING.spans("啊啊啊啊到")] == [1, 1, 1]
    assert SPELLING.spans("啊啊啊啊到")[-1] == (4, 5)


def test_r9_a_known_word_is_one_sign_in_any_case_and_width() -> None:
    assert signs("not received") == word("not") + word("received")
    assert signs("NOT Received!") == signs("ｎｏｔ　ｒｅｃｅｉｖｅｄ") == signs("not received")
    assert signs("don’t") == signs("don't") == word("don't")


@pytest.mark.parametrize("text", ["recieved", "recevied", "receeived", "recvd", "rcved"])
def test_r9_a_misspelt_word_is_known_by_its_consonants(text: str) -> None:
    assert signs(text) == word("received")


@pytest.mark.parametrize("text", ["nat", "eceived", "received" + "e" * LETTERS_MAX, "banana"])
def test_r9_a_word_too_short_too_long_or_other_is_a_stranger(text: str) -> None:
    assert signs(text) == STRANGER


def test_r9_the_skeleton_is_the_first_letter_and_the_consonants_none_twice() -> None:
    assert [skeleton(one) for one in ("received", "address", "yellow", "a", "")] == [
        "rcvd",
        "adrs",
        "ylw",
        "a",
        "",
    ]


@pytest.mark.parametrize(
    "text", ["顺丰", "京东快递", "邮政", "SF", "Delhivery", "fedex", "ｅｍｓ", "jnt"]
)
def test_r9_every_courier_is_the_same_sign(text: str) -> None:
    assert signs(text) == COURIER
    assert signs(f"发{text}吗") == f"发{COURIER}吗"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("3天", f"{NUMBER}天"),
        ("三天", f"{NUMBER}天"),
        ("十二号", f"{NUMBER}号"),
        ("99999", NUMBER),
        ("100000", CODE),
        ("YT7538291", CODE),
        ("a3", STRANGER),
        ("一直", "一直"),  # counts nothing
        ("１２ 天", f"{NUMBER}天"),
    ],
)
def test_r9_a_count_is_a_number_and_a_long_one_a_code(text: str, wanted: str) -> None:
    assert signs(text) == wanted


def test_r9_initials_are_the_characters_they_stand_for() -> None:
    assert signs("我的kd没qs") == "我的快递没签收"
    assert signs("KD") == "快递"


SPANNED = [
    "",
    "快遞沒到，３ 天了！",
    "I haven't RECIEVED it，我的kd",
    "发顺丰吗？SF1234567",
    "京东快递三天了😭 not ﬁt ㎏",
    "don’t…",
    "快递\ud83d没\udc00到",
]


@pytest.mark.parametrize("text", SPANNED)
def test_r9_each_sign_has_its_span_in_the_message(text: str) -> None:
    spans = SPELLING.spans(text)
    assert len(spans) == len(signs(text))
    assert all(0 <= start < end <= len(text) for start, end in spans)
    assert spans == sorted(spans)


def test_r9_a_span_is_where_the_sign_is_written() -> None:
    text = "急！我的ｋｄ 不是 recieved，发顺丰"
    assert [text[start:end] for start, end in SPELLING.spans(text)] == [
        *("急", "我", "的", "ｋｄ", "ｋｄ", "不", "是", "recieved", "发", "顺丰"),
    ]
    assert signs(text) == f"急我的快递不是{word('received')}发{COURIER}"


@pytest.mark.parametrize(
    "text", ["\ud83d", "\udc00\ud800", "\x00\x1b\x7f", "\u200b\u202e", "\U0010ffff", "어디예요"]
)
def test_r9_what_is_no_known_script_has_no_signs(text: str) -> None:
    assert signs(text) == ""
    assert SPELLING.spans(text) == []


@given(st.text(st.characters(exclude_categories=()), max_size=80))
def test_r9_writing_the_signs_is_the_same_whatever_came_before(text: str) -> None:
    fresh = Spelling(Tables(traditional="遞單訂", simple="递单订", words=" ".join(WORDS)))
    assert SPELLING.signs(text) == fresh.signs(text)
    assert all(0 <= start < end <= len(text) for start, end in SPELLING.spans(text))
