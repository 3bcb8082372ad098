"""What test_qiskit.py checks, in an environment that has Qiskit and Aer."""
import json
import math
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile

import numpy
import scipy.stats
from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit.circuit import library
from qiskit.quantum_info import Operator, Statevector
from qiskit_aer import AerSimulator
from qiskit_aer import noise as aer_noise

PROGRAM = pathlib.Path(os.environ["SPIQE_PROGRAM"]).resolve()
SOURCE = pathlib.Path(os.environ["SPIQE_SOURCE_DIR"])
WORK = pathlib.Path(tempfile.mkdtemp(prefix="spiqe-interop-"))
# Both sides round each of some hundred operations to 1e-16.
EXACT = 1e-10
# Of a correct program, one chi-square test in a million fails; the draws are the same in each run.
LEAST_CHANCE = 1e-6
SHOTS = 4000

# Names of the table to Qiskit's classes and their angles.
NAMES = {
    "id": library.IGate, "x": library.XGate, "y": library.YGate, "z": library.ZGate,
    "h": library.HGate, "s": library.SGate, "sdg": library.SdgGate, "t": library.TGate,
    "tdg": library.TdgGate, "sx": library.SXGate, "sxdg": library.SXdgGate,
    "p": library.PhaseGate, "phase": library.PhaseGate, "u1": library.U1Gate,
    "rx": library.RXGate, "ry": library.RYGate, "rz": library.RZGate, "r": library.RGate,
    "U": library.UGate, "u": library.UGate, "u3": library.U3Gate, "u2": library.U2Gate,
    "swap": library.SwapGate, "iswap": library.iSwapGate, "ecr": library.ECRGate,
    "dcx": library.DCXGate, "rxx": library.RXXGate, "ryy": library.RYYGate,
    "rzz": library.RZZGate, "rzx": library.RZXGate, "cx": library.CXGate, "CX": library.CXGate,
    "cy": library.CYGate, "cz": library.CZGate, "ch": library.CHGate, "cs": library.CSGate,
    "csdg": library.CSdgGate, "csx": library.CSXGate, "cp": library.CPhaseGate,
    "cphase": library.CPhaseGate, "cu1": library.CU1Gate, "crx": library.CRXGate,
    "cry": library.CRYGate, "crz": library.CRZGate, "cu3": library.CU3Gate,
    "cu": library.CUGate, "cswap": library.CSwapGate, "ccx": library.CCXGate,
    "ccz": library.CCZGate, "c3x": library.C3XGate, "c3sqrtx": library.C3SXGate,
    "c4x": library.C4XGate}
INVERSES = {"iswapdg": "iswap", "dcxdg": "dcx"}
# Square roots, and what is no gate of its own there.
OTHERS = {"siswap", "siswapdg", "gu", "gphase"}


def spiqe(*arguments):
    """Standard output; None where the program says that it cannot."""
    done = subprocess.run([PROGRAM, *map(str, arguments)], text=True, capture_output=True,
                          timeout=120)
    if done.returncode == 1 and "OpenQASM" in done.stderr:
        return None
    assert done.returncode == 0, f"{arguments}: exit {done.returncode}\n{done.stderr}"
    return done.stdout


def write(name, text):
    path = WORK / name
    path.write_text(text)
    return path


def probabilities(text, *options):
    """Exact probabilities of the classical bits, by outcome."""
    path = write("circuit.qasm", text)
    value = json.loads(spiqe("run", path, "--shots", 0, "--threads", 1, "--json", *options))
    return {row["bits"]: row["probability"] for row in value["outcomes"]}


def assert_same(ours, theirs, text, tolerance=EXACT):
    for bits in ours.keys() | theirs.keys():
        difference = abs(ours.get(bits, 0) - theirs.get(bits, 0))
        assert difference < tolerance, f"{bits}: off by {difference}\n{ours}\n{theirs}\n{text}"


def assert_same_matrix(a, b, text, is_up_to_phase=False):
    a, b = Operator(a).data, Operator(b).data
    if is_up_to_phase:
        at = numpy.unravel_index(numpy.argmax(abs(b)), b.shape)
        a = a * (b[at] / a[at])
    assert abs(a - b).max() < EXACT, f"off by {abs(a - b).max()}\n{text}"


def statevector(circuit):
    state = Statevector(circuit.remove_final_measurements(inplace=False))
    return {bits: p for bits, p in state.probabilities_dict().items() if p > 0}


def table_of(heading):
    """Rows of a table of docs/gates.md, which is made from the table of gates."""
    text = (SOURCE / "docs/gates.md").read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in text.splitlines() if line.startswith("| ")]
    return rows[1:]


def random_angle(draw):
    return draw.choice([math.pi * draw.randint(-8, 8) / draw.randint(1, 8),
                        draw.uniform(-7, 7), draw.uniform(-7, 7)])


def gate_of(name, angles):
    if name in INVERSES:
        return NAMES[INVERSES[name]]().inverse()
    return NAMES[name](*angles)


# --- Every name of the table.

def each_name_is_qiskits():
    """each name of the table is Qiskit's gate, with its phase"""
    draw = random.Random(1)
    definitions = {row[0]: row[1].strip("`") for row in table_of("Definitions")}
    for name, _, n_qubits, n_angles, places in table_of("Names"):
        assert name in NAMES or name in INVERSES or name in OTHERS, f"{name} is not compared"
        if name in OTHERS:
            continue
        check_name(draw, name, int(n_qubits), int(n_angles), places, definitions.get(name))


def check_name(draw, name, n_qubits, n_angles, places, definition):
    """On a random product state, with a further control in a superposition, in a random basis."""
    angles = [random_angle(draw) for _ in range(n_angles)]
    on_zero = draw.random() < 0.5
    circuit = QuantumCircuit(n_qubits + 1)
    for q in range(n_qubits + 1):
        circuit.u(*(draw.uniform(-3, 3) for _ in range(3)), q)
    text = qasm3.dumps(circuit)
    control = "negctrl @ " if on_zero else "ctrl @ "
    circuit.append(gate_of(name, angles).control(1, ctrl_state=0 if on_zero else 1),
                   [n_qubits, *range(n_qubits)])
    if "stdgates" not in places and "OpenQASM 3" not in places:
        if not definition:  # a name of qelib1.inc alone
            check_old_name(draw, name, n_qubits, angles)
            return
        places = ", ".join(f"p{i}" for i in range(n_angles))
        text = text.replace("qubit[", f"gate {name}{f'({places})' if places else ''} "
                            f"{', '.join('abcde'[:n_qubits])} {{ {definition} }}\nqubit[", 1)
    call = name + (f"({', '.join(map(repr, angles))})" if angles else "")
    text += f"{control}{call} q[{n_qubits}], {', '.join(f'q[{i}]' for i in range(n_qubits))};\n"
    for q in range(n_qubits + 1):
        basis = [draw.uniform(-3, 3) for _ in range(3)]
        circuit.u(*basis, q)
        text += f"U({', '.join(map(repr, basis))}) q[{q}];\n"
    assert_same(probabilities(text, "--quiet"), statevector(circuit), text)


def check_old_name(draw, name, n_qubits, angles):
    circuit = QuantumCircuit(n_qubits)
    text = f'OPENQASM 2.0;\ninclude "qelib1.inc";\nqreg q[{n_qubits}];\n'
    for is_last in range(2):
        for q in range(n_qubits):
            basis = [draw.uniform(-3, 3) for _ in range(3)]
            circuit.u(*basis, q)
            text += f"u3({', '.join(map(repr, basis))}) q[{q}];\n"
        if not is_last:
            circuit.append(gate_of(name, angles), range(n_qubits))
            text += name + (f"({', '.join(map(repr, angles))})" if angles else "")
            text += " " + ", ".join(f"q[{i}]" for i in range(n_qubits)) + ";\n"
    assert_same(probabilities(text, "--quiet"), statevector(circuit), text)


# --- Random circuits, there and back.

def add_random_gate(draw, circuit, qubits=None, with_controls=True):
    qubits = list(qubits or range(circuit.num_qubits))
    while True:
        name = draw.choice(sorted(NAMES))
        shape = SHAPES[name]
        gate = NAMES[name](*(random_angle(draw) for _ in range(shape[1])))
        n_more = draw.randint(0, 2) if with_controls and draw.random() < 0.3 else 0
        if shape[0] + n_more > len(qubits):
            continue
        if n_more:
            gate = gate.control(n_more, ctrl_state=draw.randrange(2 ** n_more), annotated=False)
        circuit.append(gate, draw.sample(qubits, shape[0] + n_more))
        return


def random_circuit(draw, n_gates, with_controls=True):
    circuit = QuantumCircuit(draw.randint(1, 5))
    circuit.global_phase = draw.choice([0, 0, math.pi / 4, 1.25])
    for _ in range(n_gates):
        add_random_gate(draw, circuit, with_controls=with_controls)
        if draw.random() < 0.1:
            circuit.barrier()
    return circuit


def qiskits_openqasm_3_is_read_and_written_back():
    """what Qiskit writes as OpenQASM 3 is read, and what is written Qiskit reads, phases too"""
    for seed in range(50):
        draw = random.Random(seed)
        text = qasm3.dumps(random_circuit(draw, 20))
        circuit = qasm3.loads(text)  # the writer there loses phases of what it defines
        ours = spiqe("draw", write("theirs.qasm", text), "--qasm", 3)
        assert_same_matrix(qasm3.loads(ours), circuit, f"{text}\n{ours}")
        measured = text + f"bit[{circuit.num_qubits}] m;\nm = measure q;\n"
        assert_same(probabilities(measured), statevector(circuit), text)


def qiskits_openqasm_2_is_read_and_written_back():
    """the same with OpenQASM 2, where a global phase is lost"""
    n_written = 0
    for seed in range(50):
        draw = random.Random(1000 + seed)
        circuit = random_circuit(draw, 15, with_controls=seed % 2)
        circuit.global_phase = 0
        text = qasm2.dumps(circuit)
        assert_same(probabilities(text, "--quiet"), statevector(circuit), text)
        ours = spiqe("draw", write("theirs.qasm", text), "--qasm", 2)
        if ours is None:  # negative controls, and many
            continue
        n_written += 1
        again = qasm2.loads(ours, custom_instructions=qasm2.LEGACY_CUSTOM_INSTRUCTIONS)
        assert_same_matrix(again, circuit, f"{text}\n{ours}", is_up_to_phase=True)
    assert n_written >= 25, n_written


def inputs_are_qiskits_parameters():
    """inputs are parameters there"""
    text = ('OPENQASM 3.0;\ninclude "stdgates.inc";\ninput float theta;\ninput float phi;\n'
            "qubit[2] q;\nrx(2*theta - pi/2) q[0];\ncrz(phi/3) q[0], q[1];\nh q;\n"
            "u2(theta, phi) q[1];\n")
    ours = spiqe("draw", write("inputs.qasm", text), "--qasm", 3)
    circuit = qasm3.loads(ours)
    values = {"theta": 0.7, "phi": -1.9}
    assert {p.name for p in circuit.parameters} == values.keys(), ours
    bound = circuit.assign_parameters(values)
    theirs = statevector(bound)
    assert_same(probabilities(text, "--quiet", "--set", "theta=0.7", "--set", "phi=-1.9"), theirs,
                ours)


# --- Measurement in the middle, conditions, reset.

def random_dynamic(draw):
    circuit = QuantumCircuit(draw.randint(2, 4), 3)
    circuit.h(range(circuit.num_qubits))
    for _ in range(draw.randint(3, 6)):
        for _ in range(3):
            add_random_gate(draw, circuit)
        circuit.measure(draw.randrange(circuit.num_qubits), draw.randrange(3))
        kind = draw.randrange(4)
        condition = draw.choice([(circuit.cregs[0], draw.randrange(8)),
                                 (circuit.clbits[draw.randrange(3)], draw.randrange(2))])
        if kind == 0:
            with circuit.if_test(condition):
                add_random_gate(draw, circuit)
                add_random_gate(draw, circuit)
        elif kind == 1:
            with circuit.if_test(condition) as otherwise:
                add_random_gate(draw, circuit)
            with otherwise:
                circuit.x(draw.randrange(circuit.num_qubits))
        elif kind == 2:
            circuit.reset(draw.randrange(circuit.num_qubits))
    circuit.measure(range(min(3, circuit.num_qubits)), range(min(3, circuit.num_qubits)))
    return circuit


def conditions_agree_with_aer():
    """measurement in the middle, reset and conditions give Aer's counts"""
    simulator = AerSimulator(method="statevector", max_parallel_threads=1)
    for seed in range(30):
        circuit = random_dynamic(random.Random(2000 + seed))
        text = qasm3.dumps(circuit)
        ours = probabilities(text)
        again = spiqe("draw", write("dynamic.qasm", text), "--qasm", 3)
        flat = qasm3.loads(again).decompose()
        counts = simulator.run(flat, shots=SHOTS, seed_simulator=seed).result().get_counts()
        assert_drawn(counts, ours, text)


def assert_drawn(counts, expected, text):
    """Counts could have been drawn with these probabilities; small expectations go together."""
    assert all(expected.get(bits, 0) > 1e-12 for bits in counts), f"{counts}\n{expected}\n{text}"
    observed, wanted, rest = [], [], [0, 0]
    for bits, p in sorted(expected.items()):
        if p * SHOTS < 10:
            rest = [rest[0] + counts.get(bits, 0), rest[1] + p * SHOTS]
        else:
            observed.append(counts.get(bits, 0))
            wanted.append(p * SHOTS)
    if rest[1] > 0:
        observed.append(rest[0])
        wanted.append(rest[1])
    if len(wanted) < 2:
        return
    chi = sum((o - w) ** 2 / w for o, w in zip(observed, wanted) if w > 0)
    chance = scipy.stats.chi2.sf(chi, len(wanted) - 1)
    assert chance > LEAST_CHANCE, f"chance {chance}: {counts}\n{expected}\n{text}"


# --- Noise.

def random_kraus(generator, n_qubits, strength):
    """Operators of a channel near the identity: blocks of an isometry."""
    n, n_kraus = 2 ** n_qubits, 3
    mix = generator.normal(size=(n_kraus * n, n)) + 1j * generator.normal(size=(n_kraus * n, n))
    start = numpy.zeros((n_kraus * n, n), complex)
    start[:n] = numpy.eye(n)
    isometry, _ = numpy.linalg.qr(start + strength * mix)
    return [isometry[k * n:(k + 1) * n] for k in range(n_kraus)]


def kraus_as_yaml(operators):
    return json.dumps([[[[z.real, z.imag] for z in row] for row in k] for k in operators])


NOISY = {"h": 1, "sx": 1, "rx": 1, "ry": 1, "rz": 1, "cx": 2, "cz": 2, "rzz": 2}


def random_noise(draw, generator):
    """The same noise as Aer's model and as a description."""
    model, lines = aer_noise.NoiseModel(), ["gates:"]
    for name, n_qubits in NOISY.items():
        error, entries = None, []
        kind = draw.randrange(5)
        if kind in (0, 4):
            operators = random_kraus(generator, n_qubits, 0.1)
            error = aer_noise.kraus_error(operators)
            entries.append(f"channel: [{{kraus: {kraus_as_yaml(operators)}}}]")
        elif kind == 1:
            p = draw.uniform(0, 0.2)
            error = aer_noise.depolarizing_error(p, n_qubits)
            entries.append(f"depolarising: {p!r}")
        elif kind == 2:
            gamma = draw.uniform(0, 0.3)
            one = aer_noise.amplitude_damping_error(gamma)
            error = one if n_qubits == 1 else one.tensor(one)
            entries.append(f"channel: [{{amplitude_damping: {gamma!r}}}]")
        if error is not None:
            model.add_all_qubit_quantum_error(error, name)
            lines.append(f"  {name}: {{{', '.join(entries)}}}")
        else:
            lines.append(f"  {name}:")
    return model, "\n".join(lines) + "\n"


def relaxing_noise(draw):
    """T1 and T2 during gates, as Aer makes it."""
    t1, t2 = draw.uniform(20e-6, 200e-6), draw.uniform(10e-6, 40e-6)
    model, lines = aer_noise.NoiseModel(), [f"T1: {t1 * 1e6!r} us", f"T2: {t2 * 1e6!r} us",
                                            "gates:"]
    for name, n_qubits in NOISY.items():
        time = draw.choice([40e-9, 300e-9, 2e-6])
        one = aer_noise.thermal_relaxation_error(t1, t2, time)
        model.add_all_qubit_quantum_error(one if n_qubits == 1 else one.tensor(one), name)
        lines.append(f"  {name}: {{time: {time * 1e9!r} ns}}")
    return model, "\n".join(lines) + "\n"


def random_noisy(draw):
    circuit = QuantumCircuit(draw.randint(2, 4))
    for _ in range(25):
        name = draw.choice(sorted(NOISY))
        gate = NAMES[name](*(random_angle(draw) for _ in range(SHAPES[name][1])))
        circuit.append(gate, draw.sample(range(circuit.num_qubits), NOISY[name]))
    return circuit


def noise_agrees_with_aer():
    """noise from the same numbers gives Aer's density matrices"""
    simulator = AerSimulator(method="density_matrix", max_parallel_threads=1)
    for seed in range(40):
        draw, generator = random.Random(3000 + seed), numpy.random.default_rng(seed)
        model, yaml = relaxing_noise(draw) if seed % 4 == 0 else random_noise(draw, generator)
        circuit = random_noisy(draw)
        text = qasm3.dumps(circuit) + (f"bit[{circuit.num_qubits}] m;\nm = measure q;\n")
        path = write("noise.yaml", yaml)
        ours = probabilities(text, "--noise", path, "--method", "density")
        saved = circuit.copy()
        saved.save_density_matrix()
        state = simulator.run(saved, noise_model=model, shots=1).result().data()["density_matrix"]
        assert_same(ours, state.probabilities_dict(), f"{text}\n{yaml}")


def misread_bits_agree_with_aer():
    """noise with misread bits and conditions gives Aer's counts"""
    simulator = AerSimulator(method="density_matrix", max_parallel_threads=1)
    for seed in range(20):
        draw, generator = random.Random(4000 + seed), numpy.random.default_rng(50 + seed)
        model, yaml = random_noise(draw, generator)
        p1_of_0, p0_of_1 = draw.uniform(0, 0.1), draw.uniform(0, 0.2)
        misread = [[1 - p1_of_0, p1_of_0], [p0_of_1, 1 - p0_of_1]]
        model.add_all_qubit_readout_error(misread)
        yaml += f"readout: {misread}\n"
        circuit = random_noisy(draw)
        circuit.measure_all()
        text = qasm3.dumps(circuit)
        ours = probabilities(text, "--noise", write("noise.yaml", yaml), "--method", "density")
        job = simulator.run(circuit, noise_model=model, shots=SHOTS, seed_simulator=seed)
        assert_drawn(job.result().get_counts(), ours, f"{text}\n{yaml}")


SHAPES = {row[0]: (int(row[2]), int(row[3])) for row in table_of("Names")}


def main():
    import shutil
    import time
    for check in (each_name_is_qiskits, qiskits_openqasm_3_is_read_and_written_back,
                  qiskits_openqasm_2_is_read_and_written_back, inputs_are_qiskits_parameters,
                  conditions_agree_with_aer, noise_agrees_with_aer, misread_bits_agree_with_aer):
        began = time.monotonic()
        check()
        print(f"passed: {check.__doc__} ({time.monotonic() - began:.1f} s)", flush=True)
    shutil.rmtree(WORK)


if __name__ == "__main__":
    sys.exit(main())
