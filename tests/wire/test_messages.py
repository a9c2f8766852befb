"""Every code has words in both languages."""

import re

import pytest

from server.core import errors
from server.wire import messages

# Section 1.5 of docs/protocol.md.
CODES = [
    "forbidden",
    "invite_not_open",
    "session_not_open",
    "client_outdated",
    "entry_closed",
    "switched_off",
    "auto_off",
    "not_rolled_out",
    "invite_pending",
    "not_in_phase",
    "outside_service_hours",
    "no_order",
    "order_not_shipped",
    "order_finished",
    "no_parcel",
    "several_parcels",
    "carrier_not_supported",
    "carrier_desk_closed",
    "carrier_desk_busy",
    "cooldown",
    "human_not_receiving",
    "merchant_client_outdated",
    "unauthorized",
    "not_found",
    "conflict",
    "rate_limited",
    "store_unavailable",
    "overloaded",
    "bad_frame",
    "unknown_type",
    "too_long",
    "message_limit",
    "marketing_limit",
    "recall_too_late",
    "already_rated",
    "rating_expired",
    "not_asked",
]

HAN = re.compile(r"[\u4e00-\u9fff]")


def test_the_codes_are_those_of_the_protocol():
    assert set(CODES) == messages.CODES
    assert errors.RETRYABLE <= messages.CODES


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_words_in_both_languages(code):
    chinese, english = messages.message(code, "zh-CN"), messages.message(code, "en")
    assert HAN.search(chinese)
    assert english
    assert not HAN.search(english)
    assert code not in (chinese, english)


def test_a_code_without_words_is_shown_as_it_is():
    assert messages.message("brand_new", "en") == "brand_new"
