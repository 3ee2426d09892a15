"""The script that checks the quality scale: the integration keeps it, and whoever breaks a rule is told."""

from collections.abc import Callable
import importlib.util
import json
from pathlib import Path
import shutil
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
INTEGRATION = ROOT / "custom_components" / "hold_slayer"


@pytest.fixture(scope="module")
def checker() -> ModuleType:
    spec = importlib.util.spec_from_file_location("check_house", ROOT / "script" / "check_house.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the rules look at, without the bulk of the engine."""
    target = tmp_path_factory.mktemp("copy") / "hold_slayer"
    parts = [path.name for path in (INTEGRATION / "engine").iterdir() if path.is_dir()]
    shutil.copytree(INTEGRATION, target, ignore=shutil.ignore_patterns("frontend", "__pycache__", *parts))
    return target


def test_all_rules_are_kept_and_there_are_54(checker: ModuleType) -> None:
    assert checker.breaches() == []
    assert len(checker.RULES) == 54


def swap(old: str, new: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        assert old in text
        return text.replace(old, new, 1)

    return edit


def forget(*path: str) -> Callable[[str], str]:
    def edit(text: str) -> str:
        content = json.loads(text)
        at = content
        for key in path[:-1]:
            at = at[key]
        del at[path[-1]]
        return json.dumps(content, ensure_ascii=False)

    return edit


@pytest.mark.parametrize(
    ("file", "edit", "breach"),
    [
        (
            "translations/de.json",
            swap("{account}", "{konto}"),
            "de.json: config.step.reauth_confirm.description has other",
        ),
        (
            "translations/en.json",
            forget("options", "step", "init", "data_description", "user_name"),
            "user_name of step",
        ),
        (
            "translations/en.json",
            forget("triggers", "hold_started", "fields", "company"),
            "field company of hold_started",
        ),
        ("translations/en.json", forget("conditions", "is_on_hold"), "is_on_hold is in one of them only"),
        ("translations/en.json", forget("exceptions", "no_active_call"), "exception no_active_call has no text"),
        ("icons.json", forget("entity", "sensor", "jitter"), "sensor jitter has no icon"),
        ("icons.json", forget("services", "call"), "call is in one of them only"),
        ("icons.json", forget("triggers", "connected"), "connected is in one of them only"),
        ("translations/en.json", swap('"jitter": {', '"wobble": {'), "no sensor of the code is wobble"),
        ("services.yaml", swap("digits:", "keys:"), "field keys of send_dtmf"),
        ("lookup.py", swap('invalid("no_account")', 'invalid("no_account", name="x")'), "gets other placeholders"),
        ("lookup.py", swap('invalid("no_account")', 'invalid("surprise")'), "exception surprise has no text"),
        (
            "media_source.py",
            swap(
                'raise BrowseError(translation_domain=DOMAIN, translation_key="no_such_recording")',
                'raise BrowseError("x")',
            ),
            "raises BrowseError without a translation",
        ),
        (
            "engine/ports.py",
            swap("class ServiceError", "hass = None\nprint(hass)\n\n\nclass ServiceError"),
            "uses hass",
        ),
        (
            "engine/ports.py",
            swap("from enum", "from homeassistant.core import HomeAssistant\nfrom enum"),
            "imports Home Ass",
        ),
        ("button.py", swap("PARALLEL_UPDATES = 0", ""), "button.py: PARALLEL_UPDATES is not set"),
        ("quality_scale.yaml", swap("  brands: done\n", ""), "brands is missing"),
        ("quality_scale.yaml", swap("  brands: done", "  brands: nearly"), "brands has no known status"),
        ("quality_scale.yaml", swap("  brands: done", "  brands: todo"), "brands is todo and does not say why"),
        ("quality_scale.yaml", swap("  brands: done", "  brand: done"), "brand is no rule"),
    ],
)
def test_each_breach_is_told(
    checker: ModuleType, original: Path, file: str, edit: Callable[[str], str], breach: str
) -> None:
    path = original / file
    before = path.read_text(encoding="utf-8")
    path.write_text(edit(before), encoding="utf-8")
    try:
        assert any(breach in each for each in checker.breaches(original)), checker.breaches(original)
    finally:
        path.write_text(before, encoding="utf-8")
