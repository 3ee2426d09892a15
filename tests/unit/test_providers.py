"""The presets of providers: one schema, a source for each, and an account that can be built from it."""

import json
from pathlib import Path
import re
from typing import Any

import pytest

from custom_components.hold_slayer.account_form import ACCOUNT_SCHEMA, check_account
from custom_components.hold_slayer.config_flow import tidy
from custom_components.hold_slayer.providers import Preset, presets
from custom_components.hold_slayer.runtime import account_of

FOLDER = Path(__file__).parents[2] / "custom_components" / "hold_slayer" / "providers"
NEEDED = {
    *("fritzbox", "asterisk", "3cx", "sipgate", "telekom_de", "easybell", "telnyx", "twilio", "voipms"),
    *("callcentric", "zadarma", "ovh", "voys"),
}
KEYS = {"name", "countries", "source", "checked", "evidence", "ask", "account", "hint"}
CONFIRMED_BY = {"provider", "others", "tests"}
CAN_BE_CONFIRMED = ("server", "port", "transport", "encryption", "codecs", "user", "numbers", "stun")
ASKABLE = {"host", "auth_username", "caller_id"}


def test_all_are_there() -> None:
    assert set(presets()) == NEEDED == {path.stem for path in FOLDER.glob("*.json")}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.json")), ids=lambda path: path.stem)
def test_every_file_has_the_schema(path: Path) -> None:
    data = json.loads(path.read_text(encoding="utf-8"))
    assert set(data) == KEYS
    assert all(re.fullmatch("[A-Z]{2}", country) for country in data["countries"])
    assert data["source"].startswith("https://")
    assert re.fullmatch(r"20\d\d-\d\d-\d\d", data["checked"])
    for each in data["evidence"]:
        assert set(each) == {"by", "where", "confirms"}
        assert each["by"] in CONFIRMED_BY
        assert each["confirms"]
        assert set(each["confirms"]) <= set(CAN_BE_CONFIRMED)
    assert set(data["ask"]) <= ASKABLE
    assert {"en", "de"} <= set(data["hint"])
    assert all(len(text) > 40 for text in data["hint"].values())
    assert set(data["account"]) <= {"host", "transport", "advanced"}
    assert "host" in data["account"] or "host" in data["ask"], "a server is needed"


@pytest.mark.parametrize("preset", presets().values(), ids=lambda preset: preset.preset_id)
def test_every_preset_makes_an_account_that_the_form_would_make(preset: Preset) -> None:
    answers = {"username": "alice", "password": "secret", **dict.fromkeys(preset.ask, "asked.example")}
    data = preset.complete(answers)
    whole = ACCOUNT_SCHEMA(data)
    assert not check_account(tidy(whole))
    account = account_of(tidy(whole))
    assert account == account_of(tidy(data)), "what the preset leaves out is the form's default"
    assert account.username == "alice"


def test_an_empty_answer_leaves_the_presets() -> None:
    preset = presets()["easybell"]
    assert preset.complete({"username": "u", "password": "p", "host": ""})["host"] == "voip.easybell.de"
    assert preset.hint_in("de-AT") == preset.hint["de"]
    assert preset.hint_in("fr") == preset.hint["en"]


def confirmed(data: dict[str, Any]) -> str:
    """What was read where, as a row of the page's table."""
    cells = [data["name"]]
    for by in ("provider", "others", "tests"):
        found = {name for each in data["evidence"] if each["by"] == by for name in each["confirms"]}
        cells.append(", ".join(name for name in CAN_BE_CONFIRMED if name in found) or "-")
    return f"| {' | '.join(cells)} |"


def test_the_page_says_what_each_preset_rests_on() -> None:
    page = (FOLDER.parents[2] / "docs" / "providers.md").read_text(encoding="utf-8")
    rows = [confirmed(json.loads(path.read_text(encoding="utf-8"))) for path in FOLDER.glob("*.json")]
    assert [row for row in rows if row not in page] == []
