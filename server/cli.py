"""The command line: `sanfang serve`, `demo`, `token`, `config` and the others."""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec

from server import __version__, config, log
from server.config import BadSetting, Loaded
from server.settings import Settings

OK, FAILED, USAGE = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words[:1] == ["load"]:
        # It has options of its own.
        from server.load import cli as load

        return load.run(words[1:])
    chosen = _parser().parse_args(words)
    try:
        code: int = chosen.run(chosen, config.load(_flags(chosen)))
        sys.stdout.flush()
    except BadSetting as error:
        return _fail(str(error), code=USAGE)
    except KeyboardInterrupt:
        return OK
    except BrokenPipeError:
        # Whoever read has enough, as in `… | head`; the interpreter's end must not try again.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    return code


def serve(_: argparse.Namespace, loaded: Loaded) -> int:
    return _serve(loaded.settings)


def demo(_: argparse.Namespace, loaded: Loaded) -> int:
    with tempfile.TemporaryDirectory(prefix="sanfang-demo-") as folder:
        database = loaded.settings.database
        if loaded.sources["database"] == config.DEFAULT:
            database = f"sqlite:///{Path(folder) / 'demo.db'}"
        return _serve(msgspec.structs.replace(loaded.settings, demo=True, database=database))


def token(chosen: argparse.Namespace, loaded: Loaded) -> int:
    from server.app import CannotStart, authority_of
    from server.auth import BadKeys, identity_of
    from server.core.errors import Refused
    from server.core.model import Role

    try:
        identity = identity_of(
            Role(chosen.role),
            chosen.id,
            name=chosen.name,
            shop=chosen.shop,
            carrier=chosen.carrier,
            badge=chosen.badge,
            lead=chosen.lead,
        )
        minted = authority_of(loaded.settings).mint(identity, expires_in_s=chosen.expires_in_s)
    except (BadKeys, CannotStart, Refused) as error:
        return _fail(str(error), code=USAGE)
    print(minted)
    return OK


def show_config(_: argparse.Namespace, loaded: Loaded) -> int:
    print(config.explain(loaded))
    return OK


def classify(_: argparse.Namespace, __: Loaded) -> int:
    from server import offline
    from server.reader import shipped

    return offline.classify(sys.stdin.buffer, sys.stdout, read=shipped().read)


def verify(_: argparse.Namespace, loaded: Loaded) -> int:
    from server import offline

    try:
        return offline.verify(loaded.settings.database, sys.stdout)
    except offline.CannotRead as error:
        return _fail(str(error))


def export(_: argparse.Namespace, loaded: Loaded) -> int:
    from server import offline

    settings = loaded.settings
    try:
        return offline.export_feedback(settings.database, sys.stdout, settings.policy())
    except offline.CannotRead as error:
        return _fail(str(error))


def _serve(settings: Settings) -> int:
    from server.app import CannotStart
    from server.serving import CannotListen, run

    log.set_up(form=settings.log_format, level=settings.log_level)

    def on_ready(url: str) -> None:
        print(f"listening on {url}", flush=True)
        if settings.demo:
            print(f"open {url}/ in a browser", flush=True)

    try:
        run(settings, on_ready=on_ready)
    except (CannotStart, CannotListen) as error:
        return _fail(str(error))
    return OK


def _fail(text: str, *, code: int = FAILED) -> int:
    print(f"sanfang: {text}", file=sys.stderr)
    return code


# --- options --------------------------------------------------------------------------------


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="sanfang", description="Three-party customer service.")
    parser.add_argument("--version", action="version", version=f"sanfang {__version__}")
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(name: str, run: Callable[..., int], text: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=text, description=text)
        added.set_defaults(run=run)
        _add_settings(added)
        return added

    command("serve", serve, "run the server")
    command("demo", demo, "run the server with demo data in a throw-away database")
    _add_identity(command("token", token, "print a token"))
    shown = command("config", show_config, "show every setting and where it comes from")
    shown.add_argument("--explain", action="store_true", help="show them (the default)")
    command("classify", classify, "read messages, one a line, and print intents as JSON lines")
    commands.add_parser("load", help="drive a server with scripted sockets", add_help=False)
    command("verify", verify, "check the hash chain of every room")
    text = "write out what was read and how it turned out, masked, as JSON lines"
    written = command("export", export, text)
    written.add_argument("what", choices=("feedback",), help="labelled readings of messages")
    return parser


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--config", metavar="FILE", help="a TOML file with settings")
    group = parser.add_argument_group("settings")
    for field in config.fields():
        text = f"{field.about} [{field.unit or 'text'}]".replace("%", "%%")
        if field.default is False:
            group.add_argument(
                field.flag, dest=field.name, action=argparse.BooleanOptionalAction, help=text
            )
        else:
            group.add_argument(field.flag, dest=field.name, metavar="…", help=text)


def _add_identity(parser: argparse.ArgumentParser) -> None:
    roles = ("buyer", "merchant", "logistics", "platform", "bot")
    parser.add_argument("--role", required=True, choices=roles)
    parser.add_argument("--id", required=True, type=_id)
    parser.add_argument("--shop", type=_id, help="of a merchant or a bot")
    parser.add_argument("--carrier", type=_id, help="of logistics")
    parser.add_argument("--name", default="")
    parser.add_argument("--badge", help="of logistics (R1)")
    parser.add_argument("--lead", action="store_true", help="runs the carrier's desk")
    parser.add_argument("--expires-in-s", type=float, default=3_600.0, metavar="SECONDS")


def _id(text: str) -> str:
    from server.auth import Id

    try:
        return str(msgspec.convert(text, Id))
    except msgspec.ValidationError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _flags(chosen: argparse.Namespace) -> dict[str, Any]:
    names = {field.name for field in config.fields()} | {"config"}
    return {name: value for name, value in vars(chosen).items() if name in names}
