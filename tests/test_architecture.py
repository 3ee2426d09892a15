"""Who may import whom (docs/architecture.md), held by walking the code."""

import ast
from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).resolve().parents[1]
ENGINE = ROOT / "custom_components" / "hold_slayer" / "engine"

MAY_IMPORT = {
    "model": set(),
    "ports": {"model"},
    "audio": {"model"},
    "classify": {"model", "audio"},
    "speech": {"model", "audio"},
    "ivr": {"model"},
    "call": {"model", "audio", "classify", "speech", "ivr"},
    "sip": {"model", "ports"},
    "media": {"model", "ports"},
    "voice": {"model", "ports"},
    "agent": {"model", "ports", "audio", "classify", "speech", "ivr", "call", "sip", "media", "voice"},
    "cli": {"model", "ports", "audio", "classify", "speech", "ivr", "call", "sip", "media", "voice", "agent"},
}
"""Packages of the engine that each may import, itself aside."""

LIBRARIES = {
    "model": set(),
    "ports": set(),
    "audio": {"numpy"},
    "classify": {"numpy", "webrtcvad"},
    "speech": {"numpy", "webrtcvad"},
    "ivr": set(),
    "call": {"numpy", "phonenumbers"},
    "sip": {"aiosipua", "aiodns", "phonenumbers", "pycares"},
    "media": {"aiortp", "audioop", "numpy", "pylibsrtp"},
    "voice": {"wyoming", "openai", "httpx2", "audioop"},
    "agent": {"numpy"},
    "cli": {"numpy", "matplotlib"},
}
WITH_ASYNCIO = {"sip", "media", "voice", "agent", "cli"}


def imports_of(path: Path) -> list[tuple[int, str]]:
    """(level, module) of every import in a file, those inside functions and TYPE_CHECKING too."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [(0, alias.name) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            if node.level and not node.module:
                found += [(node.level, alias.name) for alias in node.names]
            else:
                found.append((node.level, node.module or ""))
    return found


def breaches_of(engine: Path) -> list[str]:
    """Every import in ``engine`` that the tables do not allow."""
    breaches = []
    for path in sorted(engine.rglob("*.py")):
        parts = path.relative_to(engine).parts
        package = parts[0].removesuffix(".py")
        if package == "__init__":
            continue
        depth = len(parts)
        for level, module in imports_of(path):
            where = f"{'/'.join(parts)} imports {'.' * level}{module}"
            if level == 0:
                name = module.partition(".")[0]
                allowed = name in sys.stdlib_module_names or name in LIBRARIES[package]
                if not allowed or (name == "asyncio" and package not in WITH_ASYNCIO):
                    breaches.append(where)
            elif level > depth:
                breaches.append(f"{where}: above the engine")
            elif level == depth and module.partition(".")[0] not in MAY_IMPORT[package] | {package}:
                breaches.append(where)
    return breaches


def test_engine_imports_follow_the_layers() -> None:
    assert breaches_of(ENGINE) == []


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("model/a.py", "import numpy"),
        ("model/a.py", "from ..audio import energy"),
        ("ivr/a.py", "import numpy"),
        ("call/a.py", "import asyncio"),
        ("call/a.py", "from ..ports import Clock"),
        ("sip/a.py", "from ..media.session import MediaSession"),
        ("media/a.py", "from ..sip import leg"),
        ("audio/a.py", "import homeassistant.core"),
        ("agent/a.py", "from ...const import DOMAIN"),
        ("audio/a.py", "def f():\n    from ..classify import vad"),
    ],
)
def test_the_check_notices_a_breach(tmp_path: Path, file: str, code: str) -> None:
    path = tmp_path / file
    path.parent.mkdir(parents=True)
    path.write_text(code, encoding="utf-8")
    assert len(breaches_of(tmp_path)) == 1


def test_engine_stands_under_any_parent_without_home_assistant(tmp_path: Path) -> None:
    """Every module imports under another parent package, and Home Assistant is not touched."""
    (tmp_path / "somewhere").mkdir()
    (tmp_path / "somewhere" / "__init__.py").touch()
    (tmp_path / "somewhere" / "engine").symlink_to(ENGINE)
    modules = [
        "somewhere.engine." + ".".join(path.relative_to(ENGINE).with_suffix("").parts)
        for path in sorted(ENGINE.rglob("*.py"))
        if path.name not in ("__init__.py", "__main__.py")
    ]
    code = (
        f"import importlib, sys\nfor name in {modules!r}: importlib.import_module(name)\n"
        "assert 'homeassistant' not in sys.modules\nassert 'custom_components' not in sys.modules\nprint(len(sys.modules))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert result.returncode == 0, result.stderr


def test_simulator_uses_no_code_of_the_integration() -> None:
    users = [
        f"{path.name}: {module}"
        for path in (ROOT / "simulator").rglob("*.py")
        for _, module in imports_of(path)
        if module.startswith(("custom_components", "engine"))
    ]
    assert users == []


def test_home_assistant_layer_leaves_the_parts_of_the_engine_alone() -> None:
    """Entities, actions and adapters use values, ports and the agent; only the set-up knows accounts and services."""
    allowed = ("model", "ports", "agent")
    known = {
        "runtime.py": ("sip.account", "sip.number_format", "sip.tls", "call.budget", "call.config", "voice"),
        "issues.py": ("sip.errors", "sip.registration"),
        "config_flow.py": ("sip",),
        "account_form.py": ("sip",),
        "doorman.py": ("call.callbacks", "sip.reception", "sip.transport"),
        "subentry_flow.py": ("call.policy",),
        "placing.py": ("call.policy",),
        "entity.py": ("sip.registration",),
        "feed.py": ("sip.registration",),
        "__init__.py": ("sip.errors", "sip.registration"),
        "sensor.py": ("sip.registration",),
        "adapters/stt.py": ("audio.resample",),
    }
    layer = ENGINE.parent
    breaches = []
    for path in sorted(layer.rglob("*.py")):
        name = path.relative_to(layer).as_posix()
        if name.startswith("engine/"):
            continue
        for _, module in imports_of(path):
            inside = module.removeprefix("engine.") if module.startswith("engine.") else None
            if inside is not None and not inside.startswith((*allowed, *known.get(name, ()))):
                breaches.append(f"{name}: {module}")
    assert breaches == []


def test_no_file_is_too_long() -> None:
    folders = ("custom_components", "simulator", "tests", "bench", "script")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*.py")]
    long = [path.name for path in files if len(path.read_text(encoding="utf-8").splitlines()) > 600]
    assert files
    assert long == []
