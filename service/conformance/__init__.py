"""What a service promises over HTTP, each promise a sentence that is checked against a running one.

Nothing here knows how the service is made: it speaks HTTP, and verifies proofs as any client would. It
writes a dossier of its own, whose developments are invented, and reads nothing else.
"""
