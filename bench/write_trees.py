"""Trees written by hand in a short form, as the JSON that ../shared/ivr's simulator plays.

    .venv/bin/python bench/write_trees.py FILE.txt FOLDER

A tree begins with ``=== id | locale | sector | company | number`` (``asr`` at the end for text without punctuation). Then
``goal:``, ``facts:`` and ``not:`` (``name=value; …``), ``policy:`` (``name=yes|no; …``), ``ok:`` (nodes that are right; those that
are no queues are right to give up at), ``outcome:`` (when it is not ``connected``), ``traps:``.

Nodes: ``n0: Said. / Said. -> 1 n1; 2 q_x; E:account# n2; S:bill*,charge n3 {t=n4}``.
Names that begin with ``q`` are queues, with ``x`` ends (``{end=closed}``; self-service otherwise). An option: a key, ``h`` behind a
hidden one, ``@2`` for the utterance that announces it where that cannot be seen; ``E:fact`` keyed in (``#`` ends it), ``V:fact``
said or keyed; ``S:phrases``. In braces: ``t`` on time-out, ``inv`` on nonsense, ``goto``, ``hold``, ``commits``, ``harm``,
``asks``, ``nobarge``. Shortest way and solution are found by search; `sim.py validate` replays them.
"""

import argparse
import heapq
import itertools
import json
from pathlib import Path
import re
import sys
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from navigate import load_simulator

Tree = dict[str, Any]
REPEATS, TIMEOUT_S, HOLD_S = 3, 6, 20
SAID = {
    "@yes": {"en": "yes", "de": "ja", "fr": "oui", "es": "sí", "nl": "ja", "it": "sì"},
    "@no": {"en": "no", "de": "nein", "fr": "non", "es": "no", "nl": "nee", "it": "no"},
    "@agent": {"en": "agent", "de": "Mitarbeiter", "fr": "conseiller", "es": "agente", "nl": "medewerker", "it": "operatore"},
}  # fmt: skip


def trees_of(text: str, simulator: Any) -> list[Tree]:
    """All trees of a file."""
    return [_tree(part, simulator) for part in re.split(r"^=== *", text, flags=re.MULTILINE)[1:]]


def _pairs(text: str) -> dict[str, str]:
    return dict(pair.strip().split("=", 1) for pair in text.split(";") if pair.strip())


def _tree(text: str, simulator: Any) -> Tree:
    head, *lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    name, locale, sector, company, number, *style = [part.strip() for part in head.split("|")]
    language, fields, nodes = locale[:2], {}, {}
    for line in lines:
        key, rest = line.split(":", 1)
        facts = _pairs(fields.get("facts", "")) | _pairs(fields.get("not", ""))
        if key in ("goal", "facts", "not", "policy", "ok", "outcome", "traps"):
            fields[key] = rest.strip()
        else:
            nodes[key] = _node(key, rest.strip(), locale, facts, simulator)
    right = [one.strip() for one in fields["ok"].split(",")]
    policy = {f"accept_{k}": v == "yes" for k, v in _pairs(fields.get("policy", "")).items()}
    ends = [one for one in right if "queue" not in nodes[one]]
    tree = {
        "id": name,
        "language": language,
        "locale": locale,
        "style": style[0] if style else "clean",
        "sector": sector,
        "company": company,
        "number": number,
        "goal": fields["goal"],
        "facts": _pairs(fields.get("facts", "")),
        "forbidden_facts": _pairs(fields.get("not", "")),
        "policy": {"accept_callback": False, "accept_recording": True} | policy,
        "start": next(iter(nodes)),
        "nodes": nodes,
        "accept": [one for one in right if one not in ends],
        "acceptable_end": ends,
        "traps": [trap.strip() for trap in fields.get("traps", "blind").split(",")],
    }
    solution = _solution(tree, simulator)
    tree["expected"] = {
        "outcome": fields.get("outcome", "connected"),
        "shortest_actions": simulator.graph_shortest(tree)["all"],
        "solution": solution,
        "notes": "blind",
    }
    return tree


def _node(name: str, text: str, locale: str, facts: dict[str, str], simulator: Any) -> Tree:
    extra: dict[str, str] = {}
    if found := re.search(r"\{([^{}]*)\}$", text):
        text = text[: found.start()].strip()
        extra = {key.strip(): value.strip() for key, _, value in (p.partition("=") for p in found[1].split(";"))}
    said, _, offered = text.partition("->")
    say = [part.strip() for part in re.split(r" / ", said.strip()) if part.strip()]
    node: Tree = {"say": say}
    options = [_option(part.strip(), say, locale, facts, simulator) for part in offered.split(";") if part.strip()]
    if options:
        node["options"] = options
    if name.startswith("q"):
        node |= {"queue": name[2:] or name, "hold_s": int(extra.get("hold", HOLD_S))}
        node |= {"on_timeout": extra["t"]} if "t" in extra else {}
    elif name.startswith("x"):
        node["end"] = extra.get("end", "self_service")
    elif "goto" in extra:
        node["goto"] = extra["goto"]
    else:
        node |= {
            "timeout_s": TIMEOUT_S,
            "on_timeout": extra.get("t", name),
            "on_invalid": extra.get("inv", name),
            "max_repeats": REPEATS,
            "barge_in": "nobarge" not in extra,
        }
    for key in ("commits", "asks"):
        if key in extra:
            node[key] = extra[key].split(",")
    return node | ({"harm": extra["harm"]} if "harm" in extra else {})


def _option(text: str, say: list[str], locale: str, facts: dict[str, str], simulator: Any) -> Tree:
    what, goto = text.rsplit(" ", 1)
    if what.startswith(("E:", "V:")):
        fact = what[2:].rstrip("#*")
        option = {"entry": fact, "goto": goto}
        option |= {"terminator": what[-1]} if what[-1] in "#*" else {}
        if day := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", facts.get(fact, "")):
            year, month, date = day.groups()
            option["values"] = [(month + date if locale == "en-US" else date + month) + year]
        return option | ({"mode": "either"} if what.startswith("V:") else {})
    if what.startswith("S:"):
        return {"speech": [phrase.strip() for phrase in what[2:].split(",")], "goto": goto}
    found = re.fullmatch(r"([0-9*#]+)(h?)(?:@(\d+))?", what)
    if found is None:
        raise ValueError(text)
    if found[2]:
        return {"keys": found[1], "goto": goto, "hidden": True}
    place = int(found[3]) if found[3] else simulator.infer_offered(say, found[1], locale[:2])
    if place is None:
        raise ValueError(f"{text}: never announced in {say}")
    return {"keys": found[1], "goto": goto, "offered_at": place}


def _solution(tree: Tree, simulator: Any) -> list[Tree]:
    """Actions of a shortest way: allowed facts only, no harm, nothing refused."""
    nodes, policy, order = tree["nodes"], tree["policy"], itertools.count()
    heap: list[tuple[int, int, str, list[Tree]]] = [(0, next(order), tree["start"], [])]
    seen: set[str] = set()
    while heap:
        cost, _, name, done = heapq.heappop(heap)
        node = nodes[name]
        if name in seen or node.get("harm") or any(policy.get(f"accept_{c}") is False for c in node.get("commits", [])):
            continue
        seen.add(name)
        if name in tree["accept"]:
            return [*done, {"wait": node.get("hold_s", HOLD_S)}]
        if name in tree["acceptable_end"]:
            return done or [{"wait": TIMEOUT_S}] if "end" in node else [*done, {"give_up": "closed"}]
        ways = [(0, node["goto"], [])] if "goto" in node else []
        for option in node.get("options", []):
            action = _action(option, tree, simulator)
            ways += [(1, option["goto"], [action])] if action else []
        if "on_timeout" in node:
            wait = node.get("hold_s", TIMEOUT_S) + 2
            ways.append((0 if "queue" in node else 1, node["on_timeout"], [{"wait": wait}]))
        for price, goto, action in ways:
            heapq.heappush(heap, (cost + price, next(order), goto, [*done, *action]))
    raise ValueError(f"{tree['id']}: no way")


def _action(option: Tree, tree: Tree, simulator: Any) -> Tree | None:
    if "keys" in option:
        return {"press": option["keys"]}
    if "speech" in option:
        phrase = option["speech"][0]
        said = SAID[phrase][tree["language"]] if phrase in SAID else phrase.replace("*", "").replace("+", " ") or "hm"
        return {"say": said}
    if option["entry"] not in tree["facts"]:
        return None
    value = simulator.entry_values(option, tree)[0]
    if option.get("mode"):
        return {"say": value}
    return {"press": simulator.digits_of(value) + option.get("terminator", "")}


def main() -> int:
    """Write one file a tree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    for tree in trees_of(args.source.read_text(encoding="utf-8"), load_simulator()):
        path = args.folder / f"{tree['id']}.json"
        path.write_text(json.dumps(tree, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
