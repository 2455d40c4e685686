"""The transparency log: a Merkle tree over the record, and the signed statements made about it.

Nothing here reads a file, a network or a clock. What holds the hashes is handed in, so that whoever
verifies does so with the same code as whoever keeps the record.
"""
