"""How a buyer's message is read: R2, R9, R51."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core import doubts, phrases_en, phrases_zh
from server.core.bodies import TEXT_LIMIT
from server.core.intents import INTENTS, LOGISTICS, OTHER, PRECEDENCE, classify
from server.core.policy import Policy

CLEAR: dict[str, tuple[str, ...]] = {
    "not_received": (
        "还没收到货",
        "I haven't received my parcel",
        "包裹丢了",
        "Has my parcel been lost?",
        "the package never arrived",
    ),
    "signed_not_received": (
        "显示签收了但我没收到",
        "it says delivered but I got nothing",
        "谁签收的",
        "快递显示已签收，可是我没收到",
        "who signed for my parcel?",
    ),
    "wrong_place": (
        "放驿站了",
        "怎么不送货上门",
        "The courier left it with my neighbour",
        "快递送错地方了",
        "没送上门",
        "courier refused to bring it to my door",
    ),
    "tracking_stale": (
        "快递三天没动了",
        "My parcel hasn't moved for three days",
        "物流信息一直不更新",
        "快递说昨天到现在还没到",
        "物流停在中转站好几天了",
        "一直没有物流信息",
        "My tracking has not been updated since Monday",
        "It was supposed to arrive yesterday",
    ),
    "delayed_urge": (
        "能不能快点送",
        "麻烦催一下快递",
        "Please hurry up the delivery",
        "快递太慢了",
        "都五天了还没到",
        "今天务必送到",
        "delivery is so slow",
    ),
    "change_delivery": (
        "改个地址",
        "Can you change the delivery address?",
        "快递可以放门口吗",
        "电话填错了",
        "能送货上门吗",
        "please leave it at the front desk",
    ),
    "origin_restricted": (
        "疫情封控快递还能送吗",
        "Is delivery affected by the typhoon?",
        "新疆能送到吗",
        "快递停运了吗",
        "Do you deliver to Tibet?",
    ),
    "choose_courier": (
        "用什么快递",
        "Which courier do you use?",
        "可以发顺丰吗",
        "Can you ship with SF?",
    ),
    "delivery_time": (
        "几点送到",
        "What time will the courier deliver?",
        "下午能送到吗",
        "送之前打个电话",
        "快递员电话多少",
        "please call me before delivery",
        "will it be delivered in the morning?",
    ),
    "arrival_time": (
        "我的快递到哪了",
        "什么时候到货",
        "where is my package",
        "When will my order arrive?",
        "今天能到吗",
        "后天到吗",
        "Where is my product",
        "明天能到吗",
        "预计什么时候送达",
        "帮我查一下物流",
        "How long until my parcel arrives?",
    ),
}

VAGUE = (
    "怎么还没到",
    "到哪了",
    "多久",
    "还没到",
    "到了吗",
    "怎么这么慢",
    "how long",
    "where is it",
    "没收到",
    "帮忙催一下",
)

ELSE = (
    "我自己取消不了订单",
    "这个订单是哪件商品",
    "I want to get lean",
    "你好",
    "在吗",
    "好的谢谢",
    "什么时候发货",
    "快递盒子破了想退货",
    "不用催了",
    "有红色吗",
    "这个多大尺码",
    "开发票",
    "怎么退货",
    "退款什么时候到账",
    "嗯",
    "hi",
    "Do you have this in blue?",
    "I want a refund",
    "when will you ship my order",
    "还没发货吗",
    "尽快发货",
    "能便宜点吗",
    "质量怎么样",
    "发票没收到",
    "the box is damaged, I want to return it",
    "no need to hurry",
    "快递收到了，谢谢",
    "how much is it",
    "怎么还不发货",
    "催一下发货",
    "退货地址是什么",
    "收到货了，颜色不对",
    "货有质量问题",
    "有货吗",
    "衣服多久能穿坏",
    "赠品没收到",
    "已经收到了",
    "thank you",
    "可以优惠吗",
    "What size should I buy?",
    "where is my refund",
    "你好，请问在吗",
    "订单取消",
    "怎么用",
    "保质期几天",
    "充电要多久",
    "这个能用几天",
)


def test_r9_ten_intents_are_in_scope_and_everything_else_is_other():
    assert len(LOGISTICS) == 10
    assert set(INTENTS) == LOGISTICS | {OTHER}
    assert set(PRECEDENCE) == set(phrases_zh.PHRASES) == set(phrases_en.PHRASES) == LOGISTICS


@pytest.mark.parametrize(
    ("text", "intent"), [(text, intent) for intent, texts in CLEAR.items() for text in texts]
)
def test_r2_a_clear_question_is_sure_enough_for_a_card(text: str, intent: str):
    reading = classify(text)

    assert reading.intent == intent
    assert Policy().card_confidence <= reading.confidence < 1


@pytest.mark.parametrize("text", VAGUE)
def test_r51_a_vague_question_is_sure_enough_for_a_hint_only(text: str):
    reading = classify(text)

    assert reading.intent in LOGISTICS
    assert Policy().hint_confidence <= reading.confidence < Policy().card_confidence


@pytest.mark.parametrize("text", ELSE)
def test_r9_everything_else_is_other(text: str):
    assert classify(text).intent == OTHER


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("能不能快点送，物流三天没更新了", "tracking_stale"),
        ("Please hurry, tracking hasn't moved for three days", "tracking_stale"),
        ("说好昨天送到的，怎么到现在还没到，催一下快递", "tracking_stale"),
        ("没收到货，可是显示已经签收了", "signed_not_received"),
        ("我的快递到哪了，能不能快点送", "delayed_urge"),
        ("什么时候到货，我想改一下地址", "change_delivery"),
        ("显示签收了我没收到，要退款", "signed_not_received"),
    ],
)
def test_r9_what_went_wrong_is_heard_before_what_is_only_asked(text: str, intent: str):
    reading = classify(text)

    assert reading.intent == intent
    assert reading.confidence >= Policy().card_confidence


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("你好，快递三天没动了，急", "快递三天没动"),
        ("Hello, where is my package please", "where is my package"),
        ("WHERE IS MY PACKAGE", "WHERE IS MY PACKAGE"),
    ],
)
def test_r9_the_evidence_is_the_very_words_that_decided(text: str, words: str):
    assert words in classify(text).evidence


def test_r9_what_speaks_against_it_is_the_evidence_of_other():
    assert classify("快递盒子破了，我的快递到哪了，想退货").evidence == ("盒子破", "退货")
    assert classify("你好").evidence == ()


def test_r9_a_second_phrase_makes_surer():
    one, two = classify("包裹停在中转站"), classify("包裹停在中转站，物流不更新")

    assert one.intent == two.intent == "tracking_stale"
    assert one.confidence < two.confidence < 1


def test_r9_a_return_makes_less_sure_but_a_claim_stands():
    assert classify("我要退货，快递什么时候到").intent == OTHER
    assert classify("还没收到货，我要退款").intent == "not_received"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x01\x7f",
        "\n\r\t",
        "😀" * 500,
        "\ud83d",
        "。！",
        "0",
        "İ" * 100,
        "\u200b" * 50,
    ],
)
def test_r9_any_text_gets_an_answer(text: str):
    assert classify(text).intent == OTHER


@given(st.text(max_size=200))
def test_r9_whatever_is_written_the_reading_is_sound(text: str):
    reading = classify(text)

    assert reading.intent in INTENTS
    assert 0 <= reading.confidence <= 1
    assert all(words in text for words in reading.evidence)


FRAGMENTS = sorted({words for texts in CLEAR.values() for words in texts} | set(ELSE))


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=6).map("，".join))
def test_r9_however_questions_are_mixed_the_reading_is_sound(text: str):
    reading = classify(text)

    assert reading.intent in INTENTS
    assert 0 <= reading.confidence <= 1
    assert all(words in text for words in reading.evidence)


@pytest.mark.parametrize(
    "piece", ["快", "快递", "没有", "放到了", "not ", "delivered ", "3天", "a"]
)
def test_r9_the_longest_text_of_one_piece_is_read_too(piece: str):
    text = (piece * TEXT_LIMIT)[:TEXT_LIMIT]

    assert classify(text).intent in INTENTS


def test_r9_every_phrase_is_bounded_so_that_reading_is_linear():
    patterns = [
        row.pattern
        for table in (phrases_zh.PHRASES, phrases_en.PHRASES)
        for phrases in table.values()
        for row in phrases
    ] + [row.pattern for row in (*doubts.CHINESE, *doubts.ENGLISH)]

    endless = (".*", ".+", "]+", "]*", ")+", ")*", r"\s*")

    assert [one for one in patterns if any(mark in one for mark in endless)] == []
    assert all(0 < row.weight < 1 for ps in phrases_zh.PHRASES.values() for row in ps)
