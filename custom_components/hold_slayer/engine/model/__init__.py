"""Values that cross the borders between the parts of the engine. Standard library only."""
