"""Lines are the same in whatever pieces they arrive, and of one over the limit nothing is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.api.lines import Line, Splitter

LARGEST = 8
BYTES = st.lists(st.sampled_from([b"a", b"b", b" ", b"\r", b"\n", b"\r\n", b"\xff"]), max_size=60)


def lines_of(pieces, first=1):
    splitter = Splitter(LARGEST, first)
    lines = [line for piece in pieces for line in splitter.split(piece)] + list(splitter.rest())
    assert splitter.count == len(lines)
    return lines


def told(whole):
    """The lines of a text, by the plainest reading."""
    texts = whole.split(b"\n")
    texts = texts[:-1] if texts[-1] == b"" else texts
    contents = [text.removesuffix(b"\r") for text in texts]
    return [
        Line(number, b"", is_too_long=True) if len(content) > LARGEST else Line(number, content)
        for number, content in enumerate(contents, start=1)
    ]


@given(BYTES)
def test_pieces_make_the_same_lines_as_the_whole(pieces):
    assert lines_of(pieces) == told(b"".join(pieces))


@given(BYTES)
def test_bytes_that_come_one_by_one_make_the_same_lines(pieces):
    whole = b"".join(pieces)

    assert lines_of([whole[at : at + 1] for at in range(len(whole))]) == told(whole)


def test_a_line_may_be_as_long_as_the_limit_and_no_longer():
    longest, longer = b"x" * LARGEST, b"x" * (LARGEST + 1)

    assert lines_of([longest + b"\r\n" + longer + b"\n" + longest]) == [
        Line(1, longest),
        Line(2, b"", is_too_long=True),
        Line(3, longest),
    ]


def test_of_a_line_without_end_no_more_is_kept_than_the_limit():
    splitter = Splitter(LARGEST, 1)
    for _ in range(1_000):
        assert list(splitter.split(b"x" * 1_000)) == []
        assert len(splitter._begun) <= LARGEST + 1

    assert list(splitter.split(b"\ny\n")) == [Line(1, b"", is_too_long=True), Line(2, b"y")]


def test_lines_are_numbered_from_where_they_begin_in_their_file():
    assert [line.number for line in lines_of([b"a\n\nb"], first=17)] == [17, 18, 19]


@pytest.mark.parametrize("content", [b"", b" ", b"\t \r"])
def test_a_line_of_blanks_alone_is_blank(content):
    assert Line(1, content).is_blank
    assert not Line(1, content + b"{").is_blank
    assert not Line(1, b"", is_too_long=True).is_blank
