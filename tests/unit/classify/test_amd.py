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


def answering_tone(kind: str, seconds: float = 3.3) -> np.ndarray:
    """CED of T.30 (2100 Hz), or ANSam of V.8 section 7.2: its strength swings at 15 Hz and its phase turns round each 450 ms."""
    t = np.arange(round(seconds * 8000)) / 8000
    if kind == "CED":
        return sounds.tone((2100.0,), seconds)
    turned = np.where((t / 0.45).astype(int) % 2, np.pi, 0.0) if kind == "ANSam, reversing" else np.zeros_like(t)
    return 0.12 * (1 + 0.2 * np.sin(2 * np.pi * 15 * t)) * np.sin(2 * np.pi * 2100 * t + turned)


@pytest.mark.parametrize("noise_db", [-70.0, -45.0])
@pytest.mark.parametrize("level_db", [-20.0, 0.0])
@pytest.mark.parametrize("kind", ["CED", "ANSam", "ANSam, reversing"])
def test_a_fax_machine_is_known_while_its_tone_sounds(kind: str, level_db: float, noise_db: float) -> None:
    sound = answering_tone(kind) * 10 ** (level_db / 20)
    line = np.concatenate([sounds.silence(1.8), sound, sounds.silence(1.0)])
    beliefs = listen(line + sounds.noise(line.size / 8000, noise_db + level_db)[: line.size])
    at, first = next((at, state) for at, state in beliefs if state.answerer is Answerer.FAX)
    assert first.confidence >= CERTAIN
    assert first.reason == "fax_tone"
    assert at <= 1.8 + 1.2 + 0.6
    assert beliefs[-1][1].answerer is Answerer.FAX
    assert "tone" in [state.reason for at, state in beliefs if at < 2.4], "nobody is joined with it meanwhile"


def test_a_fax_machine_that_calls_and_something_else_of_its_pitch() -> None:
    calling = [part for _ in range(3) for part in (sounds.tone((1100.0,), 0.5), sounds.silence(3.0))]
    assert listen(sounds.silence(1.0), *calling)[-1][1].answerer is Answerer.FAX
    short = listen(sounds.silence(1.0), sounds.tone((2100.0,), 0.8), sounds.silence(0.5), sounds.speech(0.9, seed=3))
    assert all(state.answerer is not Answerer.FAX for _, state in short)
    other = listen(sounds.silence(1.0), sounds.tone((2030.0,), 3.0), sounds.silence(1.0))
    assert all(state.answerer is not Answerer.FAX for _, state in other)


@pytest.mark.parametrize("gap_s", [0.1, 0.8])
def test_information_tones_before_an_announcement(gap_s: float) -> None:
    """Without a word understood: "the number you have dialled is not available"."""
    beliefs = listen(sounds.silence(gap_s), sounds.sit(), sounds.silence(0.3), sounds.speech(3.0, seed=5))
    at, certain = next((at, state) for at, state in beliefs if state.confidence >= CERTAIN)
    assert (certain.answerer, certain.reason) == (Answerer.ANNOUNCEMENT, "sit")
    assert at <= gap_s + 1.0 + 0.4
    assert beliefs[-1][1].answerer is Answerer.ANNOUNCEMENT


@pytest.mark.parametrize(("frequencies", "pattern"), [((425.0,), (0.48, 0.48)), ((480.0, 620.0), (0.25, 0.25))])
def test_a_busy_tone_after_the_answer_is_nobody(frequencies: tuple[float, ...], pattern: tuple[float, float]) -> None:
    beliefs = listen(sounds.silence(0.4), sounds.cadence(frequencies, pattern, 8))
    assert (beliefs[-1][1].answerer, beliefs[-1][1].reason) == (Answerer.ANNOUNCEMENT, "busy_tone")
    assert beliefs[-1][1].confidence >= CERTAIN


@pytest.mark.parametrize(
    "words",
    [
        "The person you are calling is not available. Please try again later.",
        "Our office is currently closed.",
        "Kein Anschluss unter dieser Nummer.",
        "Der Teilnehmer ist vorübergehend nicht erreichbar.",
        "Votre correspondant n'est pas joignable.",
        "El teléfono al que llama está apagado o fuera de cobertura.",
        "De abonnee is niet bereikbaar.",
        "Il cliente da lei chiamato non è al momento raggiungibile.",
    ],
)
def test_a_closed_announcement_is_known_by_its_words(words: str) -> None:
    beliefs = listen(sounds.silence(0.4), sounds.speech(4.0, seed=7), sounds.silence(1.0), words=words)
    certain = next(state for _, state in beliefs if state.confidence >= CERTAIN)
    assert (certain.answerer, certain.reason) == (Answerer.ANNOUNCEMENT, "words")


def test_a_person_after_a_tone_is_a_person() -> None:
    """A recorded line's beep, a key that is still pressed."""
    for sound in (beep(0.4, 1400.0), sounds.dtmf("5", 0.3)):
        last = listen(sounds.silence(0.5), sound, sounds.silence(0.6), sounds.speech(0.9, seed=2), sounds.silence(2.0))
        assert last[-1][1].answerer is Answerer.PERSON


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
