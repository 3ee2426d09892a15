"""Menus drawn from the phrase banks and said in many ways: how often they are read rightly, and the right key is pressed first.

    script/bench menu_variants [--seed N] [--json FILE]

For each goal of `phrase_banks` menus of departments and of single matters are drawn, in six languages, each said in one of
several ways ("for X, press N", "press N for X", "X? That's N", key words, polite forms), with an announcement that offers nothing
before it, digits as words, and without punctuation as recognisers write. Phrases and ways of saying are in two halves: one for
development, one held out. ``read``: menus whose every key and purpose was found; ``first``: menus where rules alone press the
right key at once;
``wrong``: menus where they press another one at once.
"""

import argparse
import json
from pathlib import Path
import random
import re
import sys
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "custom_components" / "hold_slayer")]

from engine.cli.navigate import brief_of
from engine.ivr.decision import DecisionKind
from engine.ivr.navigator import Navigator
from engine.ivr.words import LANGUAGES, plain
from phrase_banks import DEVELOPMENT, HELD_OUT, Sector, menus, sectors

FRAMES = {
    "en": "For {x}, press {n}.|For {x}, please press {n}.|Press {n} for {x}.|{X}? Press {n}.|"
    "If you're calling about {x}, press {n}.|If it is about {x}, please press {n} now.|To reach us about {x}, dial {n}.|"
    "Select {n} for {x}.|{X}, press {n}.|{X}: that's {n}.",
    "de": "Für {x} drücken Sie die {n}.|Für {x} wählen Sie bitte die {n}.|Drücken Sie {n} für {x}.|{X}? Drücken Sie die {n}.|"
    "Geht es um {x}, drücken Sie die {n}.|Bei Fragen zu {x} drücken Sie bitte die {n}.|{X}: drücken Sie {n}.|"
    "Wählen Sie die {n} für {x}.",
    "fr": "Pour {x}, tapez {n}.|Pour {x}, veuillez taper {n}.|Tapez {n} pour {x}.|{X} ? Tapez {n}.|"
    "Si votre appel concerne {x}, tapez {n}.|Concernant {x}, appuyez sur la touche {n}.|{X} : tapez {n}.|Appuyez sur {n} pour {x}.",
    "es": "Para {x}, pulse {n}.|Para {x}, por favor pulse {n}.|Pulse {n} para {x}.|¿{X}? Pulse {n}.|"
    "Si llama por {x}, marque {n}.|Si se trata de {x}, oprima el {n}.|{X}, pulse {n}.|Marque {n} para {x}.",
    "nl": "Voor {x} toetst u {n}.|Voor {x}, toets {n}.|Toets {n} voor {x}.|{X}? Toets {n}.|"
    "Belt u over {x}, toets dan {n}.|Gaat het om {x}, kies dan {n}.|{X}: toets {n}.|Kies {n} voor {x}.",
    "it": "Per {x} prema {n}.|Per {x}, prema il tasto {n}.|Prema {n} per {x}.|{X}? Prema {n}.|"
    "Se chiama per {x}, digiti {n}.|Se si tratta di {x}, prema {n}.|{X}, prema {n}.|Digiti {n} per {x}.",
}
BETWEEN = {
    "en": "Calls are recorded for quality.|We are open 24 hours, 7 days a week.|Our menu has recently changed.|"
    "Did you know that our app has 3 new features?",
    "de": "Gespräche werden aufgezeichnet.|Wir sind seit 25 Jahren für Sie da.|Bitte hören Sie genau zu.|"
    "Besuchen Sie uns auch im Internet.",
    "fr": "Les appels sont enregistrés.|Nous sommes ouverts 6 jours sur 7.|Merci d'écouter attentivement.|"
    "Retrouvez-nous sur notre site.",
    "es": "Las llamadas se graban.|Abrimos 7 días a la semana.|Nuestro menú ha cambiado.|Visite también nuestra página.",
    "nl": "Gesprekken worden opgenomen.|Wij zijn 6 dagen per week open.|Luister goed, ons menu is veranderd.|"
    "Kijk ook op onze website.",
    "it": "Le telefonate sono registrate.|Siamo aperti 6 giorni su 7.|Ascolti con attenzione.|Visiti anche il nostro sito.",
}
WORDS = {
    "en": "one two three four five six seven eight nine",
    "de": "eins zwei drei vier fünf sechs sieben acht neun",
    "fr": "un deux trois quatre cinq six sept huit neuf",
    "es": "uno dos tres cuatro cinco seis siete ocho nueve",
    "nl": "een twee drie vier vijf zes zeven acht negen",
    "it": "uno due tre quattro cinque sei sette otto nove",
}


def said(sector: Sector, options: list[str], half: int, source: random.Random) -> list[str]:
    """The utterances of one menu: one way of saying it throughout, as companies do."""
    code = sector.language
    frame = source.choice(FRAMES[code].split("|")[half::2])
    is_spoken, is_bare = source.random() < 0.3, source.random() < 0.2
    found = [f"{source.choice(sector.companies)}.", source.choice(BETWEEN[code].split("|")[half::2])]
    for number, option in enumerate(options, 1):
        key = WORDS[code].split()[number - 1] if is_spoken or is_bare else str(number)
        found.append(frame.format(x=option, X=option[0].upper() + option[1:], n=key))
    return [re.sub(r"[^\w' ]", "", one.lower()) for one in found] if is_bare else found


def played(goal: str, sector: Sector, options: list[str], heard: list[str]) -> tuple[bool, str]:
    """Whether all options were read as they are, and the key pressed at once (by rules), or nothing."""
    way = Navigator(
        brief_of({"goal": goal, "language": sector.language, "number": "5550100", "company": sector.companies[0]})
    )
    decision = way.heard(heard)
    if decision.do is DecisionKind.ASK_MODEL:
        decision = way.advice_failed()
    found = {option.key: option.purpose for option in way.menu}
    bare = [" ".join(re.findall(r"\w+", plain(option))) for option in options]
    is_read = all(
        text in " ".join(re.findall(r"\w+", found.get(str(number), ""))) for number, text in enumerate(bare, 1)
    )
    return is_read and len(found) == len(options), decision.value if decision.do is DecisionKind.PRESS else ""


def figures(half: int, seed: int) -> dict[str, dict[str, Any]]:
    """By language: menus, and shares in percent."""
    result = {}
    for code in LANGUAGES:
        counts = {"menus": 0, "read": 0, "first": 0, "wrong": 0}
        for sector in sectors(code):
            source = random.Random(f"{seed} {code} {sector.name} {half}")
            for goal, options, right in menus(sector, half, source):
                is_read, key = played(goal, sector, options, said(sector, options, half, source))
                counts["menus"] += 1
                counts["read"] += is_read
                counts["first"] += key == str(right + 1)
                counts["wrong"] += key not in ("", str(right + 1))
        result[code] = {"menus": counts["menus"]} | {
            name: round(100 * counts[name] / counts["menus"], 1) for name in ("read", "first", "wrong")
        }
    return result


def table(result: dict[str, dict[str, dict[str, Any]]], seed: int) -> str:
    """For people."""
    lines = [
        "# Menus drawn from phrase banks",
        "",
        f"    script/bench menu_variants --seed {seed} --json bench/results/menu_variants.json",
        "",
    ]
    lines += ["| half | language | menus | read % | right key first % | wrong key first % |", "| --- " * 6 + "|"]
    lines += [
        f"| {half} | {code} | {one['menus']} | {one['read']} | {one['first']} | {one['wrong']} |"
        for half, by in result.items()
        for code, one in by.items()
    ]
    return "\n".join([*lines, ""])


def main() -> int:
    """Print, and keep with ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    result = {name: figures(half, args.seed) for name, half in (("development", DEVELOPMENT), ("held out", HELD_OUT))}
    print(table(result, args.seed))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        args.json.with_suffix(".md").write_text(table(result, args.seed), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
