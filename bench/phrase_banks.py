"""What callers want and how menus say it, by sector, in six languages (``bench/phrases/*.txt``), in two halves.

A file holds sectors: ``[sector] Company; Company``; departments ``@name: phrase; phrase; …``; and intents
``name: goal / goal => option; option; …``, where ``name`` is the department that sees to it. Of each list every other entry, from
the first, is for development; the others are held out: nothing is mended by looking at how they fare.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
import random

FOLDER = Path(__file__).resolve().parent / "phrases"
DEVELOPMENT, HELD_OUT = 0, 1


@dataclass(frozen=True, slots=True)
class Intent:
    """One thing that callers of a sector want."""

    department: str
    goals: tuple[str, ...]
    options: tuple[str, ...]

    def goals_of(self, half: int) -> tuple[str, ...]:
        """Goals of a half."""
        return self.goals[half::2]

    def options_of(self, half: int) -> tuple[str, ...]:
        """Names of this very thing in a menu, of a half."""
        return self.options[half::2]


@dataclass(frozen=True, slots=True)
class Sector:
    """One line of business in one language."""

    language: str
    name: str
    companies: tuple[str, ...]
    departments: dict[str, tuple[str, ...]]
    intents: tuple[Intent, ...]

    def department_of(self, name: str, half: int) -> tuple[str, ...]:
        """Names of a department, of a half."""
        return self.departments[name][half::2]


def sectors(language: str) -> list[Sector]:
    """All sectors of a language."""
    found: list[Sector] = []
    for line in (FOLDER / f"{language}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name, _, companies = line[1:].partition("]")
            found.append(Sector(language, name, _listed(companies, ";"), {}, ()))
        elif line.startswith("@"):
            name, _, phrases = line[1:].partition(":")
            found[-1].departments[name] = _listed(phrases, ";")
        elif "=>" in line and found:
            name, _, rest = line.partition(":")
            goals, _, options = rest.partition("=>")
            intent = Intent(name, _listed(goals, " / "), _listed(options, ";"))
            last = found[-1]
            found[-1] = Sector(last.language, last.name, last.companies, last.departments, (*last.intents, intent))
    return found


def _listed(text: str, mark: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(mark) if part.strip())


def menus(sector: Sector, half: int, source: random.Random) -> Iterator[tuple[str, list[str], int]]:
    """Goals with menus and which option is right: of departments, and of things within the sector."""
    for intent in sector.intents:
        for goal in intent.goals_of(half):
            right = source.choice(sector.department_of(intent.department, half))
            others = [
                source.choice(sector.department_of(name, half))
                for name in sector.departments
                if name != intent.department
            ]
            if others:
                yield _shuffled(goal, right, others, source)
            near = [one for one in sector.intents if one is not intent and one.department == intent.department]
            far = [one for one in sector.intents if one.department != intent.department]
            chosen = near + source.sample(far, min(len(far), max(0, 5 - len(near))))
            others = [source.choice(one.options_of(half)) for one in source.sample(chosen, min(5, len(chosen)))]
            for right in intent.options_of(half):
                if others:
                    yield _shuffled(goal, right, others, source)


def _shuffled(goal: str, right: str, others: list[str], source: random.Random) -> tuple[str, list[str], int]:
    options = [right, *others]
    source.shuffle(options)
    return goal, options, options.index(right)
