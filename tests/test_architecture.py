"""Who may import whom (style: the arrows), checked by reading imports."""

import ast
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
OURS = {"clock", "config", "dashboard", "expressions", "statsync", "taskrouter"}

PURE = [
    "expressions",
    "taskrouter/engine",
    "taskrouter/simulation/plan",
    "taskrouter/simulation/asks",
    "taskrouter/simulation/director",
    "taskrouter/simulation/scripts",
    "statsync/records",
    "statsync/timelines",
    "statsync/metrics",
    "statsync/rollups",
    "statsync/live/shapes",
    "statsync/live/frames",
    "dashboard/boards",
    "dashboard/charts",
    "dashboard/numbers",
]
# A pure file may use these beside the standard library and other pure files.
PURE_LIBRARIES = {
    "taskrouter/engine": {"msgspec"},
    "statsync/records": {"msgspec"},
    "dashboard/charts": {"plotly"},
}
# What one of our packages may import of the others; anything else is an arrow broken.
MAY_IMPORT = {
    "clock": (),
    "expressions": (),
    "taskrouter": ("clock", "expressions"),
    "statsync": ("clock", "expressions"),
    "dashboard": (
        "clock",
        "statsync.queries",
        "statsync.commands",
        "statsync.live",
        "statsync.metrics",
    ),
    "config": tuple(OURS),
}
# What the engine's tests may use of ours, and nothing of Django.
OF_ENGINE_TESTS = ("expressions", "taskrouter.engine")
# Outside thing -> the only files that may touch it.
OWNERS = {
    "twilio": ("statsync/client",),
    "plotly": ("dashboard/charts",),
    "channels.layers": ("statsync/live",),
}


def files(place: str) -> list[Path]:
    """The files of a module, whether it is one file or has become a folder."""
    folder = ROOT / place
    return sorted(folder.rglob("*.py")) or [folder.with_suffix(".py")]


def imports(file: Path) -> set[str]:
    """Every module a file imports, dotted and absolute; `from a import b` is a.b."""
    found: set[str] = set()
    package = file.relative_to(ROOT).parts[:-1]
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            parent = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*parent, *filter(None, [node.module])])
            found |= {f"{module}.{name.name}" for name in node.names}
    return found


def within(module: str, places: tuple[str, ...]) -> bool:
    return any(module == place or module.startswith(f"{place}.") for place in places)


def python_files() -> list[Path]:
    return [
        file
        for package in sorted(OURS)
        for file in files(package)
        if "migrations" not in file.parts
    ]


def name(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("file", python_files(), ids=name)
def test_a_file_imports_only_what_its_package_may(file: Path) -> None:
    package = file.relative_to(ROOT).parts[0].removesuffix(".py")
    others = {
        module
        for module in imports(file)
        if (top := module.partition(".")[0]) in OURS and top != package
    }
    broken = {module for module in others if not within(module, MAY_IMPORT[package])}
    assert broken == set()


@pytest.mark.parametrize("place", PURE)
def test_a_pure_file_imports_the_standard_library_and_pure_files(place: str) -> None:
    pure = tuple(pure.replace("/", ".") for pure in PURE)
    allowed = set(sys.stdlib_module_names) | PURE_LIBRARIES.get(place, set())
    for file in files(place):
        outside = {
            module
            for module in imports(file)
            if module.partition(".")[0] not in allowed and not within(module, pure)
        }
        assert outside == set(), name(file)


@pytest.mark.parametrize("place", PURE)
def test_a_pure_file_asks_no_clock(place: str) -> None:
    asking = re.compile(r"\bnow\(\)|\btime\.time|\bmonotonic\(|\butcnow\(|\btoday\(\)")
    for file in files(place):
        assert not asking.search(file.read_text()), name(file)


def test_the_machines_clock_is_read_in_one_place() -> None:
    reading = re.compile(r"\btime\.time(_ns)?\(")
    readers = {name(one) for one in python_files() if reading.search(one.read_text())}
    assert readers == {"clock.py"}


@pytest.mark.parametrize("outside", OWNERS)
def test_an_outside_thing_has_one_owner(outside: str) -> None:
    owners = OWNERS[outside]
    users = {
        name(file)
        for file in python_files()
        if any(within(module, (outside,)) for module in imports(file))
    }
    assert {user for user in users if not user.startswith(owners)} == set()


def test_static_scripts_keep_the_arrow_of_the_browser() -> None:
    allowed = {
        "format": set(),
        "store": {"format"},
        "live": {"format", "store"},
        "freshness": {"format"},
        "bits": {"format"},
        "tiles": {"bits", "format"},
        "tables": {"bits", "format", "results"},
        "charts": {"format"},
        "actions": {"format", "results"},
        "results": {"voice"},
        "voice": set(),
        "forms": set(),
        "keys": set(),
        "theme": set(),
    }
    for module, may in allowed.items():
        text = (ROOT / "static/js" / f"{module}.js").read_text()
        found = set(re.findall(r"from \"\./(\w+)\.js\"", text))
        assert found <= may, module


def test_store_and_format_never_touch_the_page() -> None:
    for module in ("store", "format"):
        text = (ROOT / "static/js" / f"{module}.js").read_text()
        assert not re.search(r"\b(document|window)\b", text), module


@pytest.mark.parametrize("file", files("tests/engine"), ids=name)
def test_the_engines_tests_need_no_more_than_the_engine(file: Path) -> None:
    """bench/judge.py runs them without Django, for a quick start."""
    used = {one for one in imports(file) if within(one, (*OURS, "django"))}
    assert {one for one in used if not within(one, OF_ENGINE_TESTS)} == set()
