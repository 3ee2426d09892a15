"""Once the vocabularies have been read, nothing in a call reads a file: Home Assistant's event loop must not wait for a disk."""

from pathlib import Path
import subprocess
import sys

INTEGRATION = Path(__file__).resolve().parents[3] / "custom_components" / "hold_slayer"
PROGRAM = """
import builtins, io, pathlib
from engine.ivr import concepts, facts, goal, menu, navigator, situation, vocabulary, words
from engine.model.call_brief import CallBrief
from engine.model.phone_number import DialTarget

vocabulary.read_vocabularies()

def refuse(*_, **__):
    raise AssertionError("a file is read")

io.open = builtins.open = pathlib.Path.open = pathlib.Path.read_text = refuse
for language in (*words.LANGUAGES, "en-US", "pt"):
    words.words_of(language)
    concepts.concepts_of(language)
    brief = CallBrief(number=DialTarget.parse("5550100"), goal="my bill", language=language)
    goal.Goal(brief, words.words_of(language))
    facts.kinds_of_fact("account_number")
print("done")
"""


def test_no_file_is_read_after_the_vocabularies() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=INTEGRATION, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.stdout.strip() == "done", done.stderr[-800:]
