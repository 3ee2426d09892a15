"""Where speech begins and ends, for speech to text. Sans-IO; audio time is the only clock."""
