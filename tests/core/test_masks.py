"""What a logistics agent does not see (R46)."""

import pytest
from msgspec.structs import replace

from server.core.masks import (
    masked_address,
    masked_envelope,
    masked_name,
    masked_order,
    masked_phone,
)
from server.core.model import Receiver
from tests.core.play import AGENT, BUYER, Play, order


@pytest.mark.parametrize(("name", "wanted"), [("张三丰", "张**"), ("林一", "林**"), ("", "")])
def test_r46_a_name_keeps_its_first_character(name: str, wanted: str) -> None:
    assert masked_name(name) == wanted


@pytest.mark.parametrize(
    ("phone", "wanted"), [("13812345678", "138******78"), ("12345", "*****"), ("", "")]
)
def test_r46_a_phone_keeps_three_and_two_digits(phone: str, wanted: str) -> None:
    assert masked_phone(phone) == wanted


@pytest.mark.parametrize(
    ("address", "wanted"),
    [
        ("浙江省杭州市余杭区文一西路969号", "浙江省杭州市余杭区***"),
        ("北京市朝阳区建国路1号", "北京市朝阳区***"),
        ("广西壮族自治区南宁市青秀区民族大道1号", "广西壮族自治区南宁市青秀区***"),
        ("somewhere 5", "***"),
        ("", ""),
    ],
)
def test_r46_an_address_keeps_province_city_and_district(address: str, wanted: str) -> None:
    assert masked_address(address) == wanted


def test_r46_an_order_is_masked_in_every_field_that_names_a_person() -> None:
    receiver = Receiver(
        name="张三丰", phone="13812345678", address="浙江省杭州市余杭区文一西路969号"
    )
    seen = masked_order(order(receiver=receiver)).receiver
    assert seen == Receiver(name="张**", phone="138******78", address="浙江省杭州市余杭区***")
    assert masked_order(order()) == order()


def test_r46_what_people_write_is_left_as_it_is() -> None:
    play = Play()
    play.says(BUYER, "我叫张三丰，13812345678")
    play.says(AGENT, "好的")
    asked, answered = play.log[-2:]
    assert masked_envelope(asked) == replace(asked, by=replace(asked.by, name="林**"))
    assert masked_envelope(answered) is answered
