"""Files in one zip, which is the same to the byte whenever the files are."""

from collections.abc import Iterable, Iterator
from tempfile import SpooledTemporaryFile
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

IN_MEMORY = 4_194_304
PIECE = 65_536
BEGINNING = (1980, 1, 1, 0, 0, 0)
"""A zip has a time for each file, and this one says nothing."""

File = tuple[str, Iterable[bytes]]


def zipped(files: Iterable[File]) -> Iterator[bytes]:
    """A zip of files, each with its name, in their order."""
    with SpooledTemporaryFile(max_size=IN_MEMORY) as made:
        with ZipFile(made, "w") as archive:
            for name, pieces in files:
                entry = ZipInfo(name, BEGINNING)
                entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o644 << 16
                with archive.open(entry, "w") as file:
                    for piece in pieces:
                        file.write(piece)
        made.seek(0)
        while piece := made.read(PIECE):
            yield piece
