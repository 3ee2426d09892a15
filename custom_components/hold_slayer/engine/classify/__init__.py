"""What is on the line now: scores, their hysteresis and the verdict. Sans-IO; audio time is the only clock."""
