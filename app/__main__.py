"""``python -m app``."""

import gc
import os

# No plugin of Pydantic's has anything to do here; looking for some reads the papers of every package that is installed.
os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "1")
# What is loaded at the start stays, so that looking for garbage in it would only make it slower: while it is loaded,
# and when the first look comes, which would go through all of it.
gc.disable()

from pydantic import BaseModel  # noqa: E402

# What validates a model is built when the first is validated. FastAPI has forty that describe OpenAPI and that nobody
# here asks for.
BaseModel.model_config["defer_build"] = True

from app.cli import main  # noqa: E402

gc.freeze()
gc.enable()
main()
