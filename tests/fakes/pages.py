"""The pages of the project as tests see them: blocks of code, headings, links, names in code style."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
import re
import string

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "compose").rglob("*.md")),
    *sorted((ROOT / "bench").rglob("*.md")),
]
_FENCE = re.compile(r"^(?P<indent> *)```(?P<language>\w*)\n(?P<text>.*?)^(?P=indent)```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """Code between fences."""

    page: Path
    line: int
    language: str
    text: str

    @property
    def name(self) -> str:
        """Where it stands."""
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def blocks(*languages: str) -> list[Block]:
    """All blocks of these languages, in all pages."""
    found = []
    for page in PAGES:
        text = page.read_text(encoding="utf-8")
        for match in _FENCE.finditer(text):
            if match["language"] in languages:
                indent = len(match["indent"])
                content = "".join(line[indent:] or "\n" for line in match["text"].splitlines(keepends=True))
                found.append(Block(page, text.count("\n", 0, match.start()) + 1, match["language"], content))
    return found


def prose(page: Path) -> str:
    """The page without its blocks of code."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def in_code_style(page: Path) -> Iterator[str]:
    """What stands between backticks in the text."""
    yield from re.findall(r"`([^`\n]+)`", prose(page))


def links(page: Path) -> Iterator[tuple[str, str]]:
    """File (empty: this page) and anchor (or empty) of every link and picture that stays in the project."""
    for target in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if "://" not in target and not target.startswith("mailto:"):
            file, _, anchor = target.partition("#")
            yield file, anchor


def anchors(page: Path) -> set[str]:
    """Anchors of the headings, as repository hosts make them."""
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} +(.+)$", prose(page), re.MULTILINE):
        text = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading).replace("`", "").strip().lower()
        kept = "".join(c for c in text if c in "-_ " or (c not in string.punctuation and (c.isalnum() or c.isspace())))
        slug = kept.replace(" ", "-")
        count = sum(1 for each in found if re.fullmatch(rf"{re.escape(slug)}(-\d+)?", each))
        found.add(f"{slug}-{count}" if count else slug)
    return found


def commands() -> list[tuple[str, str]]:
    """Every ``script/…`` command that a page names, with the place where it stands."""
    found = []
    for block in blocks("sh", "bash", "console", ""):
        found += [(block.name, line.strip()) for line in block.text.splitlines() if line.strip().startswith("script/")]
    for page in PAGES:
        name = str(page.relative_to(ROOT))
        found += [(name, code) for code in in_code_style(page) if code.startswith("script/")]
    return sorted(set(found))
