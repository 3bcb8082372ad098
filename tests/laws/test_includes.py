"""A file includes its own folder and folders to the left of it in src/order.txt, nothing else;
src/cli and the public headers know public headers only."""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get("SPIQE_SOURCE_DIR", "."))
ORDER = (ROOT / "src/order.txt").read_text().split()
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]')


def allowed(folder):
    if folder == "public":
        return {"spiqe"}
    if folder == "cli":
        return {"spiqe", "cli"}
    return {"spiqe", *ORDER[: ORDER.index(folder) + 1]}


def faults_of(path, folder):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        target = match[1]
        ours = '"' in line or target.split("/")[0] in {"spiqe", *ORDER}
        if ours and target.split("/")[0] not in allowed(folder):
            yield f"{path.relative_to(ROOT)}:{number}: {folder} may not include {target}"


def main():
    faults = []
    for path in sorted((ROOT / "include/spiqe").glob("*.h")):
        faults += faults_of(path, "public")
    for path in sorted((ROOT / "src").rglob("*.*")):
        if path.suffix not in {".c", ".h", ".inc", ".cu"}:
            continue
        folder = path.relative_to(ROOT / "src").parts[0]
        if folder in ORDER:
            faults += faults_of(path, folder)
        else:
            faults.append(f"{path.relative_to(ROOT)}: {folder} is not in src/order.txt")
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
