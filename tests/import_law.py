"""The import law as a table, and what breaks it.

Theory of operation. Every module of `server` belongs to one layer of `LAYERS`, found by name. A
module may import its own layer and the layers that its row names: so nothing imports upward, and
store, bus and wire do not know each other. Beyond the table: the core takes pure modules only,
implementations are chosen by `CHOOSERS`, and one module reads the environment. Imports are read
from the source, those inside functions and under TYPE_CHECKING too; nothing is run.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from graphlib import CycleError, TopologicalSorter


@dataclass(frozen=True, kw_only=True)
class Layer:
    """Modules (patterns; a package's name covers what is inside) and the layers they may import."""

    name: str
    modules: tuple[str, ...]
    may: tuple[str, ...]


# From the bottom up. To add a module put it into its row; a new layer names what it may import.
LAYERS = (
    Layer(name="root", modules=("server",), may=()),
    Layer(name="core", modules=("server.core",), may=()),
    Layer(
        name="ground",  # small services that any layer above may use
        modules=(
            "server.assets",
            "server.auth",
            "server.clock",
            "server.config",
            "server.log",
            "server.metrics",
            "server.reader",
            "server.seed",
            "server.settings",
        ),
        may=("root", "core"),
    ),
    Layer(name="wire", modules=("server.wire",), may=("root", "core", "ground")),
    Layer(name="store", modules=("server.store",), may=("root", "core", "ground")),
    Layer(name="bus", modules=("server.bus",), may=("root", "core", "ground")),
    Layer(
        name="service",
        modules=(
            *("server.service*", "server.hub", "server.timers", "server.desks", "server.cell"),
            *("server.journal", "server.joining", "server.shops", "server.views", "server.rooms"),
            *(
                "server.delivery",
                "server.explain",
                "server.gateway",
                "server.asides",
                "server.openings",
                "server.lapses",
                "server.background",
                "server.presence",
            ),
        ),
        may=("root", "core", "ground", "wire", "store", "bus"),
    ),
    Layer(
        name="api",
        modules=("server.api",),
        may=("root", "core", "ground", "wire", "store", "bus", "service"),
    ),
    # What works on a store without a server, and what fills one.
    Layer(
        name="offline",
        modules=("server.export*", "server.seed*", "server.verify*"),
        may=("root", "core", "ground", "store", "service"),
    ),
    Layer(
        name="app",
        modules=("server.app", "server.pages"),
        may=("root", "core", "ground", "wire", "store", "bus", "service", "api", "offline"),
    ),
    # A client of a running server: it knows the frames and nothing of the inside.
    Layer(name="load", modules=("server.load",), may=("root", "core", "ground", "wire")),
    Layer(
        name="cli",
        modules=("server.cli", "server.__main__", "server.offline", "server.serving"),
        may=(
            *("root", "core", "ground", "wire", "store", "bus", "service", "api", "offline"),
            *("app", "load"),
        ),
    ),
)

# Chosen in one place, so that another can be put in their stead.
IMPLEMENTATIONS = (
    "server.store.sqlite*",
    "server.store.postgres*",
    "server.bus.local",
    "server.bus.nats",
    "server.wire.direct",
    "server.wire.websocket",
)
CHOOSERS = ("app", "cli")

READS_ENVIRONMENT = "server.config"
_ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"})

# What the core may use: no clock, no chance, no input or output.
PURE = frozenset(
    {
        *("abc", "array", "base64", "bisect", "collections", "copy", "dataclasses", "datetime"),
        *("decimal", "enum", "fractions", "functools", "hashlib", "heapq", "hmac", "itertools"),
        *("json", "math", "msgspec", "numbers", "operator", "re", "statistics", "string"),
        *("struct", "textwrap", "types", "typing", "unicodedata", "zlib", "zoneinfo"),
    }
)
# Even pure modules have a door: the core takes `now`, and `hash()` differs from run to run.
IMPURE_CALLS = frozenset({"open", "input", "print", "hash", "breakpoint", "exec", "eval"})
IMPURE_METHODS = frozenset({"now", "utcnow", "today"})


def breaches(sources: Mapping[str, str]) -> list[str]:
    """What breaks the law in these modules (dotted name → source), a sentence each, sorted."""
    found: set[str] = set()
    for module, source in sources.items():
        tree = ast.parse(source)
        imported = set(_imports(module, tree, known=frozenset(sources)))
        found.update(_against_layers(module, imported))
        found.update(_against_choosing(module, imported))
        found.update(_against_environment(module, tree))
        if _layer_name(module) == "core":
            found.update(_against_purity(module, tree, imported=imported))
    return sorted(found)


def circle(sources: Mapping[str, str]) -> list[str]:
    """Modules that import each other as they are loaded, in order, or none."""
    known = frozenset(sources)
    graph = {}
    for module, source in sources.items():
        # Imports inside functions and under TYPE_CHECKING are not on the top level.
        statements = [
            n for n in ast.parse(source).body if isinstance(n, ast.Import | ast.ImportFrom)
        ]
        loaded = ast.Module(body=list(statements), type_ignores=[])
        graph[module] = set(_imports(module, loaded, known=known)) & known
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def layer_of(module: str) -> Layer | None:
    """The layer of a module, or None for one that the table does not know."""
    for layer in LAYERS:
        if any(_covers(pattern, module) for pattern in layer.modules):
            return layer
    return None


def _layer_name(module: str) -> str:
    layer = layer_of(module)
    return layer.name if layer else ""


def _covers(pattern: str, module: str) -> bool:
    if pattern == "server":
        return module == pattern
    return fnmatchcase(module, pattern) or fnmatchcase(module, f"{pattern}.*")


# --- the rules ---


def _against_layers(module: str, imported: set[str]) -> Iterator[str]:
    layer = layer_of(module)
    if layer is None:
        yield f"{module} has no layer: put it into LAYERS"
        return
    for other in imported:
        if not _is_ours(other):
            continue
        below = layer_of(other)
        if below is None:
            yield f"{module} imports {other}, which has no layer"
        elif below != layer and below.name not in layer.may:
            yield f"{module} ({layer.name}) imports {other} ({below.name})"


def _against_choosing(module: str, imported: set[str]) -> Iterator[str]:
    if _layer_name(module) in CHOOSERS:
        return
    for other in imported:
        if not any(fnmatchcase(other, pattern) for pattern in IMPLEMENTATIONS):
            continue
        package = other.rpartition(".")[0]
        # A package's own modules may share code; its __init__ would hand the choice to anybody.
        if not module.startswith(f"{package}."):
            yield f"{module} chooses the implementation {other}"


def _against_environment(module: str, tree: ast.AST) -> Iterator[str]:
    if module == READS_ENVIRONMENT:
        return
    for node in ast.walk(tree):
        names = set()
        if isinstance(node, ast.Attribute) and _is_name(node.value, "os"):
            names = {node.attr}
        elif isinstance(node, ast.ImportFrom) and node.module == "os":
            names = {alias.name for alias in node.names}
        if names & _ENVIRONMENT:
            yield f"{module} reads the environment"


def _against_purity(module: str, tree: ast.AST, *, imported: set[str]) -> Iterator[str]:
    for other in imported:
        if not _is_ours(other) and other.partition(".")[0] not in PURE:
            yield f"{module} (core) imports {other}, which is not pure"
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if isinstance(called, ast.Name) and called.id in IMPURE_CALLS:
            yield f"{module} (core) calls {called.id}()"
        if isinstance(called, ast.Attribute) and called.attr in IMPURE_METHODS:
            yield f"{module} (core) calls .{called.attr}()"


# --- reading imports ---


def _imports(module: str, tree: ast.AST, *, known: frozenset[str]) -> Iterator[str]:
    """The full names of what a module imports; `known` tells a module from a name inside one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            source = _absolute(module, node, known=known)
            inner = {f"{source}.{alias.name}" for alias in node.names} & known
            yield from inner or {source}
        elif isinstance(node, ast.Call) and _imports_by_name(node.func):
            # Hidden from this reading, so a name in quotes counts and any other is refused.
            argument = node.args[0] if node.args else None
            is_text = isinstance(argument, ast.Constant) and isinstance(argument.value, str)
            yield argument.value if is_text else "server.(a computed name)"


def _imports_by_name(called: ast.expr) -> bool:
    is_method = isinstance(called, ast.Attribute) and called.attr == "import_module"
    return is_method or _is_name(called, "import_module") or _is_name(called, "__import__")


def _absolute(module: str, node: ast.ImportFrom, *, known: frozenset[str]) -> str:
    if not node.level:
        return node.module or ""
    is_package = any(name.startswith(f"{module}.") for name in known)
    parts = module.split(".")
    parts = parts[: len(parts) - node.level + is_package]
    return ".".join([*parts, node.module] if node.module else parts)


def _is_name(node: ast.expr, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name


def _is_ours(module: str) -> bool:
    return module.partition(".")[0] == "server"
