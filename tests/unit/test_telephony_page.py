"""The page about telephony names a test for each of the seventeen faults; reasons of a registration have their place."""

import ast
from pathlib import Path
import re

from custom_components.hold_slayer.engine.sip.errors import RejectedError, TrunkError

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "telephony.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| (.+) \|$", PAGE, re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")


def test_every_fault_has_a_row() -> None:
    assert [int(number) for number, _, _ in ROWS] == list(range(1, 18))


def test_every_row_names_tests_that_exist() -> None:
    for number, _, cell in ROWS:
        assert TEST.search(cell), number
    for file, name in TEST.findall(PAGE):
        tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
        names = {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}
        assert name in names, f"{file} has no {name}"


def kinds_of(error: type[TrunkError]) -> set[str]:
    """Keys of an error and of all its kinds."""
    own = set(error.KEYS) if issubclass(error, RejectedError) else {error.key}
    return own.union(*map(kinds_of, error.__subclasses__()))


def test_the_page_of_entities_names_every_reason_of_a_registration() -> None:
    page = (ROOT / "docs" / "entities.md").read_text(encoding="utf-8")
    (row,) = [line for line in page.splitlines() if line.startswith("| Registration (diagnostic)")]
    named = row.partition("error: ")[2].partition(" (")[0].split(", ")
    assert set(named) == kinds_of(TrunkError) - {"unknown"}
