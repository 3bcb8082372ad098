#!/usr/bin/env python3
"""Make docs/reference from the comments and declarations of include/spiqe/*.h, its page of options
and docs/gates.md and docs/energy.md from the tables in src/.

reference.py          write the pages
reference.py --check  leave with 1 when a page is not what the headers say today

A header is a list of blocks with blank lines between; a block is a comment and the declarations
below it. The first comment is about the whole header.
"""
import pathlib
import re
import sys

sys.dont_write_bytecode = True
import energy_page  # noqa: E402
import gates_page  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
HEADERS = ROOT / "include/spiqe"
PAGES = ROOT / "docs/reference"
GATES, ENERGY = "../gates.md", "../energy.md"
DEFINE = re.compile(r"^#define ([A-Z]\w+) ([\d.]+)$", re.M)
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


TABLE = re.compile(r"spiqe_option \w+\[\] = \{\n(.*?)\n\};", re.S)
OPTION = re.compile(r"""\{"(?P<key>\w+)",\s*SPIQE_OPTION_(?P<type>\w+),
    \s*(?:FIELD|offsetof)\([^)]*\),\s*"(?P<value>[^"]*)",
    \s*(?P<low>[^,]+),\s*(?P<high>[^,]+),\s*(?P<names>\w+),
    \s*(?P<doc>"[^"]*"(?:\s*"[^"]*")*)\}""", re.X)
KIND = re.compile(r'const spiqe_stage_kind \w+ = \{\s*\.name = "(\w+)"')
CHOICES = re.compile(r"const char \*const (\w+)\[\w*\] = \{([^}]*)\}")


def joined(literals):
    """The text of C string literals that stand side by side."""
    return "".join(re.findall(r'"([^"]*)"', literals)).replace("|", r"\|")


def bound(words, defines):
    """A bound of a range; macros, alone or in a sum, as their number."""
    plain = words.strip()
    words = re.sub(r"[A-Z]\w{3,}", lambda name: defines.get(name[0], name[0]), plain)
    if words == plain:
        return plain
    terms = re.findall(r"([+-]?) ?([\d.]+)", words)
    return f"{sum(float(sign + number) for sign, number in terms):.0f}"


def range_of(option, choices, defines):
    if option["type"] == "FLAG":
        return "true, false"
    if option["type"] == "CHOICE":
        return ", ".join(re.findall(r'"([^"]*)"', choices[option["names"]]))
    return f"{bound(option['low'], defines)} to {bound(option['high'], defines)}"


def options_page():
    """What the tables of options say, one section for each file that has one."""
    out = ["# Options", "", "What a description (YAML) may set, with defaults and ranges. Made by "
           "`make docs`; do not edit.", ""]
    sources = {path: path.read_text() for path in sorted((ROOT / "src").rglob("*.c"))}
    headers = "".join(path.read_text() for path in sorted((ROOT / "src").rglob("*.h")))
    everywhere = {name: words for text in sources.values() for name, words in CHOICES.findall(text)}
    for path, text in sources.items():
        choices = everywhere | dict(CHOICES.findall(text))
        defines = {"UINT32_MAX": "4294967295"} | dict(DEFINE.findall(headers + text))
        for table in TABLE.findall(text):
            rows = [match.groupdict() for match in OPTION.finditer(table)]
            if len(rows) != len(re.findall("SPIQE_OPTION_", table)):
                sys.exit(f"{path}: a row of the table of options has a form that is not known here")
            place = path.parent.name
            what = ", ".join(KIND.findall(text)) or path.stem
            name = place if what == place else f"{place}: {what}"
            out += [f"## {name}", "", "| key | default | values | meaning |", "|---|---|---|---|"]
            out += [f"| {row['key']} | {row['value']} | {range_of(row, choices, defines)} | "
                    f"{joined(row['doc'])} |" for row in rows] + [""]
    return "\n".join(out)


def first_sentence(page):
    about = page.split("\n", 2)[2].replace("\n", " ")
    return re.match(r"(.*?\.(?=\s|$))?", about)[0]


def pages():
    """File name -> text of every page."""
    made, rows = {}, []
    for header in sorted(HEADERS.glob("*.h")):
        made[header.stem + ".md"] = page = page_of(header)
        rows.append(f"| [spiqe/{header.name}]({header.stem}.md) | {first_sentence(page)} |")
    made["options.md"] = options_page()
    made[GATES] = gates_page.page()
    made[ENERGY] = energy_page.page()
    about = ("One page for each public header, and one of the [options](options.md) of a "
             "description. Made by `make docs`; do not edit.")
    table = ["| header | about |", "|---|---|", *rows]
    made["README.md"] = "\n".join(["# Reference", "", about, "", *table, ""])
    return made


def stale(made):
    there = {path.name: path.read_text() for path in PAGES.glob("*.md")} if PAGES.is_dir() else {}
    for name in (GATES, ENERGY):
        there[name] = (PAGES / name).read_text() if (PAGES / name).exists() else None
    return sorted(name for name in there.keys() | made.keys() if there.get(name) != made.get(name))


def main():
    made = pages()
    if sys.argv[1:] == ["--check"]:
        old = stale(made)
        for name in old:
            page = (PAGES / name).resolve().relative_to(ROOT)
            print(f"{page} is not what the sources say: run `make docs`")
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
