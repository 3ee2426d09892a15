"""What the pages name is there: files, headings, commands with their options, and everything that the code offers to users."""

from functools import cache
import json
from pathlib import Path
import re
import shlex
import subprocess
import sys
from typing import Any

import pytest
import yaml

from custom_components.hold_slayer import events
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from tests.fakes import pages

ROOT = pages.ROOT
INTEGRATION = ROOT / "custom_components" / "hold_slayer"
DOCS = ROOT / "docs"


def page(name: str) -> str:
    """A page as running text: lines joined, so that a sentence may be broken anywhere."""
    return " ".join((DOCS / name).read_text(encoding="utf-8").split())


@cache
def texts() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))
    return loaded


def described(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((INTEGRATION / name).read_text(encoding="utf-8"))
    return loaded


# --- links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", pages.PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_pictures_and_headings_are_there(path: Path) -> None:
    for file, anchor in pages.links(path):
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), f"{file} is not there"
        assert target.is_relative_to(ROOT), f"{file} is outside of the project"
        if anchor:
            assert anchor in pages.anchors(target), f"{file} has no heading #{anchor}"


def test_the_index_names_every_page() -> None:
    named = {file.removesuffix("/") for file, _ in pages.links(DOCS / "README.md")}
    missing = {path.name for path in DOCS.glob("*.md")} - named - {"README.md"}
    assert not missing, f"docs/README.md does not name {missing}"


# --- commands -------------------------------------------------------------------------------------------------------


@cache
def help_of(command: str) -> str:
    """What a command says of itself."""
    match command.split():
        case ["script/hold-slayer", kind]:
            arguments, folder = ["-m", "engine.cli", kind, "--help"], INTEGRATION
        case ["script/demo"]:
            arguments, folder = ["-m", "simulator.demo", "--help"], ROOT
        case ["script/bench", name]:
            arguments, folder = [str(ROOT / "bench" / f"{name}.py"), "--help"], ROOT
        case _:
            return (ROOT / command.split(maxsplit=1)[0]).read_text(encoding="utf-8")
    done = subprocess.run(
        [sys.executable, *arguments], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, f"{command}: {done.stderr[-500:]}"
    return done.stdout


@pytest.mark.parametrize(("place", "command"), pages.commands())
def test_a_command_exists_and_knows_its_options(place: str, command: str) -> None:
    words = shlex.split(command.partition("  #")[0], comments=True)
    script = ROOT / words[0]
    assert script.is_file(), f"{place}: {words[0]} is not there"
    assert script.stat().st_mode & 0o100, f"{place}: {words[0]} cannot be run"
    has_kind = script.name in ("hold-slayer", "bench") and len(words) > 1 and not words[1].startswith("-")
    kind = words[1] if has_kind and words[1] != "NAME" else ""
    if kind and script.name == "bench":
        assert (ROOT / "bench" / f"{kind}.py").is_file(), f"{place}: no benchmark {kind}"
    for option in (word.partition("=")[0] for word in words[1:] if word.startswith("-") and len(word) > 1):
        said = help_of(f"{words[0]} {kind}".strip())
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", said), f"{place}: {option} is not known"


# --- names ----------------------------------------------------------------------------------------------------------

FILES = {"db", "_recordings", "entry"}
"""What follows ``hold_slayer.`` in names that are files and no actions."""


def names_of_the_code() -> set[str]:
    """Everything that may be called ``hold_slayer.NAME``."""
    kinds = [described(name) for name in ("services.yaml", "triggers.yaml", "conditions.yaml")]
    return {name for kind in kinds for name in kind if not name.startswith(".")}


@pytest.mark.parametrize("path", pages.PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_in_a_page_exist_in_the_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = {file: file.read_text(encoding="utf-8") for file in INTEGRATION.rglob("*.py")}
    named = set(re.findall(r"(?<![\w/.])hold_slayer\.([a-z_]+)\b(?!\.)", text)) - FILES
    assert not named - names_of_the_code()
    tools = set(re.findall(r"\bhold_slayer__([a-z_]+)", text))
    llm = "\n".join(content for file, content in code.items() if file.name.startswith("llm"))
    assert not {tool for tool in tools if f'__{tool}"' not in llm}
    sockets = set(re.findall(r"(?<![\w./])hold_slayer/([a-z_]+(?:/[a-z_]+)?)\b(?!\.|/)", text))
    spoken = "\n".join(code.values())
    assert not {name for name in sockets if f"/{name}" not in spoken}, sockets
    assert all(name == events.EVENT_CALL for name in re.findall(r"`(hold_slayer_call)`", text))


def test_every_action_trigger_and_condition_is_documented() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    for name in names_of_the_code():
        assert f"hold_slayer.{name}" in everything, f"no page tells of hold_slayer.{name}"


def test_every_field_of_an_action_is_documented() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    for name, action in described("services.yaml").items():
        for field in action.get("fields") or {}:
            assert re.search(rf"`{field}[`:]|^\s*{field}:", everything, re.MULTILINE), (
                f"no page tells of {field} of {name}"
            )


def test_every_outcome_event_and_phase_is_documented() -> None:
    entities, automations = page("entities.md"), page("automations.md")
    for outcome in Outcome:
        assert outcome.value in entities, f"docs/entities.md: {outcome.value}"
        assert f"`{outcome.value}`" in automations, f"docs/automations.md: {outcome.value}"
    for kind in OccurrenceKind.ALL:
        assert kind in entities, f"docs/entities.md: {kind}"
    for phase in Phase:
        assert phase.value in entities, f"docs/entities.md: {phase.value}"


def test_every_entity_is_documented() -> None:
    entities = page("entities.md")
    for items in texts()["entity"].values():
        for item in items.values():
            assert item["name"] in entities, f"docs/entities.md does not tell of {item['name']}"


def test_every_language_models_tool_is_documented() -> None:
    voice = page("voice.md")
    code = "\n".join(file.read_text(encoding="utf-8") for file in INTEGRATION.glob("llm*.py"))
    tools = re.findall(r'f"\{DOMAIN\}__(\w+)"', code)
    assert len(tools) >= 4
    for tool in tools:
        assert f"`hold_slayer__{tool}`" in voice, f"docs/voice.md does not tell of hold_slayer__{tool}"


# --- what goes wrong ------------------------------------------------------------------------------------------------


def messages() -> list[tuple[str, str]]:
    """Every text that tells a user what is wrong: key and English text, with its placeholders as ``…``."""
    english = texts()
    found: dict[str, str] = {}
    for part in ("config", "options"):
        for kind in ("error", "abort"):
            found |= {f"{part}.{kind}.{key}": text for key, text in english[part].get(kind, {}).items()}
    for subentry, content in english["config_subentries"].items():
        for kind in ("error", "abort"):
            found |= {f"{subentry}.{kind}.{key}": text for key, text in content.get(kind, {}).items()}
    found |= {f"issues.{key}": issue["title"] for key, issue in english["issues"].items()}
    found |= {f"exceptions.{key}": exception["message"] for key, exception in english["exceptions"].items()}
    return [(key, re.sub(r"\{\w+\}", "…", text).strip().rstrip(".")) for key, text in sorted(found.items())]


@pytest.mark.parametrize(("key", "message"), messages(), ids=lambda text: text.partition(" ")[0])
def test_every_message_is_explained(key: str, message: str) -> None:
    if not message.strip("…"):
        return  # passes on what the engine says in a sentence
    assert message in page("troubleshooting.md"), f"docs/troubleshooting.md does not explain “{message}” ({key})"
