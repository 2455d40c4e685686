"""Views in plain words: what is certain, what is possible and what is not known, each said as such."""
