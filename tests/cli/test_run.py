"""spiqe run: counts, probabilities, expectations, pictures, and how it ends when it cannot."""
import json
import math
import signal
import subprocess
import time
import xml.etree.ElementTree as ElementTree

from program import PROGRAM, fails, main, read, run, run_json, start, write

BELL = b"""OPENQASM 3.0;
include "stdgates.inc";
qubit[2] q;
bit[2] c;
h q[0];
cx q[0], q[1];
c = measure q;
"""
RY = b"""OPENQASM 3.0;
include "stdgates.inc";
input float theta;
input float unused;
qubit[2] q;
ry(theta) q[0];
cx q[0], q[1];
"""
KEYS = "file qubits seed threads precision inputs method shots simulated_qubits seconds".split()


def a_bell_pair_is_counted():
    """a Bell pair is counted"""
    write("bell.qasm", BELL)
    out, err = run("run", "bell.qasm", "--shots", 2000, "--seed", 3)
    lines = out.splitlines()
    assert err == "" and lines[0].split() == ["outcome", "count", "share"], out
    counts = {row.split()[0]: int(row.split()[1]) for row in lines[1:3]}
    assert counts.keys() == {"00", "11"} and sum(counts.values()) == 2000
    assert "2000 shots by statevector, 2 qubits, seed 3" in lines[-1]
    # 2000 fair draws are 1000 +- 22.4: 5 standard deviations, 6e-7
    assert abs(counts["00"] - 1000) < 112
    result = run_json("run", "bell.qasm", "--shots", 2000, "--seed", 3)
    assert set(KEYS) <= set(result) and result["shots"] == 2000 and result["seed"] == 3
    assert {row["bits"]: row["count"] for row in result["outcomes"]} == counts
    assert all(row["probability"] == row["count"] / 2000 for row in result["outcomes"])
    assert run("run", "bell.qasm", "--shots", 2000, "--seed", 4)[0] != out
    assert run_json("run", "bell.qasm")["shots"] == 1024


def no_shots_are_exact_probabilities():
    """no shots are exact probabilities"""
    out, _ = run("run", "bell.qasm", "--shots", 0)
    assert "probability" in out and "count" not in out and out.count("0.500000") == 2
    for method in ("auto", "statevector", "density", "density_matrix"):
        result = run_json("run", "bell.qasm", "--shots", 0, "--method", method)
        assert result["method"] in method + "statevector"
        for row in result["outcomes"]:
            assert abs(row["probability"] - 0.5) < 1e-12 and "count" not in row


def the_same_seed_gives_the_same_counts_with_any_threads():
    """the same seed gives the same counts with any number of threads"""
    write("mid.qasm", b'OPENQASM 3.0; include "stdgates.inc"; qubit[3] q; bit[4] c;'
                      b"h q; c[0] = measure q[0]; if (c[0]) { x q[1]; } reset q[0]; ry(0.3) q;"
                      b"cx q[1], q[2]; c[1:3] = measure q;")
    for method in ("auto", "lanes", "trajectories", "statevector", "density"):
        results = []
        for threads in (1, 2, 5):
            result = run_json("run", "mid.qasm", "--method", method, "--threads", threads)
            assert result["threads"] == threads
            results.append(result["outcomes"])
        assert results[0] == results[1] == results[2], method


def standard_input_is_a_file():
    """standard input is a file"""
    result = subprocess.run([PROGRAM, "run", "-", "--json"], input=BELL, capture_output=True)
    assert result.returncode == 0 and len(json.loads(result.stdout)["outcomes"]) == 2


def inputs_are_set_by_name():
    """inputs are set by name"""
    write("ry.qasm", RY)
    for text, value in (("0.3", 0.3), ("-pi/2", -math.pi / 2), ("3*pi/4", 3 * math.pi / 4),
                        ("1e-3", 1e-3), ("pi", math.pi), ("+2", 2)):
        result = run_json("run", "ry.qasm", "--set", f"theta={text}", "--set", "unused=0",
                          "--shots", 0)
        assert math.isclose(result["inputs"]["theta"], value, rel_tol=1e-15)
        found = {row["bits"]: row["probability"] for row in result["outcomes"]}
        assert abs(found.get("11", 0) - math.sin(value / 2) ** 2) < 1e-12
    fails(["theta, unused", "--set theta="], "run", "ry.qasm", code=2)
    fails(["without a value: unused"], "run", "ry.qasm", "--set", "theta=1", code=2)
    fails(["did you mean 'theta'?"], "run", "ry.qasm", "--set", "tehta=1", code=2)
    fails(["no inputs"], "run", "bell.qasm", "--set", "theta=1", code=2)
    for item in ("theta", "=1"):
        fails(["NAME=VALUE"], "run", "ry.qasm", "--set", item, code=2)
    for item in ("theta=", "theta=x", "theta=1x", "theta=pi/", "theta=1/0", "theta=nan",
                 "theta=--1", "theta=2pi"):
        fails(["a number is expected"], "run", "ry.qasm", "--set", item, code=2)


def a_circuit_that_measures_nothing_is_measured():
    """a circuit that measures nothing is measured at the end, and says so"""
    values = ("--set", "theta=pi/2", "--set", "unused=1")
    out, err = run("run", "ry.qasm", *values)
    assert "measures nothing" in err and "--measure-all" in err and "  11 " in out
    assert run("run", "ry.qasm", *values, "--quiet")[1] == ""
    out, err = run("run", "ry.qasm", *values, "--measure-all")
    assert err == "" and "  11 " in out
    result = run_json("run", "bell.qasm", "--measure-all")
    assert [row["bits"] for row in result["outcomes"]] == ["00 00", "11 11"]


def expectations_and_gradients_are_printed():
    """expectations and gradients are printed"""
    values = ("--set", "theta=0.7", "--set", "unused=1")
    out, _ = run("run", "ry.qasm", *values, "--observable", "Z0", "--gradient")
    assert f"<Z0> = {math.cos(0.7):.12f}\n" in out
    assert f"d/d theta = {-math.sin(0.7):.12f}\n" in out and "d/d unused = " in out
    result = run_json("run", "ry.qasm", *values, "--observable", "Z0", "--observable",
                      "0.5*X0 X1 - 2 Z1", "--gradient")
    first, second = result["expectations"]
    assert abs(first["value"] - math.cos(0.7)) < 1e-12 and first["standard_error"] == 0
    assert abs(first["gradient"]["theta"] + math.sin(0.7)) < 1e-12
    assert abs(second["value"] - (0.5 * math.sin(0.7) - 2 * math.cos(0.7))) < 1e-12
    assert abs(second["gradient"]["theta"] - (0.5 * math.cos(0.7) + 2 * math.sin(0.7))) < 1e-12
    assert "outcomes" not in result
    sampled = run_json("run", "ry.qasm", *values, "--observable", "Z0", "--shots", 4000)
    estimate = sampled["expectations"][0]
    # the mean of 4000 draws of +-1: 5 standard errors, 6e-7
    assert 0 < estimate["standard_error"] < 0.02
    assert abs(estimate["value"] - math.cos(0.7)) < 5 * math.sin(0.7) / math.sqrt(4000)
    fails(["--observable"], "run", "ry.qasm", *values, "--gradient", code=2)
    fails(["column"], "run", "ry.qasm", *values, "--observable", "Q0", code=2)
    fails(["2"], "run", "ry.qasm", *values, "--observable", "Z2", code=2)


def many_outcomes_are_cut_to_the_top():
    """many outcomes are cut to the top"""
    write("wide.qasm", b'OPENQASM 3.0; include "stdgates.inc"; qubit[8] q; bit[8] c;'
                       b"ry(0.6) q; c = measure q;")
    out, _ = run("run", "wide.qasm", "--shots", 5000)
    rows = out.splitlines()[1:33]
    counts = [int(row.split()[1]) for row in rows]
    assert counts == sorted(counts, reverse=True) and "and " in out.splitlines()[33]
    out, _ = run("run", "wide.qasm", "--shots", 5000, "--top", 2)
    assert len(out.splitlines()) == 6, out
    everything = run_json("run", "wide.qasm", "--shots", 5000)
    assert len(everything["outcomes"]) == everything["distinct_outcomes"] > 32
    top = run_json("run", "wide.qasm", "--shots", 5000, "--top", 2)
    assert [row["count"] for row in top["outcomes"]] == counts[:2]


def a_histogram_has_bars():
    """a histogram has bars, and a picture"""
    out, _ = run("run", "bell.qasm", "--histogram")
    assert all(len(line) <= 80 for line in out.splitlines())
    assert max(out.splitlines(), key=len).count("\u2588") > 40
    out, _ = run("run", "bell.qasm", "--svg", "bell.svg")
    assert "picture bell.svg" in out
    tree = ElementTree.fromstring(read("bell.svg"))
    assert tree.tag == "{http://www.w3.org/2000/svg}svg" and b"1,024 shots" in read("bell.svg")
    fails(["nowhere/x.svg"], "run", "bell.qasm", "--svg", "nowhere/x.svg")
    fails(["exclude"], "run", "bell.qasm", "--json", "--histogram", code=2)


def noise_spreads_the_counts():
    """noise spreads the counts"""
    name = "ibm-heron-r2"
    exact = run_json("run", "bell.qasm", "--noise", name, "--shots", 0)
    found = {row["bits"]: row["probability"] for row in exact["outcomes"]}
    assert exact["noise"] == name and exact["method"] == "density"
    assert 0 < found["01"] < 0.1 and abs(sum(found.values()) - 1) < 1e-12
    for method in ("auto", "trajectories", "lanes", "density"):
        counts = run_json("run", "bell.qasm", "--noise", name, "--shots", 20000, "--method",
                          method)["outcomes"]
        for row in counts:  # 6 standard deviations: 2e-9 for each
            p = found[row["bits"]]
            assert abs(row["count"] - 20000 * p) < 6 * math.sqrt(20000 * p * (1 - p)) + 1, row
    fails(["did you mean 'ibm-heron-r2'?"], "run", "bell.qasm", "--noise", "ibm-heron-r3", code=2)


def what_cannot_be_run_says_why():
    """what cannot be run says why"""
    write("broken.qasm", b"OPENQASM 3.0;\nqubit[2] q;\nh q[5];\n")
    write("large.qasm", b'OPENQASM 3.0; include "stdgates.inc"; qubit[60] q; bit[60] c;'
                        b"ry(0.1) q; for int i in [0:58] { cx q[i], q[i + 1]; } c = measure q;")
    write("forever.qasm", b"OPENQASM 3.0; bit c; qubit q; while (!c) { c = measure q; }")
    fails(["nowhere.qasm"], "run", "nowhere.qasm")
    fails(["broken.qasm:3:"], "run", "broken.qasm")
    fails(["60 qubits", "'ry'"], "run", "large.qasm")
    fails(["'ry'"], "run", "large.qasm", "--method", "stabiliser")
    fails(["100000 turns"], "run", "forever.qasm", "--shots", 1, "--method", "statevector")
    fails(["1.0 MB"], "run", "wide.qasm", "--shots", 5, "--method", "density", "--memory", "1000k")
    for arguments in ((), ("a", "b"), ("bell.qasm", "--shots", "x"), ("bell.qasm", "--shots", "-1"),
                      ("bell.qasm", "--method", "quick"), ("bell.qasm", "--precision", "f16"),
                      ("bell.qasm", "--shots", 2**41), ("bell.qasm", "--memory", "much"),
                      ("bell.qasm", "--memory", "0"), ("bell.qasm", "--memory", "4X")):
        fails([], "run", *arguments, code=2)
    fails(["did you mean 'density'?"], "run", "bell.qasm", "--method", "densiti", code=2)
    for size in ("4G", "512MiB", "1000000", "1t", "64kB"):
        run("run", "bell.qasm", "--memory", size)


def an_interrupt_ends_a_long_run():
    """Ctrl-C ends a long run, with a message"""
    process = start("run", "bell.qasm", "--shots", 2**40)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and out == "" and "stopped" in err, (out, err)


def small_and_wide_circuits_are_reduced():
    """a wide file that uses few qubits runs as these"""
    write("sparse.qasm", b'OPENQASM 3.0; include "stdgates.inc"; qubit[60] q; bit[60] c;'
                         b"h q[3]; t q[3]; cx q[3], q[50]; c = measure q;")
    out, _ = run("run", "sparse.qasm", "--shots", 10)
    assert "2 of 60 qubits" in out


if __name__ == "__main__":
    main([a_bell_pair_is_counted, no_shots_are_exact_probabilities,
          the_same_seed_gives_the_same_counts_with_any_threads, standard_input_is_a_file,
          inputs_are_set_by_name, a_circuit_that_measures_nothing_is_measured,
          expectations_and_gradients_are_printed, many_outcomes_are_cut_to_the_top,
          a_histogram_has_bars, noise_spreads_the_counts, what_cannot_be_run_says_why,
          an_interrupt_ends_a_long_run, small_and_wide_circuits_are_reduced])
