"""A small fleet on generated sound: the calls of the bench through the real hearing and brain. It fails when the figures fall."""

from dataclasses import asdict
from pathlib import Path
import sys
from typing import Any

import numpy as np
import pytest

from tests.fakes import sounds

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from fleet import ABLATIONS, compared, summary
from fleet_call import FleetCall, Setup
from fleet_company import Company
from fleet_sounds import Library, Sound
from fleet_texts import ANNOUNCEMENTS, GREETINGS, MENUS, OTHER, POSITIONS


def _sound(generated: np.ndarray, text: str = "") -> Sound:
    return Sound((generated * 32767).astype(np.int16), text)


def _spoken(text: str, seed: int, pitch_hz: float) -> Sound:
    return _sound(sounds.speech(max(0.6, len(text.split()) / 2.8), seed=seed, pitch_hz=pitch_hz), text)


@pytest.fixture(scope="module")
def library() -> Library:
    made = Library(music=[_sound(sounds.music(30.0, seed=seed)) for seed in (1, 2)])
    for number, language in enumerate(GREETINGS):
        made.announcements[language] = [
            _spoken(text, 100 * number + seed, 190.0) for seed, text in enumerate(ANNOUNCEMENTS[language])
        ]
        pattern, places = POSITIONS[language]
        made.positions[language] = [[_spoken(pattern.format(place), 50 + number, 190.0) for place in places]]
        made.menus[language] = [_spoken(MENUS[language], 70 + number, 190.0)]
        made.greetings[language] = [
            [_spoken(each, 1000 + 100 * number + seed, 115.0) for seed, each in enumerate((text, *OTHER[language]))]
            for text in GREETINGS[language]
        ]
    return made


@pytest.fixture(scope="module")
def companies(library: Library, tmp_path_factory: pytest.TempPathFactory) -> list[Company]:
    folder = tmp_path_factory.mktemp("tapes")
    made = [Company(library, 7, number, tape_min=(1.0, 1.3), hold_min=(0.8, 1.6)) for number in (1, 2, 4)]
    for company in made:
        for tape in company.tapes:
            tape.listen(folder)
    return made


def figures(companies: list[Company], setup: Setup, calls: int = 3) -> dict[str, Any]:
    rows = []
    for company in companies:
        memory = None
        for number in range(calls):
            call = FleetCall(company, 7, number, setup, memory)
            rows.append(asdict(call.run()) | {"seed": 7})
            memory = call.learned() if setup.has_memory else None
    return summary(rows)


@pytest.fixture(scope="module")
def found(companies: list[Company]) -> dict[str, Any]:
    return figures(companies, Setup())


def test_people_are_found_and_recordings_are_not(found: dict[str, Any]) -> None:
    assert found["humans"] >= 7
    assert found["human_found"] >= 0.9
    assert found["human_s_p50"] <= 4.5
    assert found["candidate_s_p50"] <= 1.7
    assert found["false_humans"] == 0


def test_a_number_that_is_known_is_not_greeted_in_vain(found: dict[str, Any]) -> None:
    assert found["vain_questions_per_hold_hour"] == 0.0
    assert found["vain_candidates_per_hold_hour"] == 0.0
    assert found["later_calls"]["questions_per_hold_hour"] < found["first_calls"]["questions_per_hold_hour"]


FORGETFUL = ("without sound and texts heard before", "without the number's memory")


def test_without_anything_remembered_known_announcements_are_greeted_again_and_again(
    companies: list[Company], found: dict[str, Any]
) -> None:
    setup = Setup()
    for name in FORGETFUL:
        setup = ABLATIONS[name](setup)
    forgetful = figures(companies, setup)
    assert forgetful["vain_candidates_per_hold_hour"] > 0.0
    assert forgetful["questions_per_hold_hour"] > found["questions_per_hold_hour"]


def test_every_cue_can_be_left_out(companies: list[Company]) -> None:
    base = Setup()
    others = {name: change(base) for name, change in ABLATIONS.items()}
    assert len(others) >= 20
    assert [name for name, setup in others.items() if setup == base] == [
        "everything, WER 15 %",
    ]
    for name in ("without ringing and other signalling tones", "without the answer to our question"):
        assert figures(companies[:1], others[name], calls=1)["calls"] == 1


def test_how_much_later_is_told_of_the_same_calls() -> None:
    def row(number: int, human_s: float | None) -> dict[str, Any]:
        return {"seed": 1, "company": 1, "number": number, "human_s": human_s}

    base = [row(0, 2.0), row(1, 3.0), row(2, 4.0), row(3, None)]
    assert compared([row(0, 2.5), row(1, 4.5), row(2, None), row(3, 9.0)], base) == {
        "s_later": 1.0,
        "s_later_95": [0.02, 1.98],
    }
    assert compared([row(0, None)], base) == {}


def test_without_speech_to_text(companies: list[Company]) -> None:
    deaf = figures(companies, Setup(stt_s=None), calls=2)
    assert deaf["human_found"] >= 0.7
    assert deaf["false_humans"] == 0
