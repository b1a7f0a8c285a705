"""``python -m app``."""

import gc

# What is loaded at the start stays, so that looking for garbage in it, time and again, would only make it slower.
gc.disable()

from app.cli import main  # noqa: E402

gc.enable()
main()
