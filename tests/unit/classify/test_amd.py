"""Who answered: by the length of a greeting, by a beep, by words; and a person is never taken for a machine."""

from random import Random

import numpy as np
import pytest

from custom_components.hold_slayer.engine.call.answerer import AnswererEar, Snippet
from custom_components.hold_slayer.engine.classify.amd import CERTAIN, PHRASES, AnswererState, answerer_of
from custom_components.hold_slayer.engine.model.phase import Answerer
from tests.fakes import sounds


def listen(*parts: np.ndarray, words: str = "") -> list[tuple[float, AnswererState]]:
    """All beliefs with their times; ``words`` is what speech to text makes of every snippet."""
    ear, beliefs = AnswererEar(), []
    for frame in sounds.frames(sounds.join(*parts)):
        for new in ear.feed(frame):
            state = ear.words(words) if isinstance(new, Snippet) else new
            if state is not None:
                beliefs.append((frame.end_s, state))
    return beliefs


def beep(seconds: float = 0.4, hz: float = 1000.0) -> np.ndarray:
    return sounds.tone((hz,), seconds, -20.0)


@pytest.mark.parametrize("seed", range(6))
def test_a_short_greeting_and_waiting_is_a_person(seed: int) -> None:
    rng = Random(seed)
    length = rng.uniform(0.5, 1.3)
    beliefs = listen(
        sounds.silence(0.6), sounds.speech(length, seed=seed, pitch_hz=rng.uniform(90, 230)), sounds.silence(2.0)
    )
    at, last = beliefs[-1]
    assert last.answerer is Answerer.PERSON
    assert at <= 0.6 + length + 1.5, "who answers is not kept waiting"


@pytest.mark.parametrize("hz", [440.0, 850.0, 1000.0, 1400.0])
@pytest.mark.parametrize("beep_s", [0.2, 0.5, 1.1])
def test_a_long_greeting_and_a_beep_is_a_voicemail(hz: float, beep_s: float) -> None:
    beliefs = listen(
        sounds.silence(0.5), sounds.speech(6.0, seed=3), sounds.silence(0.5), beep(beep_s, hz), sounds.silence(2.0)
    )
    reasons = [state.reason for _, state in beliefs]
    assert reasons[-1] == "beep"
    assert "long_greeting" in reasons
    assert beliefs[-1][1].answerer is Answerer.VOICEMAIL
    assert beliefs[-1][1].confidence >= CERTAIN


def test_a_long_greeting_alone_is_no_certainty() -> None:
    beliefs = listen(sounds.silence(0.5), sounds.speech(9.0, seed=4), sounds.silence(3.0))
    assert all(state.confidence < CERTAIN for _, state in beliefs)


@pytest.mark.parametrize(
    "parts",
    [
        (sounds.speech(4.0, seed=5), beep(), sounds.silence(0.2), beep(), sounds.silence(2.0)),
        (sounds.speech(4.0, seed=5), beep(2.5), sounds.silence(2.0)),
        (sounds.speech(4.0, seed=5), sounds.tone((480.0, 620.0), 0.5), sounds.silence(2.0)),
        (beep(), sounds.silence(2.0)),
        (sounds.speech(4.0, seed=5), sounds.silence(0.3), beep(), sounds.speech(3.0, seed=6), sounds.silence(0.5)),
    ],
    ids=["two beeps", "a long tone", "two frequencies", "nothing before it", "speech after it"],
)
def test_what_is_no_beep(parts: tuple[np.ndarray, ...]) -> None:
    beliefs = listen(sounds.silence(0.5), *parts)
    assert not [state for _, state in beliefs if "beep" in state.reason]


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Hi, this is Bob, please leave a message after the tone.", Answerer.VOICEMAIL),
        ("Please say your name and why you are calling.", Answerer.SCREENING),
        ("Record your name after the tone.", Answerer.SCREENING),
        ("The number you have dialed is not in service.", Answerer.ANNOUNCEMENT),
    ],
)
def test_words_decide_while_they_are_spoken(words: str, kind: Answerer) -> None:
    beliefs = listen(sounds.silence(0.5), sounds.speech(6.0, seed=7), words=words)
    at, certain = next((at, state) for at, state in beliefs if state.confidence >= CERTAIN)
    assert certain.answerer is kind
    assert at < 4.0


def test_words_and_the_beep_together() -> None:
    parts = (sounds.silence(0.5), sounds.speech(2.5, seed=8), sounds.silence(0.4), beep(), sounds.silence(2.0))
    last = listen(*parts, words="Please leave a message")[-1][1]
    assert (last.answerer, last.reason) == (Answerer.VOICEMAIL, "words_and_beep")


def test_a_fax_machine_and_nobody() -> None:
    fax = listen(sounds.silence(1.0), sounds.tone((2100.0,), 3.0), sounds.silence(1.0))[-1][1]
    assert fax.answerer is Answerer.FAX
    nobody = listen(sounds.silence(10.0))
    assert [(round(at), state.answerer) for at, state in nobody] == [(8, Answerer.NOBODY)]
    late = listen(sounds.silence(10.0), sounds.speech(0.9, seed=2), sounds.silence(2.0))[-1][1]
    assert late.answerer is Answerer.PERSON, "they had only put the phone to their ear late"


def test_a_person_who_says_hello_is_never_a_machine() -> None:
    """Forty people: one to three short calls of "hello?" in whatever rhythm, some with a radio or a loud room behind them."""
    for seed in range(40):
        rng = Random(seed)
        parts = [sounds.silence(rng.uniform(0.2, 2.5))]
        for number in range(rng.randint(1, 3)):
            parts += [
                sounds.speech(rng.uniform(0.3, 1.4), rng.uniform(-32, -12), seed * 7 + number, rng.uniform(85, 250)),
                sounds.silence(rng.uniform(0.9, 2.5)),
            ]
        sound = np.concatenate(parts)
        room = rng.choice((-70.0, -60.0, -50.0))
        beliefs = listen(sound + sounds.noise(sound.size / 8000, room, seed)[: sound.size])
        machines = [state for _, state in beliefs if state.answerer not in (Answerer.PERSON, Answerer.UNCERTAIN)]
        assert not machines, (seed, machines)


@pytest.mark.parametrize("language", PHRASES)
def test_every_language_knows_every_machine(language: str) -> None:
    assert set(PHRASES[language]) == {Answerer.SCREENING, Answerer.VOICEMAIL, Answerer.ANNOUNCEMENT}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Sie haben die Mailbox von Anna erreicht. Sprechen Sie nach dem Signal.", Answerer.VOICEMAIL),
        ("Der Teilnehmer ist vorübergehend nicht erreichbar.", Answerer.ANNOUNCEMENT),
        ("Bitte nennen Sie Ihren Namen und den Grund Ihres Anrufs.", Answerer.SCREENING),
        ("Vous êtes bien sur la messagerie de Paul, laissez un message après le bip.", Answerer.VOICEMAIL),
        ("Dites votre nom et la raison de votre appel.", Answerer.SCREENING),
        ("Votre correspondant n'est pas joignable.", Answerer.ANNOUNCEMENT),
        ("Deje su mensaje después de la señal.", Answerer.VOICEMAIL),
        ("Diga su nombre y el motivo de su llamada.", Answerer.SCREENING),
        ("El teléfono al que llama está apagado o fuera de cobertura.", Answerer.ANNOUNCEMENT),
        ("Spreek een bericht in na de piep.", Answerer.VOICEMAIL),
        ("Zeg uw naam en de reden van uw oproep.", Answerer.SCREENING),
        ("De abonnee is op dit moment niet bereikbaar.", Answerer.ANNOUNCEMENT),
        ("Risponde la segreteria telefonica, lasciate un messaggio dopo il segnale.", Answerer.VOICEMAIL),
        ("Dica il suo nome e il motivo della chiamata.", Answerer.SCREENING),
        ("Il cliente chiamato non è al momento raggiungibile.", Answerer.ANNOUNCEMENT),
        ("The person you are trying to reach is not available.", Answerer.ANNOUNCEMENT),
        ("I'll see if this person is available.", Answerer.SCREENING),
        # people
        ("Hello?", Answerer.UNCERTAIN),
        ("Hello, this is Alex speaking.", Answerer.UNCERTAIN),
        ("Yes, put them through please, what is it about?", Answerer.UNCERTAIN),
        ("Ja, hallo, Schmidt.", Answerer.UNCERTAIN),
        ("Allô, oui, bonjour ?", Answerer.UNCERTAIN),
        ("Dígame, ¿quién es?", Answerer.UNCERTAIN),
        ("Met Jansen, zeg het maar.", Answerer.UNCERTAIN),
        ("Pronto, chi parla?", Answerer.UNCERTAIN),
    ],
)
def test_what_machines_and_people_say(text: str, kind: Answerer) -> None:
    assert answerer_of(text) is kind


@pytest.mark.parametrize(
    "text",
    [
        "Hi, please record your name and the reason for calling, and I will see whether this person is available.",
        "The person you are calling uses a screening service. Go ahead and say your name and why you are calling.",
        "Please state your name.",
        "You have a call. Press 1 to accept it.",
        "To accept the call, press one.",
        "Bitte nennen Sie Ihren Namen und den Grund Ihres Anrufs.",
        "Sie haben einen Anruf. Drücken Sie die 1, um ihn anzunehmen.",
        "Um das Gespräch anzunehmen, drücken Sie die Eins.",
        "Dites votre nom et le motif de votre appel.",
        "Pour accepter l'appel, appuyez sur 1.",
        "Diga su nombre y el motivo de su llamada.",
        "Para aceptar la llamada, pulse 1.",
        "Zeg uw naam en waarom u belt.",
        "Druk op 1 om het gesprek aan te nemen.",
        "Dica il suo nome e il motivo della chiamata.",
        "Prema 1 per accettare la chiamata.",
    ],
)
def test_call_screening_is_known_by_its_words(text: str) -> None:
    assert answerer_of(text) is Answerer.SCREENING


@pytest.mark.parametrize(
    "text",
    ["Hello, Smith speaking.", "Press one for what?", "Ja, wer ist denn da?", "I can't take that, sorry", "Pronto?"],
)
def test_people_are_not_taken_for_call_screening(text: str) -> None:
    assert answerer_of(text) is Answerer.UNCERTAIN
