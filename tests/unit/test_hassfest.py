"""The rules of hassfest and HACS as our own checker knows them: the integration keeps them, and whoever breaks one is told."""

from collections.abc import Callable
import importlib.util
import json
from pathlib import Path
import re
import shutil
import subprocess
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
INTEGRATION = ROOT / "custom_components" / "hold_slayer"


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_hassfest", ROOT / "script" / "check_hassfest.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of what the rules look at; the root of a repository."""
    target = tmp_path / "custom_components" / "hold_slayer"
    shutil.copytree(INTEGRATION, target, ignore=shutil.ignore_patterns("engine", "frontend", "__pycache__"))
    for name in ("hacs.json", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


def change(path: Path, edit: Callable[[dict[str, Any]], object]) -> None:
    content = json.loads(path.read_text(encoding="utf-8"))
    edit(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_the_integration_keeps_the_rules(checker: ModuleType) -> None:
    assert checker.breaches() == []


type Edit = tuple[str, Callable[[dict[str, Any]], object], str]

EDITS: list[Edit] = [
    ("manifest.json", lambda it: it.pop("iot_class"), "iot_class is missing"),
    ("manifest.json", lambda it: it.update(unheard_of=1), "unheard_of is not known"),
    ("manifest.json", lambda it: it.update(config_flow=it.pop("config_flow")), "keys are sorted"),
    ("manifest.json", lambda it: it.update(domain="light"), "has an integration of this domain"),
    ("manifest.json", lambda it: it.update(version="newest"), "the version is none"),
    ("manifest.json", lambda it: it.update(codeowners=["me"]), "begins with @"),
    ("manifest.json", lambda it: it.update(documentation="http://x.example"), "with https"),
    ("manifest.json", lambda it: it.update(requirements=["numpy"]), "names no version"),
    ("manifest.json", lambda it: it.update(requirements=["=="]), "is no requirement"),
    ("manifest.json", lambda it: it["dependencies"].append("homeassistant"), "no dependency"),
    ("manifest.json", lambda it: it["dependencies"].append("no_such"), "no integration no_such"),
    ("manifest.json", lambda it: it["dependencies"].append("recorder"), "and after_dependencies"),
    ("manifest.json", lambda it: it["dependencies"].remove("http"), "uses http, which"),
    ("manifest.json", lambda it: it.update(integration_type="toy"), "integration_type is not known"),
    ("translations/de.json", lambda it: it.update(title="<b>Hold</b> Slayer"), "holds HTML"),
    ("translations/de.json", lambda it: it.update(title="Hold Slayer "), "ends with a blank"),
    ("translations/de.json", lambda it: it.update(title="see https://x.example"), "holds an address"),
    ("translations/de.json", lambda it: it.update(title="no '{name}'"), "in single quotes"),
    ("translations/de.json", lambda it: it.update(Title="x"), "no translation key"),
    (
        "translations/en.json",
        lambda it: it["services"]["call"].pop("description"),
        "services.call.description is missing",
    ),
    ("translations/en.json", lambda it: it["triggers"]["call_ended"].pop("fields"), "fields.company.name is missing"),
    ("icons.json", lambda it: it["services"].update(call="fa:phone"), "not an icon"),
    ("../../hacs.json", lambda it: it.update(domains=["x"]), "domains is not as HACS wants it"),
    ("../../hacs.json", lambda it: it.pop("name"), "hacs.json: name is missing"),
    ("../../hacs.json", lambda it: it.update(zip_release=True), "needs filename"),
]


@pytest.mark.parametrize(("file", "edit", "told"), EDITS, ids=[told for *_, told in EDITS])
def test_a_broken_rule_is_told(
    checker: ModuleType, copy: Path, file: str, edit: Callable[[dict[str, Any]], object], told: str
) -> None:
    integration = copy / "custom_components" / "hold_slayer"
    change(integration / file, edit)
    assert any(told in breach for breach in checker.breaches(integration, copy))


def test_what_is_no_json_is_looked_at_too(checker: ModuleType, copy: Path) -> None:
    integration = copy / "custom_components" / "hold_slayer"
    assert checker.breaches(integration, copy) == []
    (integration / "brand" / "icon.png").unlink()
    (integration / "button.py").write_text(
        "from homeassistant.components.hue import x\nimport homeassistant.components.zha.y\n"
    )
    services = (integration / "services.yaml").read_text(encoding="utf-8")
    (integration / "services.yaml").write_text(services.replace("config_entry:", "no_such_selector:"), encoding="utf-8")
    (integration.parent / "other").mkdir()
    (integration.parent / "other" / "manifest.json").write_text("{}")
    told = "\n".join(checker.breaches(integration, copy))
    for part in ("icon.png is missing", "uses hue", "uses zha", "no good selector", "holds one integration"):
        assert part in told


def test_what_is_built_into_the_card_is_attributed() -> None:
    """Other people's packages that the sources of the card import are shipped inside of card.js."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "frontend" / "src").rglob("*.ts"))
    imported = set(re.findall(r'^import (?!type)[^;]*? from "((?:@[\w-]+/)?[\w-]+)', sources, re.MULTILINE))
    told = (INTEGRATION / "frontend" / "card.licences.txt").read_text(encoding="utf-8")
    assert "lit" in imported
    for package in imported:
        assert re.search(rf"(?<![\w/-]){re.escape(package)},", told), f"{package} is shipped and not attributed"


def test_no_recording_of_others_is_shipped_without_its_licence() -> None:
    """Sound in the repository carries its attribution beside it."""
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    for name in tracked:
        if Path(name).suffix in {".wav", ".ogg", ".mp3", ".flac", ".opus", ".g722", ".ulaw", ".alaw"}:
            beside = [path.name.lower() for path in (ROOT / name).parent.iterdir()]
            assert any("attribution" in each or "licen" in each or each == "readme.md" for each in beside), name
