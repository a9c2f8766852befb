"""What people write, without who, where and numbers: for an export that others read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.core.blanks import Known, blanked

KNOWN = Known(
    names=frozenset({"林一", "王小明", "Anna Lin", "小满", "lin"}),
    addresses=frozenset({"浙江省杭州市西湖区文三路90号"}),
    numbers=frozenset({"o-1", "demo-order-a", "13812345678"}),
)

# A message, and what must not be left of it.
PRIVATE = {
    # numbers
    "订单 20261122000187 到哪了": ("2026", "187"),
    "我的单号YT7712345678901到哪了": ("77", "901"),
    "身份证33010619900307123X": ("3301", "23X"),
    "电话138 1234 5678，打给我": ("138", "5678"),
    "座机0571-88157788": ("0571", "7788"),
    "１３８１２３４５６７８": ("１", "８"),
    "打一三八一二三四五六七八": ("一三八", "七八"),
    "o-1 和 demo-order-a 到哪了": ("o-1", "demo-order"),
    # names
    "我叫李雷，帮我查一下": ("李", "雷"),
    "我叫小红": ("小红",),
    "姓名：韩梅梅": ("韩", "梅"),
    "收件人：张三 电话139": ("张三",),
    "收件人 王五": ("王五",),
    "收货人是欧阳锋，送他家": ("欧阳", "锋"),
    "联系人陈大文不在家": ("陈", "大文"),
    "我是林一": ("林一",),
    "王小明的快递，小明让我问的": ("小明",),
    "小满说今天到": ("小满",),
    "找赵先生拿的": ("赵",),
    "是孙丽娟女士签收的": ("孙", "丽娟"),
    "周师傅放哪了": ("周",),
    "my name is John Smith": ("John", "Smith"),
    "Recipient: Mary Ann Jones": ("Mary", "Jones"),
    "it was signed for by Peter Pan": ("Peter", "Pan"),
    "ask Mr. Brown or ANNA": ("Brown", "ANNA"),
    "Anna Lin wrote, not Lin": ("Anna", "Lin"),
    # addresses
    "送到浙江省杭州市西湖区文三路478号3栋2单元502室": ("浙江", "西湖", "文三", "栋", "室"),
    "我在杭州市西湖区文三路": ("杭州", "西湖", "文三"),
    "改成朝阳区建国路88号": ("朝阳", "建国", "号"),
    "送解放路十二号": ("解放", "十二"),
    "幸福小区5栋1201": ("幸福", "5", "1201"),
    "阳光花园12号楼3单元": ("阳光", "号楼", "单元"),
    "我家在张家村": ("张家村",),
    "送3栋502室": ("栋", "室"),
    "写的是浙江省杭州市西湖区文三路90号": ("浙江", "文三"),
    "to 221B Baker Street, Apt 4": ("221", "Baker", "Apt"),
    "5 Old Mill Rd, London SW1A 2AA": ("Old", "Mill", "SW"),
    "No. 12, Wensan Road": ("12", "Wensan"),
    "p.o. box 77": ("box", "77"),
    # and what else finds a person
    "加我微信wx_lilei88": ("lilei",),
    "发到li.lei@example.com": ("lei", "example"),
    "看https://example.com/u/7?n=lilei这里": ("example", "lilei"),
}

# What must stay, so that the rest can be learnt from.
KEPT = (
    "我的快递一直没动，怎么回事",
    "显示签收了但是我没收到",
    "放在小区门口的超市了，我没拿到",
    "在高速路上还是到哪个城市了",
    "市区能送到吗，偏远地区呢",
    "我叫快递上门取",
    "收件人是我妈妈",
    "你们发什么快递，能换顺丰吗",
    "派送员说不在服务区",
    "放门卫，别放小区广场",
    "我在上班路上",
    "什么时候能送到村里",
    "where is my parcel, it says delivered on the street",
)


@pytest.mark.parametrize("text", PRIVATE)
def test_what_finds_a_person_is_blanked(text: str) -> None:
    shown = blanked(text, KNOWN)
    assert shown
    assert [word for word in PRIVATE[text] if word in shown] == [], shown


@pytest.mark.parametrize("text", KEPT)
def test_what_says_nothing_of_a_person_stays(text: str) -> None:
    assert blanked(text, KNOWN) == text


def test_blanks_say_what_stood_there() -> None:
    text = "我叫李雷，住文三路478号3栋502室，电话13812345678，快递到哪了，见 www.example.com"
    shown = "我叫{name}，住{address}，电话###########，快递到哪了，见 {link}"
    assert blanked(text, KNOWN) == shown


def test_a_number_keeps_its_length_and_a_courier_its_letters() -> None:
    assert blanked("3天了，YT7712345678901", KNOWN) == "#天了，YT#############"


def test_a_name_within_another_word_is_none() -> None:
    assert blanked("linked in Berlin", KNOWN) == "linked in Berlin"


def test_who_writes_our_blanks_gains_nothing() -> None:
    assert blanked("\ue000李\ue001", Known()) == "李"


@given(st.text(max_size=300), st.text(min_size=2, max_size=8))
def test_no_text_keeps_a_digit_or_a_name_that_is_known(text: str, name: str) -> None:
    shown = blanked(f"{text} {name} {text}", Known(names=frozenset({name})))
    assert not any(sign.isdigit() for sign in shown)


@given(st.text(alphabet="王小明路号栋123 市区县aB-", max_size=2_000))
def test_any_text_is_blanked_in_good_time(text: str) -> None:
    assert len(blanked(text, KNOWN)) <= 9 * len(text) + 9
