"""Where settings come from: flag, `SANFANG_*`, TOML file, default.

The only module that reads the environment.
"""

import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from server.settings import CHECKS, SECRET, Settings

__all__ = ["BadSetting", "Loaded", "Settings", "explain", "fields", "load"]

PREFIX = "SANFANG_"
CONFIG = f"{PREFIX}CONFIG"  # the TOML file, as `--config`
DEFAULT = "default"


class BadSetting(Exception):
    """A setting that cannot be used; the text names it, its source and what is wrong."""


class Field(Struct, frozen=True, kw_only=True):
    """A setting as `--explain` and the command line see it."""

    name: str
    type: Any
    default: Any
    unit: str
    rule: str
    about: str

    @property
    def flag(self) -> str:
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()


class Loaded(Struct, frozen=True):
    """The settings and where each value came from."""

    settings: Settings
    sources: dict[str, str]


def fields() -> list[Field]:
    """All settings, in their order."""
    return [
        Field(
            name=hint.name,
            type=hint.type,
            default=hint.default,
            unit=_meta(hint.type).extra["unit"],
            rule=_meta(hint.type).extra["rule"],
            about=_meta(hint.type).description,
        )
        for hint in msgspec.structs.fields(Settings)
    ]


def load(
    flags: Mapping[str, Any] | None = None, *, environment: Mapping[str, str] | None = None
) -> Loaded:
    """Read every setting from its strongest source.

    `flags` holds values by the setting's name (None: not given) and may name the file as `config`.

    Raises:
        BadSetting: a value, a key of the file or the file itself cannot be used.
    """
    flags = flags or {}
    environment = os.environ if environment is None else environment
    file = flags.get("config") or environment.get(CONFIG)
    written = _read_file(Path(file)) if file else {}
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    for field in fields():
        for source, raw in _candidates(field, flags, environment, written, file):
            values[field.name] = _value(field, raw, source=source)
            sources[field.name] = source
            break
        else:
            sources[field.name] = DEFAULT
    settings = Settings(**values)
    _check_together(settings)
    return Loaded(settings, sources)


def explain(loaded: Loaded) -> str:
    """Every setting with value, source, default, unit and rule, as a table."""
    rows = [("setting", "value", "source", "default", "unit", "rule", "meaning")]
    for field in fields():
        value = getattr(loaded.settings, field.name)
        unit = "" if field.unit == SECRET else field.unit
        rows.append(
            (
                field.name,
                _shown(field, value),
                loaded.sources[field.name],
                _shown(field, field.default),
                unit,
                field.rule,
                field.about,
            )
        )
    widths = [min(32, max(len(row[i]) for row in rows)) for i in range(len(rows[0]))]
    lines = ["  ".join(cell.ljust(w) for cell, w in zip(row, widths, strict=True)) for row in rows]
    return "\n".join(line.rstrip() for line in lines)


def _meta(annotated: Any) -> Any:
    return annotated.__metadata__[0]


def _shown(field: Field, value: Any) -> str:
    if field.unit == SECRET:
        return "(set)" if value else "(none)"
    if isinstance(value, tuple):
        return ",".join(value) or "(none)"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:g}"
    return str(value) if value != "" else "(none)"


def _candidates(
    field: Field,
    flags: Mapping[str, Any],
    environment: Mapping[str, str],
    written: Mapping[str, Any],
    file: str | None,
) -> Iterator[tuple[str, Any]]:
    if flags.get(field.name) is not None:
        yield field.flag, flags[field.name]
    if field.variable in environment:
        yield field.variable, environment[field.variable]
    if field.name in written:
        yield f"{file}", written[field.name]


def _read_file(path: Path) -> dict[str, Any]:
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadSetting(f"config: cannot read {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadSetting(f"config: {path} is not TOML: {error}") from None
    unknown = sorted(set(written) - {field.name for field in fields()})
    if unknown:
        raise BadSetting(f"config: {path} has no such setting: {', '.join(unknown)}")
    return written


def _value(field: Field, raw: Any, *, source: str) -> Any:
    is_text = isinstance(raw, str)
    if is_text and isinstance(field.default, tuple):
        raw = [part.strip() for part in raw.split(",") if part.strip()]
    try:
        value = msgspec.convert(raw, field.type, strict=not is_text)
        CHECKS.get(field.name, lambda _: None)(value)
    except (msgspec.ValidationError, ValueError) as error:
        raise BadSetting(f"{field.name}: {error} (from {source})") from None
    return value


def _check_together(settings: Settings) -> None:
    """Refuse values that are fine alone and make no sense together."""
    if settings.hint_confidence > settings.card_confidence:
        hint, card = settings.hint_confidence, settings.card_confidence
        raise BadSetting(f"hint_confidence: {hint:g} is above card_confidence, {card:g}")
    if settings.idle_warning_s >= settings.idle_s:
        raise BadSetting("idle_warning_s: not below idle_s")
    kids = [text.partition(":")[0] for text in settings.token_secrets]
    if len(kids) != len(set(kids)):
        raise BadSetting("token_secrets: a kid is there twice")
