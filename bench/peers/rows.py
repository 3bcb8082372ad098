"""Rows as bench/support/rows.c writes them, and what our own benchmarks measure."""
import json
import os
import pathlib
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
FOLDER = ROOT / "build/bench"
PROGRAMS = ROOT / "build/fast"
OURS = ROOT / "build/peers-ours"  # our rows of single turns go here, not to build/bench
MOST_RUNS = 100


def ours(bench, row, *options):
    """One run of bench_NAME: the row of that name. A missed goal of its own is not ours here."""
    path = OURS / f"build/bench/{bench}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    done = subprocess.run([PROGRAMS / f"bench/bench_{bench}", *map(str, options)], cwd=OURS,
                          text=True, capture_output=True)
    lines = path.read_text().splitlines() if path.exists() else []
    found = [line for line in map(json.loads, lines) if line["name"] == row]
    if not found:
        sys.exit(f"bench_{bench}: {done.stderr}")
    return found[0]


def command_of(arguments, bench="peers"):
    """What measures the rows again, from the root of the repository."""
    if not arguments:
        return f"make bench BENCH={bench}"
    return " ".join([f"python3 bench/{bench}.py", *arguments])


class File:
    """build/bench/BENCH.jsonl; a row replaces the one of the same name."""

    def __init__(self, is_trial, command, bench="peers", unit="x"):
        self.path = FOLDER / (f"{bench}-trial.jsonl" if is_trial else f"{bench}.jsonl")
        self.is_trial, self.unit_of_rows = is_trial, unit
        self.command, self.n_missed = command, 0
        self.load = os.getloadavg()[0]
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        self.rows = {row["name"]: row for row in map(json.loads, lines)}

    def add(self, name, what, measured, goal, own, details, least=False):
        """own: a row of ours, for threads, device and machine. goal: at most, or at least; None:
        reported."""
        holds = None if goal is None else measured >= goal if least else measured <= goal
        bar = "" if goal is None else f"{'>=' if least else '<='} {goal:.6g}"
        runs = self.rows.get(name, {}).get("runs", [])[1 - MOST_RUNS:]
        self.rows[name] = {
            "name": name, "measured": measured, "unit": self.unit_of_rows,
            "goal": bar or None, "holds": holds, "what": what,
            "command": self.command, "threads": own["threads"], "device": own["device"],
            "details": details, "load": self.load, "machine": own["machine"],
            "runs": runs + [measured]}
        self.n_missed += holds is False
        verdict = "" if holds is None else "holds" if holds else "MISSED"
        print(f"{name:34} {measured:10.6g} {self.unit_of_rows:18} {bar:14} {verdict}", flush=True)
        self.write()

    def write(self):
        FOLDER.mkdir(parents=True, exist_ok=True)
        beside = self.path.with_suffix(".new")
        beside.write_text("".join(json.dumps(row) + "\n" for row in self.rows.values()))
        beside.replace(self.path)


def median_ratio(above, below):
    """Of pairs, each measured in one turn."""
    return statistics.median(a / b for a, b in zip(above, below))
