"""What templates are compiled to, kept as Python keeps what modules are compiled to, and where.

Compiling the templates of one page took 0.14 s of each start (decision 38). As with modules, what is compiled is not
written with ``PYTHONDONTWRITEBYTECODE``, and a folder that cannot be written is done without. ``python -m
app.rendering.environment`` compiles all of them, for an image that nobody writes to later.
"""

import hashlib
import sys
from contextlib import suppress
from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket


@cache
def _compiler() -> bytes:
    """A digest of what compiles templates, and how: what another version of it made is of no use."""
    ours = (Path(__file__).with_name(f"{each}.py").read_bytes() for each in ("environment", "compiling", "escaping"))
    return hashlib.sha256(b"".join((version("jinja2").encode(), *ours))).digest()


class KeptBytecode(FileSystemBytecodeCache):
    """The cache in a folder, which is made when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))

    def get_source_checksum(self, source: str) -> str:
        return hashlib.sha256(_compiler() + source.encode()).hexdigest()

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except Exception:  # noqa: BLE001  Whatever is wrong with the file, the template is there to compile.
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        if sys.dont_write_bytecode:
            return
        with suppress(OSError):
            Path(self.directory).mkdir(exist_ok=True)
            super().dump_bytecode(bucket)
