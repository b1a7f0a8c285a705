"""The bill of materials that the site serves: what it is made of, as CycloneDX 1.6, from the lock file.

``python -m scripts.sbom --write`` makes ``app/sbom.json``; without it, the file is held against what would be made, and
one that is behind fails. No time and no number of its own stand in it, so the same lock file gives the same bytes.
"""

import hashlib
import json
import re
import sys
from dataclasses import dataclass, field
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model import HashAlgorithm, HashType
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import License
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

from app import __version__
from app.pages.sbom import SBOM
from app.settings import PROJECT

LOCK = PROJECT / "requirements.txt"
ROOT = "faultlines"
VENDORED = (
    ("htmx.org", "4.0.1", "0BSD", "static/vendor/htmx@4.0.1/htmx.min.js"),
    ("source-sans", "3.52.0", "OFL-1.1", None),
    ("source-serif", "4.5.1", "OFL-1.1", None),
)
"""What is in this repository and was published by others: npm package, version, licence, and the file where it is kept
as it was published. The fonts are cut from theirs.
"""
LICENCE_CLASSIFIER = "License :: OSI Approved :: "
LONGEST_NAME = 60
"""Some packages write the whole licence where its name belongs."""

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)")
_VIA = re.compile(r"^ +# (?:via)? *([A-Za-z0-9._-]+)?")


@dataclass
class Locked:
    """A package of the lock file; ``wanted_by`` are those that need it, the site itself among them."""

    name: str
    version: str
    wanted_by: list[str] = field(default_factory=list)


def read_lock(text: str) -> list[Locked]:
    """The packages of a lock file as uv writes it, with who wants each."""
    found: list[Locked] = []
    for line in text.splitlines():
        if pinned := _PINNED.match(line):
            found.append(Locked(pinned[1], pinned[2]))
        elif (via := _VIA.match(line)) and via[1]:
            found[-1].wanted_by.append(via[1])
    return found


def licence_of(name: str, version: str) -> License | None:
    """What the installed package says of its licence; nothing where it is not installed here, as one for Windows."""
    try:
        installed: Distribution = distribution(name)
    except PackageNotFoundError:
        return None
    if installed.version != version:
        message = f"{name} {installed.version} is installed and {version} is locked: run make check, which installs it"
        raise SystemExit(message)
    about = installed.metadata
    said = next(iter(about.get_all("License-Expression") or about.get_all("License") or ()), "")
    if not said or len(said) > LONGEST_NAME or "\n" in said:
        classifiers = about.get_all("Classifier") or []
        named = [each.rpartition(" :: ")[2] for each in classifiers if each.startswith(LICENCE_CLASSIFIER)]
        said = " and ".join(named)
    return LicenseFactory().make_from_string(said) if said else None


def make() -> str:
    """The bill of materials as text."""
    bom, factory = Bom(), LicenseFactory()
    root = Component(name=ROOT, version=__version__, type=ComponentType.APPLICATION, bom_ref=ROOT)
    bom.metadata.component = root
    components = {ROOT: root}
    locked = read_lock(LOCK.read_text("utf-8"))
    for each in locked:
        licence = licence_of(each.name, each.version)
        components[each.name] = Component(
            name=each.name,
            version=each.version,
            type=ComponentType.LIBRARY,
            purl=PackageURL("pypi", name=each.name, version=each.version),
            bom_ref=f"{each.name}@{each.version}",
            licenses=[licence] if licence else [],
        )
    for name, version, licence_id, file in VENDORED:
        hashes = []
        if file:
            digest = hashlib.sha256((PROJECT / file).read_bytes()).hexdigest()
            hashes = [HashType(alg=HashAlgorithm.SHA_256, content=digest)]
        components[name] = Component(
            name=name,
            version=version,
            type=ComponentType.LIBRARY,
            purl=PackageURL("npm", name=name, version=version),
            bom_ref=f"{name}@{version}",
            licenses=[factory.make_with_id(licence_id)],
            hashes=hashes,
        )
    bom.components.update(each for name, each in components.items() if name != ROOT)
    bom.register_dependency(root, [components[name] for name, *_ in VENDORED])
    for each in locked:
        for wanting in each.wanted_by:
            bom.register_dependency(components[wanting], [components[each.name]])
    written = json.loads(JsonV1Dot6(bom).output_as_string())
    # Both would differ each time, and the format does not ask for them.
    del written["serialNumber"], written["metadata"]["timestamp"]
    return json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def main() -> int:
    made = make()
    if "--write" in sys.argv[1:]:
        SBOM.write_text(made, "utf-8")
        return 0
    if not SBOM.is_file() or SBOM.read_text("utf-8") != made:
        print(f"{SBOM.relative_to(PROJECT)} is not what {LOCK.name} says: run make sbom")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
