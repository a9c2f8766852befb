"""The numbers of the rules (⚙), with their defaults.

Durations are in ms, times of day in `zone`.
"""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec import Struct

from server.core.model import Instant

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
DAY_MINUTES = 24 * 60

PROMOTION = r"优惠券|满减|秒杀|限时特惠|领券|全场[一二三四五六七八九\d.]+折|promo code|coupon|% off"


class Hours(Struct, frozen=True):
    """A span of the day in minutes, `start ≤ t < end`; a later start spans midnight."""

    start: int
    end: int

    @classmethod
    def parse(cls, text: str) -> "Hours":
        """Read `09:00-21:00`; `24:00` is allowed as an end.

        Raises:
            ValueError: not of that form.
        """
        found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", text.strip())
        if found is None:
            raise ValueError(f"not hours like 09:00-21:00: {text!r}")
        h1, m1, h2, m2 = map(int, found.groups())
        start, end = h1 * 60 + m1, h2 * 60 + m2
        if m1 > 59 or m2 > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:
            raise ValueError(f"no such time of day: {text!r}")
        return cls(start, end)

    def __str__(self) -> str:
        return "{:02}:{:02}-{:02}:{:02}".format(*divmod(self.start, 60), *divmod(self.end, 60))

    def contains(self, at: Instant, zone: ZoneInfo) -> bool:
        """Whether the instant's time of day lies within."""
        local = datetime.fromtimestamp(at / 1000, zone)
        minute = local.hour * 60 + local.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end

    def closes_at(self, at: Instant, zone: ZoneInfo) -> Instant:
        """The first closing after an instant within; far away if it never closes."""
        if (self.end - self.start) % DAY_MINUTES == 0:
            return at + 365 * DAY
        local = datetime.fromtimestamp(at / 1000, zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        close = midnight + timedelta(minutes=self.end)
        if close <= local:
            close += timedelta(days=1)
        return int(close.timestamp() * 1000)


def next_midnight(at: Instant, zone: ZoneInfo) -> Instant:
    """The end of the instant's day."""
    local = datetime.fromtimestamp(at / 1000, zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return int(midnight.timestamp() * 1000)


class Policy(Struct, frozen=True, kw_only=True):
    """Every number of R1–R57 that an operator may set."""

    zone: ZoneInfo = ZoneInfo("Asia/Shanghai")
    service_hours: Hours = Hours(9 * 60, 21 * 60)  # R4
    invite_ms: int = 10 * MINUTE  # R10
    order_card_ms: int = 10 * MINUTE  # R6
    platform_after_decline_ms: int = 24 * HOUR  # R11
    merchant_after_decline_ms: int = MINUTE  # R11
    merchant_after_second_decline_ms: int = 24 * HOUR  # R11
    platform_after_other_ms: int = 30 * MINUTE  # R11
    desk_wait_ms: int = 10 * MINUTE  # R50
    idle_ms: int = 15 * MINUTE  # R14
    idle_warning_ms: int = 2 * MINUTE  # R14, before the end
    no_agent_ms: int = 3 * MINUTE  # R14, nobody online
    wait_ms: int = 10 * MINUTE  # R14, at most
    silent_ms: int = MINUTE  # R44
    disconnect_ms: int = 30_000  # R45
    recall_ms: int = 2 * MINUTE  # R48
    burst_ms: int = MINUTE  # R2, the whole of a burst
    message_limit: int = 5  # R28
    marketing_ms: int = 24 * HOUR  # R27, one promotion in
    promotion: str = PROMOTION  # R27, a regular expression
    card_confidence: float = 0.8  # R2
    hint_confidence: float = 0.5  # R51
    minimum_client: tuple[int, ...] = (1, 0, 0)  # R18
    hard_minimum_client: tuple[int, ...] = ()  # R18
    countdown_in_session: str = "hidden"  # R30: or shown_not_assessed
    terms: str = "1"  # version of the card's text (R10)
    rules: str = "2023.1"  # the rule set of the live timer
