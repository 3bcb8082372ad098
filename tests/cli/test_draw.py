"""spiqe draw: text, pictures and OpenQASM of a file."""
import fcntl
import os
import pty
import struct
import subprocess
import termios
import xml.etree.ElementTree

from program import ENVIRONMENT, PROGRAM, WORK, fails, main, read, run, run_json, write

BELL = """OPENQASM 3.0;
include "stdgates.inc";
input float theta;
qubit[2] q;
bit[2] c;
h q[0];
cx q[0], q[1];
rx(theta) q[1];
c = measure q;
if (c == 3) {
  x q[0];
}
"""
LONG = "OPENQASM 2.0;\ninclude \"qelib1.inc\";\nqreg q[1];\n" + "h q[0];\n" * 50


def columns(text):
    return max(map(len, text.splitlines()))


def a_circuit_is_drawn_as_text():
    """a circuit is drawn as text"""
    write("bell.qasm", BELL.encode())
    out, err = run("draw", "bell.qasm")
    assert err == "" and "┤ H ├" in out and "⊕" in out and "┤ Rx(theta) ├" in out, out
    assert "if c == 3" in out and out.startswith("       ┌───┐"), out


def a_drawing_keeps_to_the_width():
    """a drawing keeps to the width that is asked for, or to that of the terminal"""
    write("long.qasm", LONG.encode())
    assert columns(run("draw", "long.qasm")[0]) <= 80
    assert columns(run("draw", "long.qasm", "--width", 40)[0]) <= 40
    assert columns(run("draw", "long.qasm", "--width", 0)[0]) > 300
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 60, 0, 0))
    process = subprocess.Popen([PROGRAM, "draw", "long.qasm"], cwd=WORK, env=ENVIRONMENT,
                               stdout=follower)
    os.close(follower)
    out = b""
    try:
        while part := os.read(leader, 65536):
            out += part
    except OSError:  # the program has closed the terminal
        pass
    os.close(leader)
    assert process.wait() == 0
    assert 40 < columns(out.decode().replace("\r", "")) <= 60


def a_picture_is_well_formed():
    """a picture is well-formed XML, on standard output or in a file"""
    out, _ = run("draw", "bell.qasm", "--svg")
    root = xml.etree.ElementTree.fromstring(out)
    assert root.tag == "{http://www.w3.org/2000/svg}svg", root.tag
    words = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"q[0]", "c/2", "H", "Rx", "(theta)", "if c == 3"} <= set(words), words
    assert run("draw", "bell.qasm", "--svg", "bell.svg") == ("", "")
    assert read("bell.svg").decode() == out
    assert not (WORK / "bell.svg.part").exists()
    (WORK / "link.svg").symlink_to("bell.svg")
    (WORK / "bell.svg").write_text("old")
    assert run("draw", "bell.qasm", "--svg", "link.svg") == ("", "")
    assert (WORK / "link.svg").is_symlink() and read("bell.svg").decode() == out
    assert run("draw", "bell.qasm", "--svg", "/dev/stdout")[0] == out  # a pipe, not a file
    fails(["cannot write nowhere/bell.svg"], "draw", "bell.qasm", "--svg", "nowhere/bell.svg")


def a_circuit_is_written_as_openqasm():
    """OpenQASM that was written is what it was read from"""
    assert run("draw", "bell.qasm", "--qasm", 3)[0] == BELL
    text, _ = run("draw", "long.qasm", "--qasm", 3)
    write("again.qasm", text.encode())
    assert run("draw", "again.qasm", "--qasm", 2)[0] == LONG
    fails(["no inputs", "theta"], "draw", "bell.qasm", "--qasm", 2)


def json_holds_the_drawing():
    """--json prints one object that holds the drawing and what is drawn"""
    value = run_json("draw", "bell.qasm")
    assert value["text"] == run("draw", "bell.qasm")[0]
    assert {key: value[key] for key in ("file", "qubits", "bits", "operations", "inputs")} == {
        "file": "bell.qasm", "qubits": 2, "bits": 2, "operations": 8, "inputs": ["theta"]}
    assert run_json("draw", "bell.qasm", "--svg")["svg"] == run("draw", "bell.qasm", "--svg")[0]
    assert run_json("draw", "bell.qasm", "--qasm", 3)["qasm"] == BELL
    assert run_json("draw", "bell.qasm", "--svg", "b.svg")["out"] == "b.svg"


def wrong_files_and_wrong_usage_are_told_apart():
    """a wrong file ends with 1 and its place, wrong usage with 2"""
    write("wrong.qasm", b"OPENQASM 3.0;\nqubit[2] q;\nhh q[0];\n")
    fails(["wrong.qasm:3:1:"], "draw", "wrong.qasm")
    fails(["nothing.qasm"], "draw", "nothing.qasm")
    for arguments in ((), ("bell.qasm", "more"), ("bell.qasm", "--qasm", 4),
                      ("bell.qasm", "--width", "x"), ("bell.qasm", "--svg", "--qasm", 3),
                      ("bell.qasm", "--svg", "a.svg", "b.svg")):
        fails([], "draw", *arguments, code=2)


def standard_input_is_a_file():
    """standard input is a file"""
    drawn = subprocess.run([PROGRAM, "draw", "-", "--qasm", "3"], input=BELL.encode(),
                           capture_output=True)
    assert drawn.returncode == 0, drawn.stderr
    wrong = subprocess.run([PROGRAM, "draw", "-"], input=b"qubit q\n", capture_output=True)
    assert wrong.returncode == 1 and b"standard input:" in wrong.stderr, wrong.stderr
    assert b"cx q[0], q[1];" in drawn.stdout, drawn.stdout


main([a_circuit_is_drawn_as_text, a_drawing_keeps_to_the_width, a_picture_is_well_formed,
      a_circuit_is_written_as_openqasm, json_holds_the_drawing,
      wrong_files_and_wrong_usage_are_told_apart, standard_input_is_a_file])
