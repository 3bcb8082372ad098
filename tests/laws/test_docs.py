"""The README shows examples/01_train.c as it is and a part of 04_circuit.c; every relative link
in a page leads to a file."""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("SPIQE_SOURCE_DIR", "."))
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)\s]*)?\)")
FENCED = re.compile(r"^```(\w*)\n(.*?)^```$", re.S | re.M)


def pages():
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").glob("*.md")]


def broken_links(page):
    prose = FENCED.sub("", page.read_text())
    for target in LINK.findall(prose):
        if "://" not in target and not (page.parent / target).exists():
            yield f"{page.relative_to(ROOT)}: nothing is at {target}"


def main():
    faults = [fault for page in sorted(pages()) for fault in broken_links(page)]
    shown = [code for kind, code in FENCED.findall((ROOT / "README.md").read_text()) if kind == "c"]
    if shown[:1] != [(ROOT / "examples/01_train.c").read_text()]:
        faults.append("README.md: its first C program is not examples/01_train.c")
    if len(shown) < 2 or shown[1] not in (ROOT / "examples/04_circuit.c").read_text():
        faults.append("README.md: its second C program is not a part of examples/04_circuit.c")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
