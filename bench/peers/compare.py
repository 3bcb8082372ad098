"""What bench/peers.py measures, in an environment that has the other simulators. In each round
ours runs first, then each peer; a row's number is the median over rounds of ours / peer."""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

import circuits
import rows
import simulators as s

GAMMA = 1e-3  # of bench_density
# Both sides round some thousand times, to 1e-16 or 6e-8 of an amplitude of 2e-4, or of 1.
CLOSE = {"f64": 1e-11, "f32": 1e-7}
LANES_CLOSE = {"f64": 1e-12, "f32": 2e-6}


def require_close(peer, ours, theirs, tolerance):
    """The same work: else nothing is measured."""
    pairs = [(a, b) for a, b in zip(ours, theirs, strict=True) if b is not None]
    worst = max(abs(a - b) for a, b in pairs)
    if not worst <= tolerance:
        sys.exit(f"peers: {peer} does other work than we: {theirs} for {ours}")
    return float(worst)


def measure(out, case, what, ours, peers, goals, answer_of, tolerance, scale=1.0):
    """ours: the row of one turn, in the unit of the peers' seconds * scale. goals: by peer."""
    own, times = [], {peer.name: [] for peer in peers}
    more = {peer.name: {key: [] for key in peer.more} for peer in peers}
    for _ in range(out.n_rounds):
        own.append(ours())
        for peer in peers:
            times[peer.name].append(scale * peer.seconds())
            for key, seconds in peer.more.items():
                more[peer.name][key].append(scale * seconds())
    numbers = [out.number_of(row) for row in own]
    for peer in peers:
        details = {"ours": statistics.median(numbers), "peer": statistics.median(times[peer.name]),
                   "peer_fastest": min(times[peer.name]), "ours_fastest": min(numbers),
                   "fastest_over_fastest": min(numbers) / min(times[peer.name]),
                   "unit": out.unit, "rounds": out.n_rounds, "using": peer.using,
                   "ours_each": numbers, "peer_each": times[peer.name], "tried": peer.tried}
        details |= {key: statistics.median(values) for key, values in more[peer.name].items()}
        if peer.answer and answer_of:
            details["difference"] = require_close(peer.name, answer_of(own[-1]), peer.answer(),
                                                  tolerance)
        out.add(f"{case}-{peer.name}", f"{what}, ours over {peer.name}",
                rows.median_ratio(numbers, times[peer.name]), goals.get(peer.name), own[-1],
                details)


class Out(rows.File):
    def __init__(self, is_trial, command, n_rounds):
        super().__init__(is_trial, command)
        self.n_rounds = n_rounds
        self.measured_in("s")

    def measured_in(self, unit, number_of=lambda row: row["measured"]):
        self.unit, self.number_of = unit, number_of


def fair(goals):
    """No bar beside a qulacs without vector instructions."""
    return {name: goal for name, goal in goals.items()
            if name != "qulacs" or s.QULACS_IS_NATIVE}


def amplitudes(row):
    numbers = row["details"]["amplitudes"]
    return [complex(*numbers[:2]), complex(*numbers[2:])]


def circuit_f64(out):
    gates = circuits.state_ring(24)
    peers = [s.fastest([lambda b=b: s.qulacs_state(24, gates, b) for b in (0, 2)]),
             s.fastest([lambda f=f: s.aer_state(24, gates, "double", f) for f in (3, 4, 5)]),
             s.lightning_state(24, gates)]
    out.measured_in("s")
    measure(out, "circuit-f64", "24 qubits, 960 gates, f64, 2 threads",
            lambda: rows.ours("state", "circuit-24-f64", "--runs", 1, "--only", "f64"), peers,
            fair({"qulacs": 1.3 / 3.7}), amplitudes, CLOSE["f64"])


def circuit_f32(out):
    gates = circuits.state_ring(24)
    peers = [s.fastest([lambda f=f: s.qsim_state(24, gates, f) for f in (2, 3, 4)]),
             s.fastest([lambda f=f: s.aer_state(24, gates, "single", f) for f in (3, 4, 5)])]
    out.measured_in("s")
    measure(out, "circuit-f32", "24 qubits, 960 gates, f32, 2 threads",
            lambda: rows.ours("state", "circuit-24-f32", "--runs", 1, "--only", "f32"), peers,
            {"qsim": 0.5 / 0.67}, amplitudes, CLOSE["f32"])


def our_damped(gates, gamma):
    """Probabilities of one qubit by our program; "damp" is the channel behind the gate before."""
    text = "OPENQASM 3.0;\ninclude \"stdgates.inc\";\nqubit[1] q;\nbit[1] c;\n"
    text += "".join(f"{name}({angle!r}) q[0];\n" for name, _, angle in gates if name != "damp")
    with tempfile.TemporaryDirectory() as folder:
        file, noise = pathlib.Path(folder, "damped.qasm"), pathlib.Path(folder, "noise.yaml")
        file.write_text(text + "c = measure q;\n")
        named = gates[[name for name, _, _ in gates].index("damp") - 1][0]
        others = {name for name, _, _ in gates} - {named, "damp"}
        noise.write_text(f"gates:\n  {named}: {{channel: [{{amplitude_damping: {gamma!r}}}]}}\n" +
                         "".join(f"  {name}:\n" for name in sorted(others)))
        done = subprocess.run([rows.PROGRAMS / "spiqe", "run", file, "--shots", "0", "--json",
                               "--noise", noise], text=True, capture_output=True)
    if done.returncode:
        sys.exit(f"spiqe run: {done.stderr}")
    found = {row["bits"]: row["probability"] for row in json.loads(done.stdout)["outcomes"]}
    return [found.get("0", 0), found.get("1", 0)]


def density(out):
    gates = [("rx", (0,), 1.1), ("damp", (0,), None), ("ry", (0,), 0.7)]
    expected = our_damped(gates, 0.3)
    require_close("qulacs", expected, s.qulacs_damped(gates, 0.3), 1e-12)
    require_close("aer", expected, s.aer_damped(gates, 0.3), 1e-12)
    peers = [s.fastest([lambda: s.qulacs_density(12, GAMMA)]),
             s.fastest([lambda: s.aer_density(12, GAMMA)])]
    out.measured_in("ms")
    measure(out, "damping", "amplitude damping, 12 qubits, density matrix, f64, mean over qubits",
            lambda: rows.ours("density", "damping-12", "--runs", 1, "--only", "damping"), peers,
            fair({"qulacs": 1, "aer": 1}), None, None, scale=1e3)


def gradient(out):
    gates, terms = circuits.gradient_ring(16), circuits.observable(16)
    peers = [s.fastest([lambda: s.qulacs_gradient(16, gates, terms)]),
             s.fastest([lambda b=b: s.lightning_gradient(16, gates, terms, b)
                        for b in (False, True)])]
    out.measured_in("ms")
    measure(out, "gradient", "adjoint gradient of 480 parameters, 16 qubits, 640 gates, 16 terms",
            lambda: rows.ours("gradient", "gradient-16-f64", "--runs", 5, "--qubits", 16), peers,
            fair({"qulacs": 40 / 147}),
            lambda row: [row["details"]["expectation"], row["details"]["gradient_norm"]], 1e-11,
            scale=1e3)


def pair(out):
    """One thread each: a loop has one."""
    for precision, maker in (("f32", s.qsim_pair), ("f64", s.qulacs_pair)):
        def ours(row=f"lanes-pair-{precision}"):
            return rows.ours("lanes", row, "--runs", 5)

        gates = circuits.pair(ours()["details"]["angles"])
        out.measured_in("ns", lambda row: row["details"]["one_thread_ns"])
        measure(out, f"pair-{precision}", f"2 qubits, 4 gates, {precision}, a circuit, one thread",
                ours, [s.fastest([lambda: maker(gates, 10000)])],
                fair({"qsim": 0.01, "qulacs": 0.01}), lambda row: row["details"]["probabilities"],
                LANES_CLOSE[precision], scale=1e9)


CASES = {"circuit-f64": circuit_f64, "circuit-f32": circuit_f32, "density": density,
         "gradient": gradient, "pair": pair}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=CASES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trial", action="store_true", help="keep the rows apart")
    chosen = parser.parse_args()
    out = Out(chosen.trial, rows.command_of(sys.argv[1:]), chosen.rounds)
    for name, case in CASES.items():
        if chosen.only in (None, name):
            case(out)
    if out.n_missed:
        print(f"peers: {out.n_missed} of the goals missed")
    return 1 if out.n_missed else 0


if __name__ == "__main__":
    sys.exit(main())
