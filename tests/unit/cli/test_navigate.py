"""The terminal's navigator: lines of JSON in and out, trees for people, one line for bad input."""

import json
from pathlib import Path
import subprocess
import sys

import pytest

ROOT = Path(__file__).resolve().parents[3]
ENGINE = ROOT / "custom_components" / "hold_slayer"
BRIEF = {
    "brief": {
        "language": "en",
        "company": "Bank",
        "number": "+1-800-555-0100",
        "goal": "a charge on my bill",
        "facts": {},
        "policy": {},
    }
}
TREE = {
    "id": "t", "language": "en", "company": "Bank", "number": "5550100", "goal": "a charge on my bill", "facts": {}, "policy": {},
    "start": "n0", "accept": ["q"],
    "nodes": {
        "n0": {
            "say": ["For sales, press 1.", "For billing, press 2."],
            "options": [{"keys": "1", "goto": "x"}, {"keys": "2", "goto": "q"}],
        },
        "q": {"say": ["Please hold for the next available representative."], "queue": "billing", "hold_s": 20},
        "x": {"say": ["Goodbye."], "end": "hangup"},
    },
}  # fmt: skip


def run(*arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine.cli", *arguments],
        cwd=ENGINE, input=text, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip


def talk(*messages: object) -> list[dict[str, object]]:
    result = run("navigate", "--stdio", text="".join(json.dumps(message) + "\n" for message in messages))
    assert result.returncode == 0, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_decision_for_each_heard_and_none_for_a_brief() -> None:
    answers = talk(
        BRIEF,
        {"heard": ["For sales, press 1.", "For billing, press 2."]},
        {"heard": ["Please hold for the next available representative."]},
        {"heard": ["Thank you for your patience"]},
        BRIEF,
        {"heard": ["We are closed. Please call back on Monday at eight."]},
    )
    assert answers[0] == {"do": "press", "value": "2"}
    assert answers[1]["do"] == "wait"
    assert answers[1]["seconds"]
    assert answers[3]["do"] == "give_up"
    assert answers[3]["reason"] == "closed"
    assert "monday at eight" in str(answers[3]["note"]).lower()


@pytest.mark.parametrize(
    "text",
    ["not json\n", "[1]\n", '{"heard": ["x"]}\n', '{"brief": {}}\n', json.dumps(BRIEF) + '\n{"heard": "x"}\n', '{"other": 1}\n',
     '{"brief": {"goal": "x", "number": "not a number"}}\n', '{"brief": {"goal": "x", "facts": ["a"]}}\n',
     '{"brief": {"goal": "x", "policy": {"accept_callback": "false"}}}\n', '{"brief": {"goal": "x", "facts": {"pin": [1]}}}\n',
     '{"brief": 7}\n', json.dumps(BRIEF) + '\n{"heard": [7]}\n'],
)  # fmt: skip
def test_garbage_is_one_line_and_exit_2(text: str) -> None:
    result = run("navigate", "--stdio", text=text)
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr


def test_nesting_without_end_is_one_line_and_exit_2() -> None:
    result = run("navigate", "--stdio", text="[" * 200_000 + "\n")
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1


def test_bytes_that_are_no_text_are_one_line_and_exit_2() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "engine.cli", "navigate", "--stdio"],
        cwd=ENGINE, input=b"\xff\xfe\x00\n", capture_output=True, timeout=30, check=False,
    )  # fmt: skip
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1


def test_each_brief_is_a_new_call() -> None:
    menu = {"heard": ["For sales, press 1.", "For billing, press 2."]}
    assert talk(BRIEF, menu, BRIEF, menu, BRIEF, menu) == [{"do": "press", "value": "2"}] * 3


def test_facts_go_out_in_clear_only_where_they_are_asked_for() -> None:
    brief = {
        "brief": {**BRIEF["brief"], "facts": {"account_number": "7314159265"}, "policy": {"accept_callback": False}}
    }
    answers = talk(
        brief,
        {"heard": ["How can I help you?"]},
        {"heard": ["Please enter your account number, followed by the pound key."]},
        {"heard": ["To be called back, press 1.", "To hold, press 2."]},
    )
    assert [answer["value"] for answer in answers[1:]] == ["7314159265#", "2"]
    assert answers[0]["do"] == "say"
    assert "7314159265" not in str(answers[0])


def test_tree_is_played_for_a_person(tmp_path: Path) -> None:
    path = tmp_path / "tree.json"
    path.write_text(json.dumps(TREE), encoding="utf-8")
    result = run("navigate", str(path))
    assert result.returncode == 0
    assert "agent: press 2" in result.stdout
    assert result.stdout.splitlines()[-1] == "result: connected: billing"


@pytest.mark.parametrize("content", [None, "not json", "{}", '{"nodes": {}, "start": "n0"}'])
def test_bad_tree_is_one_line_and_exit_2(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "tree.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    result = run("navigate", str(path))
    assert result.returncode == 2
    assert len(result.stderr.splitlines()) == 1
