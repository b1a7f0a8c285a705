"""Asks the public advisory service whether faults are known in any locked package, what tests need included.

Exit codes: 0 every package was asked about and none has a known fault, 1 some have, 3 it could not be asked: a package
that was skipped is never taken for a good one.
"""

import json
import subprocess
import sys

from app.settings import PROJECT

LOCKS = ("requirements.txt", "requirements-dev.txt")


def ask(lock: str) -> tuple[int, str]:
    """The exit code for a lock file, and a line that says what was found.

    pip-audit answers 1 for a known fault and for a package that it could not ask about alike; only for the first, or
    where all is well, does it say of each package what it found.
    """
    command = [sys.executable, "-m", "pip_audit", "--strict", "--require-hashes", "--disable-pip", "--format", "json"]
    done = subprocess.run(
        [*command, "--progress-spinner", "off", "--requirement", str(PROJECT / lock)],
        capture_output=True,
        text=True,
        check=False,
    )
    return judge(lock, done.returncode, done.stdout, done.stderr)


def judge(lock: str, code: int, told: str, complaint: str) -> tuple[int, str]:
    """What pip-audit's exit code and words amount to."""
    try:
        packages = json.loads(told)["dependencies"]
    except (ValueError, KeyError):
        reason = (complaint.strip().splitlines() or ["it said nothing"])[-1]
        return 3, f"{lock}: NOT AUDITED, the advisory service could not be asked: {reason}"
    if skipped := [each["name"] for each in packages if "skip_reason" in each]:
        return 3, f"{lock}: NOT AUDITED in part, nothing is known of {', '.join(skipped)}"
    faults = [f"{each['name']} {each['version']}: {fault['id']}" for each in packages for fault in each["vulns"]]
    if faults or code:
        return 1, f"{lock}: known faults: {'; '.join(faults) or f'pip-audit ended with {code}'}"
    return 0, f"{lock}: {len(packages)} packages, no fault is known"


def main() -> int:
    answers = [ask(lock) for lock in LOCKS]
    for code, line in answers:
        print(f"advisories: {line}", file=sys.stderr if code else sys.stdout)
    return max((code for code, _ in answers), key=lambda code: (code == 1, code))


if __name__ == "__main__":
    sys.exit(main())
