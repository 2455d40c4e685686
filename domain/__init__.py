"""What can happen in diplomacy and what can be said of it: pure values, decisions and events.

Nothing here does I/O or reads a clock. Moments and identities are handed in by the caller.
"""
