"""Small Wyoming servers for the demo and the tests: speech to text by pocketsphinx, text to speech by flite and espeak-ng."""
