"""Every command that the pages name exists and knows the options it is given."""

from functools import cache
import re
import shlex
import subprocess
import sys

import pytest

from custom_components.hold_slayer.engine.call.policy import may_dial
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes import pages

ROOT = pages.ROOT
INTEGRATION = ROOT / "custom_components" / "hold_slayer"


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


def test_numbers_that_the_pages_call_are_not_refused() -> None:
    """An example that Hold Slayer would not dial teaches nothing."""
    called = [
        word
        for _, command in pages.commands()
        if command.startswith("script/hold-slayer call")
        for word in shlex.split(command.partition("  #")[0], comments=True)
        if word.startswith("sip:")
    ]
    assert called
    for address in called:
        assert may_dial(DialTarget.parse(address)) is None, f"{address} would be refused"
