"""The import law holds, and its check sees each way of breaking it."""

from collections.abc import Mapping
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.import_law import LAYERS, breaches, circle, layer_of

ROOT = Path(__file__).resolve().parent.parent


def _server_sources() -> Mapping[str, str]:
    """Every module of the package by its dotted name."""
    sources = {}
    for path in sorted((ROOT / "server").rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = path.read_text(encoding="utf-8")
    return sources


def test_the_server_obeys_the_import_law():
    sources = _server_sources()
    assert sources, "no module was found: the check would hold for nothing"
    assert breaches(sources) == []


def test_a_server_that_obeys_the_law_has_no_breach():
    lawful = {
        "server": "__version__ = '1'",
        "server.core": "",
        "server.core.rooms": "import re, msgspec\nfrom . import model\nfrom .model import Room",
        "server.core.model": "from collections.abc import Mapping",
        "server.config": "import os\nvalue = os.environ['X']",
        "server.store": "from server.core.model import Room",
        "server.store.store": "from ..core import model",
        "server.store.sqlite": "import aiosqlite\nfrom server.store.store import Store",
        "server.service": "from server.store.store import Store\nimport server.core.rooms",
        "server.api.orders": "from server.service import Service\nfrom starlette import routing",
        "server.app": "from server.store.sqlite import SqliteStore\nfrom server import api",
        "server.cli": "def main():\n    from server.app import build",
    }
    assert breaches(lawful) == []


PLANTED = {
    "upward": ("server.core.rooms", "from server.service import Service"),
    "upward, relative": ("server.core.rooms", "from ..service import Service"),
    "upward, the package's own way": ("server.core", "from .. import service"),
    "upward, inside a function": ("server.store.store", "def f():\n    import server.service"),
    "upward, for types": (
        "server.wire.frames",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from server.hub import Hub",
    ),
    "upward, by name": ("server.hub", "import importlib\nimportlib.import_module('server.app')"),
    "by a computed name": ("server.hub", "from importlib import import_module\nimport_module(x)"),
    "sideways, store to bus": ("server.store.store", "from server.bus.bus import Bus"),
    "sideways, bus to wire": ("server.bus.bus", "from server.wire import frames"),
    "sideways, wire to store": ("server.wire.session", "import server.store.store"),
    "api above app": ("server.api.orders", "from server.app import build"),
    "load to the inside": ("server.load.socket", "from server.service import Service"),
    "core with a loop": ("server.core.rooms", "import asyncio"),
    "core with a clock": ("server.core.rooms", "from time import time"),
    "core with chance": ("server.core.rooms", "import random"),
    "core with a file": ("server.core.rooms", "import os.path"),
    "core with a driver": ("server.core.rooms", "import sqlite3"),
    "core with a socket": ("server.core.rooms", "from socket import socket"),
    "core that asks the time": (
        "server.core.rooms",
        "from datetime import datetime, UTC\ndatetime.now(UTC)",
    ),
    "core that hashes by the run": ("server.core.rooms", "place = hash('shop')"),
    "core that reads a file": ("server.core.rooms", "open('weights')"),
    "an implementation in the service": (
        "server.service",
        "from server.store.sqlite import SqliteStore",
    ),
    "an implementation, imported as a module": (
        "server.api.orders",
        "from server.bus import local",
    ),
    "an implementation, handed on": ("server.store", "from .sqlite import SqliteStore"),
    "the environment": ("server.service", "import os\nos.environ['X']"),
    "the environment, by function": ("server.api.orders", "import os\nos.getenv('X')"),
    "the environment, by name": ("server.app", "from os import environ"),
    "a module with no layer": ("server.stray", "import re"),
}


@pytest.mark.parametrize(("module", "source"), PLANTED.values(), ids=PLANTED.keys())
def test_a_planted_violation_is_found(module: str, source: str):
    others = {"server.app", "server.bus.local", "server.service", "server.store.sqlite"}
    surroundings = dict.fromkeys(others | {"server.bus", "server.store", "server"}, "")
    found = breaches(surroundings | {module: source})
    assert len(found) == 1, found
    assert found[0].startswith(module)


def test_the_layers_form_no_circle():
    names = {layer.name for layer in LAYERS}
    assert len(names) == len(LAYERS)
    allowed = {layer.name: set(layer.may) for layer in LAYERS}
    assert set().union(*allowed.values()) <= names
    order = list(TopologicalSorter(allowed).static_order())
    assert order.index("core") < order.index("store") < order.index("service") < order.index("app")


def test_the_table_knows_each_module_by_its_most_fitting_row():
    assert layer_of("server.service_rooms").name == "service"
    assert layer_of("server.service.rooms").name == "service"
    assert layer_of("server.store.sql.schema").name == "store"
    assert layer_of("server.applause") is None


def test_no_modules_import_each_other_in_a_circle():
    assert circle(_server_sources()) == []


def test_a_planted_circle_is_found():
    planted = {
        "server.core.model": "from . import rooms",
        "server.core.rooms": "from server.core.events import Event",
        "server.core.events": "import server.core.model",
        "server.core": "def f():\n    from server.core import model",
    }
    assert set(circle(planted)) == {"server.core.model", "server.core.rooms", "server.core.events"}
