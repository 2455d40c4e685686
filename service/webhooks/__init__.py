"""Webhooks: what is recorded, sent to those who subscribe to it, at least once and in order."""
