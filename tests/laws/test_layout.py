"""A line has at most 100 columns, a file of src/ at most 500 lines; no tabs, no blanks at a line's
end, a newline at the end of the file."""
import os
import pathlib
import sys

ROOT = pathlib.Path(os.environ.get("SPIQE_SOURCE_DIR", "."))
FOLDERS = ("src", "include", "tests", "bench", "fuzz", "examples", "scripts")
MOST_COLUMNS, MOST_LINES = 100, 500


def faults_of(path):
    name, text = path.relative_to(ROOT), path.read_text()
    lines = text.split("\n")
    if text and lines.pop():
        yield f"{name}: no newline at the end"
    for number, line in enumerate(lines, 1):
        if len(line) > MOST_COLUMNS:
            yield f"{name}:{number}: {len(line)} columns, but at most {MOST_COLUMNS} are read"
        if "\t" in line or line != line.rstrip():
            yield f"{name}:{number}: a tab, or blanks at the end"
    if name.parts[0] == "src" and len(lines) > MOST_LINES:
        yield f"{name}: {len(lines)} lines, but at most {MOST_LINES}: two concepts in one file?"


def main():
    faults = [fault for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.*"))
              if path.suffix in {".c", ".h", ".inc", ".cu", ".py"} for fault in faults_of(path)]
    print("\n".join(faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
