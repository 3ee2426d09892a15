"""What outlives a call: its history."""
