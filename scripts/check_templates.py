"""Compiles every template, and refuses what the content security policy or the house forbids in one."""

import re
import sys

from app.rendering.environment import TEMPLATES, environment

FORBIDDEN = {
    r"\sstyle\s*=": "inline style (the policy blocks it)",
    r"\son[a-z]+\s*=": "inline handler (the policy blocks it)",
    r"\shx-on": "hx-on (it needs eval)",
    r"\bjs:": "js: (it needs eval)",
    r"hx-trigger\s*=\s*\"[^\"]*\[": "trigger filter (it needs eval)",
    r"<script(?![^>]*\ssrc=)": "inline script (the policy blocks it)",
    r"\|\s*safe\b": "the safe filter (text is always escaped)",
    r"(?:src|href)\s*=\s*\"https?:": "an outside address (the site calls no other computer)",
}


def main() -> int:
    found = 0
    texts = {path.relative_to(TEMPLATES).as_posix(): path.read_text("utf-8") for path in TEMPLATES.rglob("*.html")}
    parts = {each for text in texts.values() for each in re.findall(r'{% include "([^"]+)"', text)}
    for name, text in sorted(texts.items()):
        for language in ("en", "fr"):
            try:
                environment(language).get_template(name)
            except Exception as error:  # noqa: BLE001  Whatever a template has wrong is a line of the report.
                print(f"templates/{name}: does not compile: {error}")
                found += 1
        for pattern, problem in FORBIDDEN.items():
            for match in re.finditer(pattern, text):
                print(f"templates/{name}:{text.count(chr(10), 0, match.start()) + 1}: {problem}")
                found += 1
        titled = "{% block title %}" in text or "<title>" in text
        if not titled and not name.startswith("macros/") and name not in parts:
            print(f"templates/{name}: defines no title")
            found += 1
    print(f"{found} faults in the templates")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
