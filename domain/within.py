"""What is inside a value, fast: every event that is recorded is looked through for those whom it names."""

from collections.abc import Iterator

from domain.values import Value


def within(value: object, but: tuple[type, ...] = ()) -> Iterator[object]:
    """Every value inside a value, itself included, in order; plain texts and what is left out are not.

    Values of the types in `but` are passed over, with all that is in them.
    """
    ahead = [value]
    while ahead:
        one = ahead.pop()
        if one is None or type(one) is str:
            continue
        if type(one) is tuple:
            ahead.extend(reversed(one))
        elif not isinstance(one, Value):
            yield one
        elif not isinstance(one, but):
            yield one
            ahead.extend(reversed(vars(one).values()))
