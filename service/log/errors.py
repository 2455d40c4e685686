"""What is wrong with a claim about the log, in words for whoever verifies one."""


class Unproven(Exception):
    """What was handed in proves nothing."""


class Malformed(Unproven):
    """It is not in the form that its standard prescribes."""


class ProofDoesNotHold(Unproven):
    """The proof does not lead to the tree that it is said to be of."""


class NoKnownSigner(Unproven):
    """None of the keys that the reader trusts has signed it."""


class BadSignature(Unproven):
    """A signature in the name of a key that the reader trusts is not by that key."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"the signature of {key} does not fit the text: the text was altered, or somebody else signed it"
        )


class OutOfTree(ValueError):
    """A leaf, or a size, that the tree does not have."""
