"""Rules that need no tool of their own: file sizes, texts and their translations, nothing of this machine in the repository."""

import json
from pathlib import Path
import re
import subprocess
import sys
from typing import Any

import check_hassfest
import check_house

ROOT = Path(__file__).resolve().parents[1]
INTEGRATION = ROOT / "custom_components" / "hold_slayer"
MAX_LINES = 600
REGISTRY = re.compile(
    rb"https?://(?:[\w.-]*\.)?(?:pypi|pythonhosted|npmjs|debian)\.(?:org|net)\b(?!/license)", re.IGNORECASE
)


def main() -> int:
    """Print every breach; 1 when there is one."""
    breaches = [*_files(), *_texts(), *_manifest(), *check_hassfest.breaches(), *check_house.breaches()]
    for breach in breaches:
        print(f"check: {breach}", file=sys.stderr)
    return 1 if breaches else 0


def _tracked() -> list[Path]:
    output = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    return [ROOT / name for name in output.decode().split("\0") if name and (ROOT / name).is_file()]


LARGE = ("custom_components/hold_slayer/engine/ivr/meaning.bin",)
"""Tables that have to be as large as they are."""


def _files() -> list[str]:
    breaches = []
    for path in _tracked():
        content = path.read_bytes()
        name = path.relative_to(ROOT)
        if path.suffix in (".py", ".ts") and content.count(b"\n") > MAX_LINES:
            breaches.append(f"{name} has more than {MAX_LINES} lines")
        if str(ROOT).encode() + b"/" in content:
            breaches.append(f"{name} names a path of this machine")
        if REGISTRY.search(content):
            breaches.append(f"{name} names a package registry")
        if path.stat().st_size > 1_000_000 and name.as_posix() not in LARGE:
            breaches.append(f"{name} is larger than 1 MB")
    return breaches


def _texts() -> list[str]:
    breaches = []
    english = _keys(_json(INTEGRATION / "translations" / "en.json"))
    for path in sorted((INTEGRATION / "translations").glob("*.json")):
        keys = _keys(_json(path))
        breaches += [f"{path.name}: {key} is missing" for key in sorted(english - keys)]
        breaches += [f"{path.name}: {key} is not in en.json" for key in sorted(keys - english)]
    code = "\n".join(path.read_text(encoding="utf-8") for path in INTEGRATION.glob("*.py"))
    known = {key.split(".")[1] for key in english if key.startswith("exceptions.")}
    breaches += [f"en.json: exception {key} is not used" for key in sorted(known) if f'"{key}"' not in code]
    return breaches


def _manifest() -> list[str]:
    manifest = _json(INTEGRATION / "manifest.json")
    needed = ("domain", "name", "version", "codeowners", "config_flow", "documentation", "issue_tracker", "iot_class")
    breaches = [f"manifest.json: {key} is missing" for key in needed if key not in manifest]
    hacs = _json(ROOT / "hacs.json")
    return (
        breaches if hacs.get("name") == manifest["name"] else [*breaches, "hacs.json: another name than the manifest"]
    )


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def _keys(data: Any, prefix: str = "") -> set[str]:
    """Dotted paths of all leaves."""
    if not isinstance(data, dict):
        return {prefix}
    return {key for name, value in data.items() for key in _keys(value, f"{prefix}.{name}" if prefix else name)}


if __name__ == "__main__":
    sys.exit(main())
