"""Who or what has answered: a person, a voicemail, call screening, a fax machine, an announcement, or nobody.

Sans-IO and in steps of 100 ms, like everything that hears. Evidence in order of weight: words (`answerer_of`), the beep after a
greeting, the length of the first stretch of speech. People answer with less than 1.8 s and then wait; a voicemail talks on.
What stays in between stays uncertain: whoever asks has to act after its own deadline, and taking a machine for a person costs
less there than the other way round.
"""

from collections.abc import Sequence
from dataclasses import dataclass
import re
import unicodedata

from ..audio.spectrum import BLOCK_S
from ..audio.tone_run import ToneRun
from ..model.phase import Answerer

CERTAIN = 0.85
"""Confidence from which a machine counts as one."""

_SCREENING, _VOICEMAIL, _ANNOUNCEMENT = Answerer.SCREENING, Answerer.VOICEMAIL, Answerer.ANNOUNCEMENT

PHRASES: dict[str, dict[Answerer, tuple[str, ...]]] = {
    "en": {
        _SCREENING: (
            r"(?:say|state|record|tell me|give) your name (?:and|,)",
            r"(?:say|state|record) your name (?:after|at) the (?:tone|beep)",
            r"(?:why|what) you(?:'re| are) calling",
            r"reason for (?:calling|your call)",
            r"(?:screening|screen) (?:service|this call|your call|calls)",
            r"see if (?:this|the) person is available",
            r"(?:state|say|record) your name\W*$",
            r"(?:press|dial) (?:\w+ ){1,3}to (?:accept|take|answer)",
            r"to (?:accept|take|answer) (?:\S+ ){1,3}(?:press|dial)",
        ),
        _VOICEMAIL: (
            r"(?:after|at) the (?:tone|beep|signal)",
            r"leave (?:me |us )?(?:a |your )?(?:short |brief |detailed )?(?:message|name and (?:a )?number)",
            r"record your message",
            r"(?:voice ?mail|voice messaging|answering machine)",
            r"(?:can't|cannot|can not|unable to) (?:come to|get to|take|answer) (?:the phone|your call|my phone)",
            r"mailbox (?:is full|of|belonging)",
        ),
        _ANNOUNCEMENT: (
            r"(?:customer|subscriber|person|party|number) (?:you [\w' ]{3,24} )?is (?:\w+ )?(?:not|unavailable|switched off)",
            r"(?:customer|subscriber|person|party|number) (?:you [\w' ]{3,24} )?cannot be reached",
            r"(?:we are|we're|office is|offices are) (?:currently |now )?closed",
            r"(?:no longer|not) in service",
        ),
    },
    "de": {
        _SCREENING: (
            r"(?:sagen|nennen|sprechen) sie (?:bitte )?(?:uns )?ihren namen",
            r"(?:warum|weshalb|weswegen) sie anrufen",
            r"grund (?:ihres anrufs|für ihren anruf|des anrufs)",
            r"drücken sie (?:\S+ ){1,3}um (?:\S+ ){1,3}(?:anzunehmen|entgegenzunehmen)",
            r"um (?:\w+ ){1,3}(?:anzunehmen|entgegenzunehmen),? drücken",
        ),
        _VOICEMAIL: (
            r"nach dem (?:signal|piep|ton|pfeif)",
            r"(?:hinterlassen|hinterlasst|hinterlass) (?:sie |ihr )?(?:mir |uns )?(?:bitte |doch )?(?:eine |ihre |eure )?nachricht",
            r"nachricht (?:zu |nach dem \w+ )?(?:hinterlassen|aufsprechen)",
            r"(?:anrufbeantworter|mailbox|sprachbox|voicemail)",
            r"(?:kann|können) (?:ich|wir) (?:ihren|deinen|den) anruf (?:gerade|leider|im moment|derzeit|zurzeit)",
        ),
        _ANNOUNCEMENT: (
            r"(?:teilnehmer|gesprächspartner) ist (?:\w+ )?(?:\w+ )?nicht erreichbar",
            r"(?:kein anschluss|nicht vergeben)",
            r"(?:wir haben|unser büro ist|unsere büros sind) (?:zurzeit |derzeit |leider )?geschlossen",
        ),
    },
    "fr": {
        _SCREENING: (
            r"(?:dites|indiquez|enregistrez|donnez) votre nom",
            r"(?:raison|motif|objet) de votre appel",
            r"pourquoi vous appelez",
            r"pour (?:accepter|prendre) (?:\S+ ){1,3}(?:appuyez|tapez)",
            r"(?:appuyez sur|tapez) (?:\w+ ){1,3}pour (?:accepter|prendre)",
        ),
        _VOICEMAIL: (
            r"après le (?:bip|signal|ton)",
            r"laiss(?:ez|er)(?:-moi|-nous)? (?:\w+ )?(?:un |votre )?message",
            r"(?:messagerie|boîte vocale|répondeur)",
        ),
        _ANNOUNCEMENT: (
            r"correspondant (?:\w+ ){0,3}(?:n'est pas|pas) (?:joignable|disponible)",
            r"(?:n'est plus|pas) (?:attribué|en service)",
            r"(?:nous sommes|nos bureaux sont) (?:actuellement )?fermés",
        ),
    },
    "es": {
        _SCREENING: (
            r"(?:diga|indique|grabe|deje) su nombre (?:y|después)",
            r"(?:motivo|razón) de (?:su|la) llamada",
            r"por qué (?:está )?llama",
            r"para (?:aceptar|atender) (?:\S+ ){1,3}(?:pulse|marque|oprima)",
            r"(?:pulse|marque|oprima) (?:\w+ ){1,3}para (?:aceptar|atender)",
        ),
        _VOICEMAIL: (
            r"(?:después|tras) (?:de(?:l| la| oír la)? )?(?:tono|señal)",
            r"(?:deje|dejar|deja) (?:\w+ )?(?:un |su |tu )?mensaje",
            r"(?:buzón de voz|contestador)",
        ),
        _ANNOUNCEMENT: (
            r"(?:teléfono|número|abonado|cliente) (?:\w+ ){0,4}(?:apagado|no (?:está )?disponible|fuera de cobertura|no existe)",
            r"(?:estamos|nuestras oficinas están) cerrad[ao]s",
        ),
    },
    "nl": {
        _SCREENING: (
            r"(?:zeg|noem|spreek) (?:alstublieft )?uw naam",
            r"reden van uw (?:oproep|gesprek|telefoontje)",
            r"waarom u belt",
            r"(?:druk|toets) (?:\w+ ){1,3}om (?:\w+ ){1,3}(?:aan te nemen|te accepteren)",
            r"om (?:\w+ ){1,3}(?:aan te nemen|te accepteren),? (?:drukt|druk|toets)",
        ),
        _VOICEMAIL: (
            r"na de (?:piep|toon|pieptoon)",
            r"bericht (?:in te spreken|inspreken|achter(?:laten)?|in)",
            r"(?:voicemail|antwoordapparaat)",
        ),
        _ANNOUNCEMENT: (
            r"(?:abonnee|klant|persoon|nummer) (?:\w+ ){0,4}(?:niet bereikbaar|niet in gebruik|niet beschikbaar)",
            r"(?:wij zijn|ons kantoor is) (?:momenteel |op dit moment )?gesloten",
        ),
    },
    "it": {
        _SCREENING: (
            r"(?:dica|dire|registri|indichi) il suo nome",
            r"(?:motivo|ragione) della (?:sua )?(?:chiamata|telefonata)",
            r"perché (?:sta )?chiama",
            r"per (?:accettare|ricevere) (?:\S+ ){1,3}(?:prema|digiti)",
            r"(?:prema|digiti) (?:\w+ ){1,3}per (?:accettare|ricevere)",
        ),
        _VOICEMAIL: (
            r"dopo il (?:segnale|bip|tono)",
            r"lasci(?:are|a|ate)?(?:mi|ci)? (?:\w+ )?(?:un |il suo )?messaggio",
            r"(?:segreteria telefonica|casella vocale)",
        ),
        _ANNOUNCEMENT: (
            r"(?:cliente|utente|numero) (?:\w+ ){0,4}(?:non (?:\w+ ){0,3}(?:raggiungibile|disponibile|attivo)|inesistente)",
            r"(?:siamo|i nostri uffici sono) (?:attualmente )?chiusi",
        ),
    },
}
"""What machines say when they answer a telephone, by language and kind. All languages are looked for at once."""

_PATTERNS = {
    kind: re.compile("|".join(phrase for kinds in PHRASES.values() for phrase in kinds[kind]))
    for kind in (_SCREENING, _VOICEMAIL, _ANNOUNCEMENT)
}


def answerer_of(text: str) -> Answerer:
    """Judge what was said by its words alone: screening before voicemail ("your name after the tone"), else uncertain."""
    plain = " ".join(unicodedata.normalize("NFC", text).lower().replace("’", "'").split())
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.search(plain)), Answerer.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class AmdConfig:
    """Durations in seconds."""

    short_greeting_s: float = 1.8
    """People answer with less, …"""
    wait_s: float = 0.8
    """… and then wait so long."""
    least_speech_s: float = 0.2
    long_greeting_s: float = 5.0
    """Who speaks so long without such a pause is rather a recording."""
    beep_hz: tuple[float, float] = (400.0, 1500.0)
    beep_s: tuple[float, float] = (0.15, 1.2)
    beep_after_s: float = 2.5
    """A beep follows the greeting so soon."""
    greeting_before_beep_s: float = 1.0
    """Net speech before a beep that is one."""
    sure_greeting_s: float = 2.5
    """After so long a stretch of speech the beep alone is proof."""
    beep_quiet_s: float = 0.8
    """So much silence after it: it is our turn to speak."""
    nobody_s: float = 8.0
    fax_s: float = 1.2
    """A fax machine's answer takes 2.6 to 4 s; so long a tone of its pitch is nothing else."""


def is_beep(run: ToneRun, config: AmdConfig | None = None) -> bool:
    """True for one short tone of one frequency, as voicemails give it before they record."""
    config = config or AmdConfig()
    low, high = config.beep_hz
    return (
        len(run.frequencies) == 1
        and low <= run.frequencies[0] <= high
        and config.beep_s[0] - 0.02 <= run.length_s <= config.beep_s[1] + 0.02
    )


@dataclass(frozen=True, slots=True)
class AnswererState:
    """The belief after a step."""

    answerer: Answerer
    confidence: float
    """0 to 1."""
    reason: str
    """``nothing_heard``, ``tone``, ``speaking``, ``waits``, ``short_greeting``, ``long_greeting``, ``beep``, ``words``,
    ``words_and_beep``, ``fax_tone``, ``sit``, ``busy_tone`` or ``silence``.
    """


class AnsweringMachineDetector:
    """Feed `update` every 100 ms from the answer on, and `heard` with words when there are any; each returns what is new."""

    def __init__(self, config: AmdConfig | None = None) -> None:
        self._config = config or AmdConfig()
        self._t_s = 0.0
        self._speech_s = 0.0
        """Net speech so far."""
        self._stretch_s = 0.0
        """From the beginning to the end of the last stretch of speech, short pauses included."""
        self._quiet_s = 0.0
        self._speech_run = 0
        self._stretches = 0
        self._beep: ToneRun | None = None
        """What will have been the beep if silence follows."""
        self._speech_since_beep = 0
        self._speech_end_s = 0.0
        self._words = Answerer.UNCERTAIN
        self.state = AnswererState(Answerer.UNCERTAIN, 0.0, "nothing_heard")

    def update(
        self,
        *,
        is_speech: bool,
        is_silence: bool,
        is_tone: bool = False,
        fax_s: float = 0.0,
        runs: Sequence[ToneRun] = (),
        tones: Sequence[str] = (),
    ) -> AnswererState | None:
        """Take 100 ms. ``runs``: tones that ended in it; ``tones``: signals named in it; neither speech nor silence: music, tone.

        ``fax_s``: for how long the tone with which a fax machine answers has been sounding.

        Returns the state when it is another one than before.
        """
        before = self.state
        self._t_s += BLOCK_S
        self._speech_run = self._speech_run + 1 if is_speech else 0
        self._take_signals(tones, fax_s=fax_s, is_tone=is_tone)
        for run in runs:
            self._take_tone(run)
        if self._speech_run >= 2:
            self._speech()
        elif is_silence or is_speech:
            self._quiet()
        else:
            self._quiet_s = 0.0
        self._await_beep(is_speech=is_speech)
        return self.state if self.state != before else None

    def heard(self, text: str) -> AnswererState | None:
        """Take what was said so far; returns the state when it is another one than before."""
        before = self.state
        kind = answerer_of(text)
        if kind is not Answerer.UNCERTAIN:
            self._words = kind
            reason = "words_and_beep" if self.state.reason in ("beep", "words_and_beep") else "words"
            self._believe(kind, 0.97 if reason == "words_and_beep" else 0.9, reason)
        return self.state if self.state != before else None

    # --- sound --------------------------------------------------------------------------------------------------

    def _speech(self) -> None:
        config = self._config
        # the first of two blocks in a row counts when the second comes
        is_onset = self._speech_run == 2
        if self._stretch_s == 0.0 or self._quiet_s >= config.wait_s:
            self._stretches += 1
            self._stretch_s = 0.0
        elif is_onset:
            self._stretch_s += self._quiet_s
        step = 2 * BLOCK_S if is_onset else BLOCK_S
        self._speech_s += step
        self._stretch_s += step
        self._quiet_s = 0.0
        self._speech_end_s = self._t_s
        if self.state.answerer in (Answerer.UNCERTAIN, Answerer.NOBODY):
            self._believe(Answerer.UNCERTAIN, 0.0, "speaking")
        if self._stretch_s >= config.long_greeting_s:
            self._believe(Answerer.VOICEMAIL, 0.6, "long_greeting")

    def _quiet(self) -> None:
        config = self._config
        self._quiet_s += BLOCK_S
        if self._speech_s < config.least_speech_s:
            if self._t_s >= config.nobody_s and self._quiet_s >= config.nobody_s - BLOCK_S / 2:
                self._believe(Answerer.NOBODY, 0.6, "silence")
            return
        if self._quiet_s < config.wait_s - BLOCK_S / 2 or self._beep is not None:
            return
        if self._stretches == 1 and self._stretch_s < config.short_greeting_s:
            self._believe(Answerer.PERSON, 0.8, "short_greeting")
        elif self.state.reason == "speaking":
            self._believe(Answerer.UNCERTAIN, 0.3, "waits")

    def _take_signals(self, tones: Sequence[str], *, fax_s: float, is_tone: bool) -> None:
        """Exchanges put information tones before their announcements, and a busy tone where a leg has been taken down."""
        if "fax" in tones or fax_s >= self._config.fax_s:
            self._believe(Answerer.FAX, 0.95, "fax_tone")
        elif any(name.startswith("sit") for name in tones):
            self._believe(Answerer.ANNOUNCEMENT, 0.9, "sit")
        elif "busy" in tones or "congestion" in tones:
            self._believe(Answerer.ANNOUNCEMENT, 0.9, "busy_tone")
        elif is_tone and self.state.reason in ("nothing_heard", "silence"):
            self._believe(Answerer.UNCERTAIN, 0.0, "tone")

    def _take_tone(self, run: ToneRun) -> None:
        config = self._config
        is_in_place = (
            self._speech_s >= config.greeting_before_beep_s
            and self._t_s - run.length_s - self._speech_end_s <= config.beep_after_s
        )
        # a second tone right after the first is a melody or a busy tone
        self._beep = run if is_beep(run, config) and is_in_place and self._beep is None else None
        self._speech_since_beep = 0

    def _await_beep(self, *, is_speech: bool) -> None:
        beep, config = self._beep, self._config
        if beep is None:
            return
        # the score looks back: the first moments after the beep may still count as speech
        self._speech_since_beep += is_speech
        if self._speech_since_beep >= 4:
            self._beep = None
        elif self._quiet_s >= config.beep_quiet_s - BLOCK_S / 2:
            self._beep = None
            if self._words is Answerer.UNCERTAIN:
                is_sure = self._stretch_s >= config.sure_greeting_s
                self._believe(Answerer.VOICEMAIL, 0.9 if is_sure else 0.7, "beep")
            elif self._words is not Answerer.SCREENING:
                self._believe(Answerer.VOICEMAIL, 0.97, "words_and_beep")

    def _believe(self, answerer: Answerer, confidence: float, reason: str) -> None:
        """Change the belief; certainty about a machine stays, and only words or a beep unmake a person."""
        state = self.state
        is_certain = state.confidence >= CERTAIN
        is_person = state.answerer is Answerer.PERSON and confidence < CERTAIN
        if (is_certain and confidence < CERTAIN) or is_person:
            return
        self.state = AnswererState(answerer, confidence, reason)
