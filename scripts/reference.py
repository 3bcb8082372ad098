#!/usr/bin/env python3
"""Make docs/reference from the comments and declarations of include/spiqe/*.h.

reference.py          write the pages
reference.py --check  leave with 1 when a page is not what the headers say today

A header is a list of blocks with blank lines between; a block is a comment and the declarations
below it. The first comment is about the whole header.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ROOT / "include/spiqe"
PAGES = ROOT / "docs/reference"
HIDDEN = re.compile(r"#(ifndef|define) SPIQE_\w+_H$|#endif|#ifdef __cplusplus|extern \"C\"|^}$")
NAMES = (
    re.compile(r"^[a-z][\w \*]*?\b(spiqe_\w+)\(", re.M),          # a function
    re.compile(r"^(?:typedef enum .*)?\} (spiqe_\w+);", re.M),     # a struct or enum
    re.compile(r"^typedef [\w \*]*?\b(spiqe_\w+)(?:\(|;)", re.M),  # another type
    re.compile(r"^#define (SPIQE_\w+)", re.M),                   # a constant or list
)


def blocks_of(text):
    """The header's blocks as (comment, code), guards and extern "C" left out."""
    kept = [line for line in text.split("\n") if not HIDDEN.match(line)]
    for block in re.split(r"\n\s*\n", "\n".join(kept).strip()):
        match = re.match(r"\s*/\*(.*?)\*/[ \t]*(?:\n|$)", block, re.S)
        comment, code = (match[1], block[match.end():]) if match else ("", block)
        prose = "\n".join(line.strip().removeprefix("*").strip() for line in comment.split("\n"))
        yield prose.strip(), code.strip("\n")


def names_of(code):
    found = [(match.start(), match[1]) for rule in NAMES for match in rule.finditer(code)]
    return list(dict.fromkeys(name for _, name in sorted(found) if f"#undef {name}" not in code))


def code_only(code):
    return "\n".join(line for line in code.split("\n") if not line.startswith("#include")).strip()


def prose_as_markdown(prose):
    """Names of the library in code type; no sign of the text read as markup."""
    safe = re.sub(r"([\\`*<])", r"\\\1", prose)
    return re.sub(r"(\$?\b(?:spiqe|SPIQE)_\w+)", r"`\1`", safe)


def page_of(header):
    blocks = list(blocks_of(header.read_text()))
    about = blocks[0][0] if blocks else ""
    out = [f"# spiqe/{header.name}", "", prose_as_markdown(about), ""]
    for index, (prose, code) in enumerate(blocks):
        code = code_only(code)
        if not code:
            continue
        names = names_of(code)
        if names:
            out += ["## " + ", ".join(names), ""]
        if prose and index:
            out += [prose_as_markdown(prose), ""]
        out += ["```c", code, "```", ""]
    return "\n".join(out).rstrip("\n") + "\n"


def first_sentence(page):
    about = page.split("\n", 2)[2].replace("\n", " ")
    return re.match(r"(.*?\.(?=\s|$))?", about)[0]


def pages():
    """File name -> text of every page."""
    made, rows = {}, []
    for header in sorted(HEADERS.glob("*.h")):
        made[header.stem + ".md"] = page = page_of(header)
        rows.append(f"| [spiqe/{header.name}]({header.stem}.md) | {first_sentence(page)} |")
    about = "One page for each public header. Made by `make docs`; do not edit."
    table = ["| header | about |", "|---|---|", *rows]
    made["README.md"] = "\n".join(["# Reference", "", about, "", *table, ""])
    return made


def stale(made):
    there = {path.name: path.read_text() for path in PAGES.glob("*.md")} if PAGES.is_dir() else {}
    return sorted(name for name in there.keys() | made.keys() if there.get(name) != made.get(name))


def main():
    made = pages()
    if sys.argv[1:] == ["--check"]:
        old = stale(made)
        for name in old:
            print(f"docs/reference/{name} is not what the headers say: run `make docs`")
        return 1 if old else 0
    PAGES.mkdir(parents=True, exist_ok=True)
    for name in stale(made):
        if name in made:
            (PAGES / name).write_text(made[name])
        else:
            (PAGES / name).unlink()
    return 0


if __name__ == "__main__":
    sys.exit(main())
