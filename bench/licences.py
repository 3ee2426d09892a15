"""Which calls are composed of clips of stated licence only: what weights may be learned from.

Needs nothing but the manifest of the corpus's sources, which states a class of licence for each clip (`training_data.md`).
"""

import csv
import json
from pathlib import Path
from typing import Any


def unstated(manifest: Path | None) -> frozenset[str]:
    """Clips whose licence nobody stated; none without a ``manifest``."""
    if manifest is None:
        return frozenset()
    with manifest.open(newline="") as file:
        return frozenset(row["id"] for row in csv.DictReader(file) if row["licence_class"] != "open")


def clips_of(truth: dict[str, Any]) -> set[str]:
    """The clips that a call is composed of."""
    return {clip for segment in truth["segments"] for clip in segment.get("clips") or [segment.get("clip")] if clip}


def is_open(truth: Path, without: frozenset[str]) -> bool:
    """Tell whether the call whose truth this file is holds none of the clips ``without``."""
    return not clips_of(json.loads(truth.read_text())) & without
