"""What is recorded, told to others as it happens: every event once, in the order of positions."""
