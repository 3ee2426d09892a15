"""The fixed vocabulary of reasons for a verdict. Never what was said."""

from enum import StrEnum


class Reason(StrEnum):
    """Why the hearing changed its mind."""

    NOTHING_HEARD = "nothing_heard"
    SPEECH_BEFORE_HOLD = "speech_before_hold"
    LONG_PROMPT = "long_prompt"
    MUSIC = "music"
    RINGING_AFTER_ANSWER = "ringing_after_answer"
    LONG_SILENCE = "long_silence"
    RHYTHM = "rhythm"
    ANNOUNCED = "announced"
    SPEECH_AFTER_HOLD = "speech_after_hold"
    SHORT_GREETING = "short_greeting"
    GREETING_AND_WAIT = "greeting_and_wait"
    REPLIED = "replied"
    MUSIC_RETURNED = "music_returned"
    MUSIC_UNDER_SPEECH = "music_under_speech"
    REPEATED_RECORDING = "repeated_recording"
    LONG_SPEECH = "long_speech"
    NO_MORE_SPEECH = "no_more_speech"
    REFUTED = "refuted"
    TONE_RETURNED = "tone_returned"
