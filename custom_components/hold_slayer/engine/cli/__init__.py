"""The terminal: ``hold-slayer analyze``, ``navigate``, ``call`` and ``report``. Each is loaded only when it is asked for."""

import argparse
from collections.abc import Sequence
import importlib
import sys

COMMANDS = ("analyze", "navigate", "call", "report")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one sub-command and return its exit status; 2 for bad input."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    parser = argparse.ArgumentParser(prog="hold-slayer", description="Hold Slayer without Home Assistant")
    subparsers = parser.add_subparsers(dest="command", required=True, metavar="{" + ",".join(COMMANDS) + "}")
    chosen = next((name for name in arguments if name in COMMANDS), None)
    for name in (chosen,) if chosen else COMMANDS:
        importlib.import_module(f".{name}", __package__).add_parser(subparsers)
    args = parser.parse_args(arguments)
    status: int = args.run(args)
    return status
