"""Speech recognition that gets words wrong."""

import random


def misheard(text: str, rate: float, rng: random.Random) -> str:
    """The text with so many of its words lost, doubled or turned into another."""
    words = []
    for word in text.split():
        if rng.random() >= rate:
            words.append(word)
            continue
        match rng.randrange(3):
            case 0:
                continue
            case 1:
                words += [word, rng.choice(["the", "grow", "manner", "shelter"])]
            case _:
                words.append(rng.choice(["basket", "window", "order", "rain", "number"]))
    return " ".join(words)
