"""Answers as tables for people to read: statuses with their certainty, figures as intervals in words."""
