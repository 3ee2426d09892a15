"""Numbers about audio: levels, spectra, tones, rates. Model and numpy only, no state of a call."""
