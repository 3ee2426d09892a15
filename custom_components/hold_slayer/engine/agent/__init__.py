"""asyncio wiring of the engine: owns every task of a call and executes what the brain decides."""

from ..call.callbacks import Promise
from ..call.message import named as names_in_message
from ..ivr.facts import fact_kinds, tidy_fact
from ..ivr.flow_codec import FlowError
from ..ivr.opening_hours import next_opening
from ..ivr.vocabulary import read_vocabularies
from ..media.recorded_audio import RecordedAudio, RecordedAudioError
from ..media.wav_writer import repair as repair_recording
from .agent import Agent
from .arrival import Doorman, Visitor
from .flow_book import FlowBook
from .leg import TrunkHandle
from .services import AgentSettings, CallRefusedError, NoQuestionError, Services, SystemClock, UnknownCallError

__all__ = [
    "Agent",
    "AgentSettings",
    "CallRefusedError",
    "Doorman",
    "FlowBook",
    "FlowError",
    "NoQuestionError",
    "Promise",
    "RecordedAudio",
    "RecordedAudioError",
    "Services",
    "SystemClock",
    "TrunkHandle",
    "UnknownCallError",
    "Visitor",
    "fact_kinds",
    "names_in_message",
    "next_opening",
    "read_vocabularies",
    "repair_recording",
    "tidy_fact",
]
