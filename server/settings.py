"""Every setting as a type: name, default, unit, limits and rule.

How a value gets here (flag, environment, file) is the business of `server.config`. Durations are
in seconds as an operator thinks of them; `policy()` turns them into the core's milliseconds.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from msgspec import Meta, Struct

from server.core.policy import PROMOTION, Hours, Policy

KIB = 1024
MIB = 1024 * KIB
SECRET = "secret"  # as a unit: never shown


def about(unit: str, rule: str, text: str, **limits: Any) -> Meta:
    """What `config --explain` says of a setting, and the limits of its values."""
    return Meta(description=text, extra={"unit": unit, "rule": rule}, **limits)


def _seconds(rule: str, text: str) -> Meta:
    # 400 days: longer is a mistake of units, and far from any overflow.
    return about("s", rule, text, gt=0, le=400 * 86_400)


def _count(unit: str, rule: str, text: str) -> Meta:
    return about(unit, rule, text, ge=1, le=2**31)


class Settings(Struct, frozen=True, kw_only=True):
    """What an operator decides. Immutable; read once, when the process starts."""

    # --- the process
    host: Annotated[str, about("", "", "address to listen on")] = "127.0.0.1"
    port: Annotated[int, about("", "", "port; 0 takes a free one", ge=0, le=65_535)] = 8000
    database: Annotated[str, about("URL", "R49", "where the log is kept")] = "sqlite:///sanfang.db"
    bus: Annotated[str, about("URL", "", "how nodes tell each other; local: is one node")] = (
        "local:"
    )
    demo: Annotated[bool, about("", "", "demo mode: tokens for the asking, a clock to move")] = (
        False
    )
    drain_s: Annotated[float, about("s", "", "closes are spread over this at an end", ge=0)] = 5
    log_format: Annotated[Literal["human", "json"], about("", "", "of the log on stderr")] = "human"
    log_level: Annotated[
        Literal["debug", "info", "warning", "error"], about("", "", "the least that is logged")
    ] = "info"

    # --- who may come in
    token_secret: Annotated[str, about(SECRET, "R47", "HS256 key of tokens without kid")] = ""
    token_secrets: Annotated[
        tuple[str, ...], about(SECRET, "R47", "HS256 keys, kid1:secret1,kid2:secret2")
    ] = ()
    jwks: Annotated[str, about("file", "R47", "a JWKS of public keys (RS, PS, ES, EdDSA)")] = ""
    origins: Annotated[
        tuple[str, ...], about("", "R47", "origins that pages may come from; none: the same origin")
    ] = ()
    minimum_client: Annotated[
        str, about("version", "R18", "older merchant clients do not invite")
    ] = "1.0.0"
    hard_minimum_client: Annotated[
        str, about("version", "R18", "older clients are turned away with 4426; empty: none")
    ] = ""
    upgrade_url: Annotated[str, about("URL", "R18", "where a newer client is to be had")] = "/"

    # --- limits of a connection
    frame_bytes: Annotated[int, _count("bytes", "", "a larger frame closes with 1009")] = 64 * KIB
    rate_per_s: Annotated[float, about("frames/s", "", "a connection may send", gt=0)] = 20
    rate_burst: Annotated[int, _count("frames", "", "it may send at once")] = 60
    bad_frames: Annotated[int, _count("frames", "", "bad ones in a row close with 4400")] = 20
    sockets_per_identity: Annotated[int, _count("sockets", "", "of one identity")] = 10
    rooms_per_hour: Annotated[int, _count("rooms", "", "an identity may open")] = 60
    outbox_bytes: Annotated[int, _count("bytes", "", "may wait for a slow reader")] = MIB
    hello_s: Annotated[float, _seconds("", "for the first frame to come")] = 5
    ping_s: Annotated[float, _seconds("", "between two pings")] = 25
    pong_s: Annotated[float, _seconds("", "for the answer to a ping")] = 10
    token_warning_s: Annotated[float, _seconds("", "token_expiring comes before the end")] = 60
    replay_events: Annotated[int, _count("events", "R49", "are replayed; more reset a room")] = 500
    merchant_rooms: Annotated[int, _count("rooms", "", "a merchant agent gets at hello")] = 200
    body_bytes: Annotated[int, _count("bytes", "", "of an HTTP request")] = MIB
    orders_bytes: Annotated[int, _count("bytes", "", "of an NDJSON upload of orders")] = 16 * MIB

    # --- invites
    timezone: Annotated[str, about("", "R4", "of every time of day")] = "Asia/Shanghai"
    service_hours: Annotated[str, about("HH:MM-HH:MM", "R4", "invites are made in")] = "09:00-21:00"
    carriers: Annotated[
        tuple[str, ...], about("", "R8", "enabled while the table of carriers is new")
    ] = ("zto", "sto", "yunda", "yto")
    invite_s: Annotated[float, _seconds("R10", "a card is open")] = 600
    order_card_s: Annotated[float, _seconds("R6", "an order card names the order")] = 600
    platform_after_decline_s: Annotated[float, _seconds("R11", "the platform waits")] = 86_400
    merchant_after_decline_s: Annotated[float, _seconds("R11", "the shop waits")] = 60
    merchant_after_second_decline_s: Annotated[
        float, _seconds("R11", "the shop waits after a second no")
    ] = 86_400
    platform_after_other_s: Annotated[
        float, _seconds("R11", "the platform waits after any other end")
    ] = 1_800
    card_confidence: Annotated[
        float, about("0–1", "R2", "that it is a delivery question, for a card", ge=0, le=1)
    ] = 0.8
    hint_confidence: Annotated[
        float, about("0–1", "R51", "that it is a delivery question, for a hint", ge=0, le=1)
    ] = 0.5
    burst_s: Annotated[float, _seconds("R2", "all messages of a burst lie within")] = 60

    # --- sessions and desks
    desk_wait_s: Annotated[float, _seconds("R50", "expected wait that is bearable")] = 600
    idle_s: Annotated[float, _seconds("R14", "of silence end a session")] = 900
    idle_warning_s: Annotated[float, _seconds("R14", "warning before that end")] = 120
    no_agent_s: Annotated[float, _seconds("R14", "wait with no agent online")] = 180
    wait_s: Annotated[float, _seconds("R14", "wait at most")] = 600
    silent_s: Annotated[float, _seconds("R44", "an agent may be silent after joining")] = 60
    disconnect_s: Annotated[float, _seconds("R45", "an agent may be away")] = 30

    # --- messages
    recall_s: Annotated[float, _seconds("R48", "a message can be recalled")] = 120
    message_limit: Annotated[int, _count("messages", "R28", "of the shop in a row")] = 5
    marketing_s: Annotated[float, _seconds("R27", "between two promotions in a room")] = 86_400
    promotion: Annotated[str, about("regex", "R27", "what makes a text a promotion")] = PROMOTION
    countdown_in_session: Annotated[
        Literal["hidden", "shown_not_assessed"], about("", "R30", "the countdown in a session")
    ] = "hidden"
    rules: Annotated[str, about("", "R32", "rule set of the live timer")] = "2023.1"

    def policy(self) -> Policy:
        """The numbers of the rules, as the core takes them."""
        durations = {
            f"{name}_ms": round(getattr(self, f"{name}_s") * 1000) for name in POLICY_DURATIONS
        }
        return Policy(
            zone=ZoneInfo(self.timezone),
            service_hours=Hours.parse(self.service_hours),
            message_limit=self.message_limit,
            promotion=self.promotion,
            card_confidence=self.card_confidence,
            hint_confidence=self.hint_confidence,
            minimum_client=version(self.minimum_client),
            hard_minimum_client=version(self.hard_minimum_client),
            countdown_in_session=self.countdown_in_session,
            rules=self.rules,
            **durations,
        )

    def secrets(self) -> dict[str | None, str]:
        """HS256 keys by `kid`; None is the key of tokens without one."""
        found: dict[str | None, str] = dict(_kid_and_secret(text) for text in self.token_secrets)
        if self.token_secret:
            found[None] = self.token_secret
        return found


# `invite_s` here is `invite_ms` of the policy, and so on.
POLICY_DURATIONS = tuple(
    name.removesuffix("_ms") for name in Policy.__struct_fields__ if name.endswith("_ms")
)


def version(text: str) -> tuple[int, ...]:
    """Read dotted integers; empty is no version.

    Raises:
        ValueError: not of that form.
    """
    if not text:
        return ()
    if re.fullmatch(r"\d{1,6}(\.\d{1,6}){0,5}", text) is None:
        raise ValueError(f"not a version like 1.0.0: {text!r}")
    return tuple(map(int, text.split(".")))


def _kid_and_secret(text: str) -> tuple[str, str]:
    kid, colon, secret = text.partition(":")
    if not (kid and colon and secret):
        raise ValueError("not of the form kid:secret")
    return kid, secret


def _zone(text: str) -> object:
    try:
        return ZoneInfo(text)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"no such time zone: {text!r}") from None


def _pattern(text: str) -> object:
    try:
        return re.compile(text)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None


def _url(*schemes: str) -> Callable[[str], object]:
    def check(text: str) -> object:
        if not text.startswith(schemes):
            raise ValueError(f"begins with none of {', '.join(schemes)}")
        return text

    return check


# What a type cannot say; each raises ValueError for a bad value.
CHECKS: dict[str, Callable[[Any], object]] = {
    "timezone": _zone,
    "service_hours": Hours.parse,
    "minimum_client": version,
    "hard_minimum_client": version,
    "promotion": _pattern,
    "token_secrets": lambda texts: [_kid_and_secret(text) for text in texts],
    "database": _url("sqlite:///", "postgresql://"),
    "bus": _url("local:", "nats://"),
}
