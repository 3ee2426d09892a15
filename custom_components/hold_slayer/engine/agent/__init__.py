"""asyncio wiring of the engine: owns every task of a call and executes what the brain decides."""

from .agent import Agent
from .services import AgentSettings, CallRefusedError, Services, SystemClock, UnknownCallError

__all__ = ["Agent", "AgentSettings", "CallRefusedError", "Services", "SystemClock", "UnknownCallError"]
