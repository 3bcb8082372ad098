#!/usr/bin/env python3
"""Take what the benchmarks measured, build/bench/*.jsonl without trials, into docs/results/*.jsonl,
where the rows of other machines and of other times are kept, and make docs/results.md from them.

results.py [--into FILE]

With --into nothing is taken. Leaves with 1, and writes nothing, when there is no row or a row does
not say which command measures it again: a number that nobody can repeat is not a result.
"""
import json
import pathlib
import sys

sys.dont_write_bytecode = True
import chart  # noqa: E402, beside this file

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEASURED = ROOT / "build/bench"
ROWS = ROOT / "docs/results"
PAGE = ROOT / "docs/results.md"
RECALL_PICTURE = "pictures/recall.svg"  # beside the page
NEEDED = ("name", "what", "measured", "unit", "command", "machine")
ORDER = ("accuracy", "networks", "recall", "epoch", "published", "conv", "sqs", "sqs_step",
         "estimators", "inference", "memory", "startup", "lanes", "state", "density", "gradient",
         "qasm", "stabiliser", "peers")  # then the others by name
ABOUT = """\
What `make bench` measured, made by `make results`; do not edit. A bar is what was promised before
anything was measured; those in seconds were promised for a machine with AVX-512. Times on shared
machines drift, so speed is compared with something that ran in turns with it; `load` in
[the rows](results) tells what else ran. Measured is the last run on a kind of machine; where a bar
was measured several times, every run is listed."""


def rows_of(path):
    """The rows of a file; what is wrong with one ends the program."""
    rows = []
    for number, line in enumerate(path.read_text().splitlines(), 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            sys.exit(f"{path}:{number}: not JSON: {error}")
        missing = [key for key in NEEDED if not row.get(key) and row.get(key) != 0]
        if missing:
            sys.exit(f"{path}:{number}: the row '{row.get('name')}' has no {', '.join(missing)}")
        rows.append(row | {"file": path.stem})
    return rows


def kind_of(machine):
    """What makes runs comparable."""
    return machine["processor"], machine.get("vectors"), machine["processors"]


def with_runs_of(old, new):
    """The new row, with the old one's runs before its own, which may be there already."""
    before, after = old.get("runs", []), new.get("runs", [])
    same = max(k for k in range(len(after) + 1) if before[len(before) - k:] == after[:k])
    return new | {"runs": before + after[same:]}


def take():
    """A row replaces that of the same work on the same kind of machine."""
    ROWS.mkdir(exist_ok=True)
    for path in MEASURED.glob("*.jsonl"):
        if path.stem.endswith("-trial"):
            continue
        kept = ROWS / path.name
        rows = {(row["name"], kind_of(row["machine"])): row
                for row in (rows_of(kept) if kept.exists() else [])}
        for row in rows_of(path):
            key = row["name"], kind_of(row["machine"])
            rows[key] = with_runs_of(rows.get(key, {}), row)
        kept.write_text("".join(json.dumps({k: v for k, v in row.items() if k != "file"},
                                           ensure_ascii=False) + "\n" for row in rows.values()))


def all_rows():
    paths = list(ROWS.glob("*.jsonl"))
    known = {name: index for index, name in enumerate(ORDER)}
    paths.sort(key=lambda path: (known.get(path.stem, len(ORDER)), path.stem))
    return [row for path in paths for row in rows_of(path)]


def number(value):
    """Four digits, as people write them."""
    if abs(value) >= 10000:
        return f"{value:,.0f}"
    return f"{value:.4g}"


def measured(row):
    details = row.get("details", {})
    error = details.get("standard_error")
    text = f"{row['measured']:.2f}" if row["unit"] == "%" else number(row["measured"])
    return f"{text}{f' ± {error:.2f}' if error else ''} {row['unit']}"


def safe(text):
    return text.replace("|", r"\|")


def table(head, rows):
    return [f"| {' | '.join(head)} |", "|" + "---|" * len(head),
            *(f"| {' | '.join(safe(cell) for cell in row)} |" for row in rows), ""]


def every_run(row):
    """What each run gave, the oldest first; "" for a single one."""
    runs = row.get("runs", [])
    return ", ".join(number(run) for run in runs) if len(runs) > 1 else ""


def promised(rows):
    head = ("what", "bar", "measured", "holds", "on", "every run", "command")
    cells = [(row["what"], f"{row['goal']} {row['unit']}", measured(row),
              "yes" if row["holds"] else "**no**", row["machine"].get("vectors", ""),
              every_run(row), f"`{row['command']}`")
             for row in rows if row.get("goal")]
    return ["## What must be reached", "", *table(head, cells)] if cells else []


def list_of(details):
    """Numbers and words of the details; lists and objects have a place of their own."""
    flat = {key: value for key, value in details.items()
            if isinstance(value, (int, float, str)) and key not in ("key", "standard_error")}
    return ", ".join(f"{key.replace('_', ' ')} {value if isinstance(value, str) else number(value)}"
                     for key, value in flat.items())


def shares(row):
    """Where the time goes, when the row tells."""
    percent = row.get("details", {}).get("percent")
    if not percent:
        return []
    cells = [(part, f"{share:.1f} %") for part, share in percent.items()]
    return [f"Where the time of \"{row['what']}\" goes, all threads added up:", "",
            *table(("part", "share"), cells)]


def products(row):
    floor = row.get("details", {}).get("floor")
    if not isinstance(floor, list):
        return []
    cells = [(item["product"], item["way"], number(item["milliseconds"]), number(item["gflops"]))
             for item in floor]
    return ["The products of one batch by the matrix library alone, each in its fastest way:", "",
            *table(("product", "way", "ms", "GF/s"), cells)]


def recall_chart(rows):
    """Accuracy by delay, a line for each neuron; None without rows. The last run counts."""
    lines = {}
    for row in rows:
        if row["file"] == "recall":
            points = lines.setdefault(row["what"].split(": ", 1)[1], {})
            points[int(row["details"]["delay"])] = row["measured"]
    if not lines:
        return None
    return chart.lines("Accuracy by the number of silent steps",
                       "silent steps between symbol and cue", "accuracy (%)",
                       [(name, sorted(points.items())) for name, points in lines.items()],
                       0, 100, 20, (25, "chance"))


def section(name, rows):
    cells = [(row["what"], measured(row), row["machine"].get("vectors", ""),
              list_of(row.get("details", {})), f"`{row['command']}`") for row in rows]
    out = [f"## {name}", "", *table(("what", "measured", "on", "details", "command"), cells)]
    if name == "recall":
        out[2:2] = [f"![Accuracy by the number of silent steps]({RECALL_PICTURE})", ""]
    for row in rows:
        out += shares(row) + products(row)
    return out


def words_of(machine):
    """'AMD EPYC, avx512, 2 processors, ...'"""
    caches = [f"L{level} {int(machine[key])} KiB" for level, key in ((2, "l2_kib"), (3, "l3_kib"))
              if key in machine]
    words = [machine["processor"], machine.get("vectors"), f"{machine['processors']} processors",
             *caches, f"{machine['memory_gib']} GiB of memory", machine.get("system"),
             machine.get("libraries"),
             f"spiqe {machine['version']}"]
    return ", ".join(filter(None, words))


def machines(rows):
    """Each machine once, with the files that were measured on it."""
    found = {}
    for row in rows:
        found.setdefault(words_of(row["machine"]), dict())[row["file"]] = True
    return ["## Machine", "", *(f"- {', '.join(files)}: {words}" for words, files in found.items()),
            ""]


def page(rows):
    out = ["# Results", "", ABOUT, "", *promised(rows), *machines(rows)]
    for name in dict.fromkeys(row["file"] for row in rows):
        out += section(name, [row for row in rows if row["file"] == name])
    return "\n".join(out).rstrip("\n") + "\n"


def main():
    into = pathlib.Path(sys.argv[2]) if sys.argv[1:2] == ["--into"] and len(sys.argv) == 3 else PAGE
    if into is PAGE and len(sys.argv) > 1:
        sys.exit(__doc__)
    if into is PAGE:
        take()
    rows = all_rows()
    if not rows:
        sys.exit(f"results: {MEASURED} holds no rows; run `make bench` first")
    into.write_text(page(rows))
    picture = recall_chart(rows)
    if into is PAGE and picture:
        (PAGE.parent / RECALL_PICTURE).write_text(picture)
    return 0


if __name__ == "__main__":
    sys.exit(main())
