"""Proof for whoever does not trust the service: whole files verified, answers recomputed, logs compared."""
