"""Tables to upload."""

import io
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path


def zipped(files: Mapping[str, bytes | str], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of the files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def link(name: str, target: str) -> bytes:
    """A zip archive with a symbolic link in it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        part = zipfile.ZipInfo(name)
        part.create_system = 3
        part.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(part, target)
    return buffer.getvalue()


def lying(name: str, content: bytes, size: int) -> bytes:
    """A zip archive whose directory says that the file has only `size` bytes."""
    packed = bytearray(zipped({name: content}))
    directory = packed.rindex(b"PK\x01\x02")
    for place in (directory + 24, 22):  # uncompressed size, there and in the file's own header
        packed[place : place + 4] = size.to_bytes(4, "little")
    return bytes(packed)


def tables(folder: Path) -> dict[str, bytes]:
    """The files of a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
