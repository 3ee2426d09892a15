"""The try-out's compose file: its form, that nothing is reachable from outside, and that its parts fit together."""

import copy
import ipaddress
import json
from pathlib import Path
import re
from typing import Any

import jsonschema
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "compose"
FILE: dict[str, Any] = yaml.safe_load((FOLDER / "compose.yaml").read_text(encoding="utf-8"))
SCHEMA = json.loads((ROOT / "tests" / "data" / "compose.schema.json").read_text(encoding="utf-8"))
SERVICES: dict[str, dict[str, Any]] = FILE["services"]


def conf(name: str) -> str:
    """A file of Asterisk's, without comments."""
    text = (FOLDER / "asterisk" / name).read_text(encoding="utf-8")
    return re.sub(r"^\s*;.*$", "", text, flags=re.MULTILINE)


def page() -> str:
    return (ROOT / "docs" / "try-out.md").read_text(encoding="utf-8")


def test_the_file_is_a_compose_file() -> None:
    jsonschema.validate(FILE, SCHEMA)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("services", "piper", "prots"), []),
        (("services", "home-assistant", "ports"), ["8123:8123"]),
        (("services", "home-assistant", "ports"), ["0.0.0.0:8123:8123"]),
        (("services", "piper", "image"), "rhasspy/wyoming-piper"),
        (("services", "asterisk", "image"), "a/b:1"),
        (("services", "asterisk", "healthcheck", "interval"), 5),
        (("services", "home-assistant", "volumes"), ["/etc:/config"]),
        (("networks", "line", "ipam", "config"), [{"subnet": "all"}]),
        (("version",), "3"),
    ],
)
def test_mistakes_are_noticed(path: tuple[str, ...], value: object) -> None:
    wrong = copy.deepcopy(FILE)
    node = wrong
    for key in path[:-1]:
        node = node[key]
    node[path[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(wrong, SCHEMA)


def test_everything_it_names_is_there() -> None:
    networks = {name: FILE["networks"][name]["ipam"]["config"][0]["subnet"] for name in FILE["networks"]}
    for name, service in SERVICES.items():
        assert set(service.get("depends_on", {})) <= set(SERVICES), name
        for other, wanted in service.get("depends_on", {}).items():
            assert wanted["condition"] != "service_healthy" or "healthcheck" in SERVICES[other]
            assert "profiles" not in SERVICES[other], f"{name} needs {other}, which is not always there"
        for volume in service.get("volumes", []):
            source = volume.partition(":")[0]
            assert (FOLDER / source).exists() if source.startswith(".") else source in FILE["volumes"], volume
        if "build" in service:
            assert (FOLDER / service["build"] / "Dockerfile").is_file()
        addresses = service["networks"] if isinstance(service["networks"], dict) else {}
        for network, settings in addresses.items():
            subnet = ipaddress.ip_network(networks[network])
            assert ipaddress.ip_address(settings["ipv4_address"]) in subnet


def test_asterisk_is_set_up_for_this_network() -> None:
    pjsip, ports = conf("pjsip.conf"), SERVICES["asterisk"]["ports"]
    home = SERVICES["home-assistant"]["networks"]["line"]["ipv4_address"]
    assert f"local_net={home}/32" in pjsip
    assert f"permit={FILE['networks']['line']['ipam']['config'][0]['subnet']}" in pjsip
    assert "127.0.0.1:5060:5060/udp" in ports
    assert "bind=0.0.0.0:5060" in pjsip
    first, last = (re.search(rf"{key}=(\d+)", conf("rtp.conf")) for key in ("rtpstart", "rtpend"))
    assert first is not None
    assert last is not None
    assert f"127.0.0.1:{first[1]}-{last[1]}:{first[1]}-{last[1]}/udp" in ports
    assert not re.search(r"manager|http|agi|system", conf("modules.conf")), (
        "nothing that gives others a hand on the exchange"
    )


def test_the_integration_runs_on_the_home_assistant_of_the_file() -> None:
    oldest = json.loads((ROOT / "hacs.json").read_text(encoding="utf-8"))["homeassistant"]
    assert SERVICES["home-assistant"]["image"].partition(":")[2] == oldest.rpartition(".")[0]


def test_the_page_tells_accounts_and_addresses_as_they_are() -> None:
    pjsip, text = conf("pjsip.conf"), page()
    accounts = re.findall(r"username=(\S+)\npassword=(\S+)", pjsip)
    assert len(accounts) == 3
    for user, password in accounts:
        assert f"`{user}`" in text
        assert f"`{password}`" in text
    for extension in re.findall(r"^exten => (\d+),", conf("extensions.conf"), re.MULTILINE):
        assert f"`{extension}`" in text, extension
    for service in set(SERVICES) - {"home-assistant"}:
        assert f"`{service}`" in text, service
    for command in re.findall(r"^docker compose (.*)$", text, re.MULTILINE):
        words = command.partition("#")[0].split()
        assert {"--profile", "-f", "up", "down", "exec", "logs"} & set(words), command
        assert words[words.index("exec") + 1] in SERVICES if "exec" in words else True
