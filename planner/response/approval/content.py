"""What a signature covers."""

import hashlib
from pathlib import Path


def content_hash(folder: Path) -> str:
    """SHA-256 of the list `SHA-256  name` of all files of a run, by name. Hidden files, which systems leave, don't count."""
    names = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    total = hashlib.sha256()
    for name in sorted(names):
        if not any(part.startswith(".") for part in name.split("/")):
            with names[name].open("rb") as file:
                total.update(f"{hashlib.file_digest(file, 'sha256').hexdigest()}  {name}\n".encode())
    return total.hexdigest()
