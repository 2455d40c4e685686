"""Views of the record: pure folds over what it held at one position, cut at one day.

Nothing here does I/O or reads a clock. Each view is a noun with one function from a `Cut` to it.
"""
