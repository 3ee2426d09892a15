"""asyncio wiring of the engine: owns every task of a call and executes what the brain decides."""

from ..ivr.opening_hours import next_opening
from ..media.wav_writer import repair as repair_recording
from .agent import Agent
from .services import AgentSettings, CallRefusedError, NoQuestionError, Services, SystemClock, UnknownCallError

__all__ = [
    "Agent",
    "AgentSettings",
    "CallRefusedError",
    "NoQuestionError",
    "Services",
    "SystemClock",
    "UnknownCallError",
    "next_opening",
    "repair_recording",
]
