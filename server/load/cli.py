"""`sanfang load`: drive a server with scripted sockets; did it hold?"""

import argparse
import asyncio
import json
import secrets
import sys
from collections.abc import Sequence

from websockets.exceptions import WebSocketException

from server import config
from server.config import BadSetting
from server.core.bodies import ID_PATTERN
from server.load.client import Missing
from server.load.platform import NoServer, Platform
from server.load.progress import Progress
from server.load.report import Report
from server.load.run import Plan, play

OK, FAILED, USAGE = 0, 1, 2


def run(words: Sequence[str]) -> int:
    """Play a load; 0 as expected, 1 not, 2 where it could not begin."""
    options = _parser().parse_args(words)
    try:
        secrets_ = _secrets(options.secret)
        report = asyncio.run(_play(options, secrets_))
    except (BadSetting, NoServer, Missing, WebSocketException, OSError) as error:
        print(f"sanfang load: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        return FAILED
    if options.json:
        print(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        print(report.as_text())
    return OK if report.is_good else FAILED


async def _play(options: argparse.Namespace, secrets_: dict[str | None, str]) -> Report:
    plan = Plan(
        url=options.url,
        name=f"load-{secrets.token_hex(3)}",
        rooms=options.rooms,
        rate=options.rate,
        messages=options.messages,
        duration_s=options.duration,
        carrier=options.carrier,
    )
    platform = Platform(options.url, secrets_)
    progress = Progress(plan.expected, is_shown=False if options.json else None)
    return await play(plan, platform, progress)


def _secrets(given: str | None) -> dict[str | None, str]:
    """The keys to sign tokens with, given or set; none: demo tokens."""
    if given is not None:
        return {None: given}
    return config.load({}).settings.secrets()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sanfang load",
        description="Play the whole story in many rooms: open, ask, the platform's card, accept,"
        " join, talk, end, next question. Checks order, loss, duplicates, access and alerts that"
        " must not come. Invites are made in service hours only (R4).",
    )
    add = parser.add_argument
    add("--url", default="http://127.0.0.1:8000", help="of the server [%(default)s]")
    add(
        "--secret",
        metavar="SECRET",
        help="to sign tokens with; else SANFANG_TOKEN_SECRET; else the server's demo tokens",
    )
    add("--rooms", type=_count, default=10, help="side by side [%(default)s]")
    add("--rate", type=_rate, default=50.0, help="messages a second, in all [%(default)s]")
    add("--messages", type=_count, default=12, help="in each session [%(default)s]")
    add("--duration", type=_seconds, default=0.0, metavar="S", help="new stories until then [one]")
    add("--carrier", type=_id, default="sto", help="whose desk is played [%(default)s]")
    add("--json", action="store_true", help="the report as one JSON object")
    return parser


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 10**6:
        raise argparse.ArgumentTypeError(f"not a count: {text!r}")
    return int(text)


def _rate(text: str) -> float:
    rate = _seconds(text)
    if not rate:
        raise argparse.ArgumentTypeError("the rate must be above 0")
    return rate


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value <= 10**6:
        raise argparse.ArgumentTypeError(f"not a number of 0 or more: {text!r}")
    return value


def _id(text: str) -> str:
    import re

    if re.match(ID_PATTERN, text) is None:
        raise argparse.ArgumentTypeError(f"not an id: {text!r}")
    return text
