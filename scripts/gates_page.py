"""docs/gates.md, from the tables of gates and of their names in src/circuit/gates.c."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/circuit/gates.c"
GATE = re.compile(r'\{"(\w+)", "([^"]*)", "([^"]*)", (\d), (\d), \d,')
SPELLING = re.compile(r'\{"(\w+)", "(\w+)", (\d), ([\w| ]+),\s*(NULL|(?:"[^"]*"\s*)+)\}')
PLACES = {"SPIQE_IN_QASM3": "OpenQASM 3", "SPIQE_IN_STDGATES": "stdgates.inc",
          "SPIQE_IN_QELIB1": "qelib1.inc", "SPIQE_IN_SPIQE": "spiqe"}
ABOUT = """# Gates

Angles a, b, c, d are in radians. Qubit 0 is the least significant bit of an index, and so is the
first target of a gate on two: the matrix of `dcx` on q[0], q[1] is indexed by q[1] q[0]. Phases are
kept: U(a, b, c) is [[cos a/2, -exp(ic) sin a/2], [exp(ib) sin a/2, exp(i(b + c)) cos a/2]], as in
Qiskit, and so is u3.

Any gate takes any number of further controls, `ctrl(2) @ rx(0.5) q[0], q[1], q[2];`, and controls
that must be |0>, `negctrl @`. The tables are those of `src/circuit/gates.c`, from which the reader,
the writer, drawings, inverses, simulators and gradients follow;
[add a gate](howto/add_a_gate.md) says how they grow. Made by `make docs`; do not edit.

## Matrices
A gate with angles is a product of exp(-i a P / 2), P a product of Pauli matrices or projectors;
its derivatives follow from that.
"""
NAMES = """## Names
Where a name is known: in the language itself, in OpenQASM 3's stdgates.inc, in OpenQASM 2's
language and qelib1.inc as Qiskit has it. A name that only spiqe knows is written with its
definition, so that other programs can read the file; a definition that gives the matrix of the
table is read as the gate that it is, and stays one gate.
"""


def rows_of(text, name, rule):
    """The rows of a table, all of them."""
    table = re.search(name + r"\[\] = \{\n(.*?)\n\};", text, re.S)[1]
    rows = rule.findall(table)
    if len(rows) != len(re.findall(r'^  \{"', table, re.M)):
        sys.exit(f"{SOURCE}: a row of {name} has a form that is not known here")
    return rows


def places_of(flags, shorts):
    return ", ".join(words for flag, words in PLACES.items()
                     if flag in shorts.get(flags, flags).replace(" ", "").split("|"))


def joined(literals):
    """The text of C string literals that stand side by side."""
    return "".join(re.findall(r'"([^"]*)"', literals))


def cell(words):
    return words.replace("|", r"\|")


def meaning(gate, n_controls):
    if n_controls == 0:
        return gate
    return f"{gate} with {n_controls} control{'s' if n_controls > 1 else ''}"


def page():
    text = SOURCE.read_text()
    gates = rows_of(text, "spiqe_gates", GATE)
    spellings = rows_of(text, "spiqe_spellings", SPELLING)
    shorts = {"STD3": re.search(r"#define STD3 \((.*)\)", text)[1]}
    shape = {name: (int(targets), int(angles)) for name, _, _, targets, angles in gates}
    out = [ABOUT, "| gate | drawn as | qubits | angles | matrix |", "|---|---|---|---|---|"]
    out += [f"| {name} | {symbol} | {targets} | {angles} | {cell(words)} |"
            for name, symbol, words, targets, angles in gates]
    out += ["", NAMES, "| name | gate | qubits | angles | known in |", "|---|---|---|---|---|"]
    for name, gate, controls, flags, _ in spellings:
        targets, angles = shape[gate]
        out.append(f"| {name} | {meaning(gate, int(controls))} | {int(controls) + targets} | "
                   f"{angles} | {places_of(flags, shorts)} |")
    out += ["", "## Definitions", "On qubits a, b, c with angles p0, p1, p2, p3.", "",
            "| name | definition |", "|---|---|"]
    out += [f"| {name} | `{joined(body)}` |" for name, _, _, _, body in spellings
            if body != "NULL"]
    return "\n".join(out) + "\n"
