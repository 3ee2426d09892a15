"""Pages that are made from files: they must not go stale."""

import importlib.util
import json
from pathlib import Path
import re
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_tables", ROOT / "bench/tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_of_the_hearing_are_those_of_the_results(tables: ModuleType) -> None:
    page = (ROOT / "docs/hearing.md").read_text(encoding="utf-8")
    assert tables.renewed(page) == page, "run script/bench tables"
    scored = [path.stem.removeprefix("hearing-") for path in (ROOT / "bench/results").glob("hearing*.json")]
    assert scored
    assert any(f"`{name}`" in page for name in scored)


def test_another_result_changes_the_page(tables: ModuleType, tmp_path: Path) -> None:
    page = f"before\n{tables.BEGIN}\nstale\n{tables.END}\nafter\n"
    score = {"all": {"calls": 10, "human_calls": 7, "detect_within_5s": 0.5, "detect_5s_95": [0.25, 0.75]}}
    (tmp_path / "hearing-a.json").write_text(json.dumps({"score": score}))
    (tmp_path / "other.json").write_text(json.dumps({"for_docs": {"title": "Fleets", "rows": [["found", "99 %"]]}}))
    (tmp_path / "fleet.json").write_text(
        json.dumps({"a": {"calls": 3, "by": {}}, "b": {"calls": 4, "hold_hours": 2.5}})
    )
    (tmp_path / "list.json").write_text("[]")
    new = tables.renewed(page, tmp_path)
    assert new.startswith("before\n")
    assert new.endswith("after\n")
    assert "stale" not in new
    assert "| within 5 s | 50.0 % (25.0 to 75.0) |" in new
    assert "Fleets (`other`)" in new
    assert "| found | 99 % |" in new
    assert "|  | `a` | `b` |" in new
    assert "| calls | 3 | 4 |" in new
    assert "| hold hours | - | 2.5 |" in new
    assert tables.renewed(new, tmp_path) == new
    with pytest.raises(ValueError, match="no place"):
        tables.renewed("nothing", tmp_path)


@pytest.mark.parametrize("page", sorted((ROOT / "docs").glob("*.md")), ids=lambda path: path.name)
def test_links_and_pictures_of_the_pages_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target
