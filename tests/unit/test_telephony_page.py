"""The page about telephony names a test for each of the seventeen faults; the tests must be there."""

import ast
from pathlib import Path
import re

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
