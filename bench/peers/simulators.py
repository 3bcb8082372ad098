"""The other simulators, set up as their manuals advise. A peer is a name, what it uses, and
`seconds`, which does the work once and tells the time; circuits are built and registers allocated
before. Each angle is that of exp(-i angle P / 2); qulacs has the other sign."""
import dataclasses
import importlib.metadata
import os
import pathlib
import re
import sys
import tempfile
import time
from collections.abc import Callable

os.environ["OMP_NUM_THREADS"] = os.environ["QULACS_NUM_THREADS"] = "2"

import cirq  # noqa: E402
import numpy  # noqa: E402
import pennylane  # noqa: E402
import qiskit  # noqa: E402
import qsimcirq  # noqa: E402
import qulacs  # noqa: E402
from pennylane_lightning.lightning_qubit._adjoint_jacobian import (  # noqa: E402
    LightningAdjointJacobian)
from pennylane_lightning.lightning_qubit._state_vector import LightningStateVector  # noqa: E402
from qiskit_aer import AerSimulator  # noqa: E402
from qiskit_aer.noise import amplitude_damping_error  # noqa: E402
from qulacs.circuit import QuantumCircuitOptimizer  # noqa: E402

THREADS = 2
QULACS_IS_NATIVE = (pathlib.Path(sys.prefix) / "qulacs-is-native").exists()


@dataclasses.dataclass
class Peer:
    name: str
    using: str
    seconds: Callable
    answer: Callable = None  # what is compared with ours, where the last run leaves it
    tried: dict = dataclasses.field(default_factory=dict)  # seconds of other settings
    more: dict = dataclasses.field(default_factory=dict)  # further numbers for the details


def version(package):
    return f"{package} {importlib.metadata.version(package)}"


def qulacs_version():
    return version("qulacs") + (" compiled with -march=native" if QULACS_IS_NATIVE else
                                " as its wheel, no vector instructions")


def timed(work, *arguments):
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def fastest(makers):
    """The peer whose settings are the fastest of one run each, which also warms up."""
    tried, best = {}, None
    for maker in makers:
        peer = maker()
        tried[peer.using] = peer.seconds()
        if best is None or tried[peer.using] < tried[best.using]:
            best = peer
    best.tried = tried
    return best


# --- qulacs

def qulacs_gate(name, qubits, angle):
    if name == "cx":
        return qulacs.gate.CNOT(*qubits)
    made = getattr(qulacs.gate, name[-2:].upper())(qubits[-1], -angle)
    if name[0] == "c":
        made = qulacs.gate.to_matrix_gate(made)
        made.add_control_qubit(qubits[0], 1)
    return made


def qulacs_circuit(n_qubits, gates):
    circuit = qulacs.QuantumCircuit(n_qubits)
    for gate in gates:
        circuit.add_gate(qulacs_gate(*gate))
    return circuit


def qulacs_state(n_qubits, gates, block):
    """block: qubits of a fused gate; 0: its light optimiser. Fusing is done before."""
    circuit, state = qulacs_circuit(n_qubits, gates), qulacs.QuantumState(n_qubits)
    if block:
        QuantumCircuitOptimizer().optimize(circuit, block)
    else:
        QuantumCircuitOptimizer().optimize_light(circuit)

    def seconds():
        state.set_zero_state()
        return timed(circuit.update_quantum_state, state)

    return Peer("qulacs", f"{qulacs_version()}, {THREADS} threads, fused before by "
                f"{f'optimize({block})' if block else 'optimize_light'}", seconds,
                lambda: [state.get_amplitude(0), state.get_amplitude(1)])


def qulacs_density(n_qubits, gamma):
    """Mean over the qubits."""
    state = qulacs.DensityMatrix(n_qubits)
    channels = [qulacs.gate.AmplitudeDampingNoise(q, gamma) for q in range(n_qubits)]

    def seconds():
        return sum(timed(c.update_quantum_state, state) for c in channels) / n_qubits

    return Peer("qulacs", f"{qulacs_version()}, {THREADS} threads, DensityMatrix", seconds)


def qulacs_damped(gates, gamma):
    """Probabilities of one qubit; "damp" among the gates is the channel."""
    state = qulacs.DensityMatrix(1)
    for name, qubits, angle in gates:
        made = (qulacs.gate.AmplitudeDampingNoise(0, gamma) if name == "damp" else
                qulacs_gate(name, qubits, angle))
        made.update_quantum_state(state)
    return list(numpy.diag(state.get_matrix()).real)


def qulacs_gradient(n_qubits, gates, terms):
    circuit = qulacs.ParametricQuantumCircuit(n_qubits)
    for name, qubits, angle in gates:
        if name == "cx":
            circuit.add_CNOT_gate(*qubits)
        else:
            getattr(circuit, f"add_parametric_{name.upper()}_gate")(qubits[0], -angle)
    observable = qulacs.Observable(n_qubits)
    for factor, letters in terms:
        observable.add_operator(factor, " ".join(f"{letter} {q}" for letter, q in letters))
    last = []

    def seconds():
        start = time.perf_counter()
        last[:] = circuit.backprop(observable)
        return time.perf_counter() - start

    def answer():
        state = qulacs.QuantumState(n_qubits)
        circuit.update_quantum_state(state)
        return [observable.get_expectation_value(state), numpy.linalg.norm(last)]

    return Peer("qulacs", f"{qulacs_version()}, {THREADS} threads, backprop", seconds, answer)


def qulacs_pair(gates, n_loops):
    """A register set to |00> and the circuit run, in a loop; the same without Python's calls is
    the circuit behind itself as one."""
    n_behind = 1000
    circuit, state = qulacs_circuit(2, gates), qulacs.QuantumState(2)
    behind, other = qulacs_circuit(2, gates * n_behind), qulacs.QuantumState(2)

    def loop():
        clear, run = state.set_zero_state, circuit.update_quantum_state
        for _ in range(n_loops):
            clear()
            run(state)

    def without_python():
        return timed(behind.update_quantum_state, other) / n_behind

    return Peer("qulacs", f"{qulacs_version()}, a loop in Python, the angles of all circuits equal",
                lambda: timed(loop) / n_loops, lambda: list(abs(state.get_vector()) ** 2),
                more={"peer_without_python": without_python})


# --- qsim

QSIM_TIME = re.compile(r"^(?:fuse |simu )?time is ([\d.e+-]+)", re.M)


def qsim_options(n_qubits, gates, n_fused, verbosity):
    wires = cirq.LineQubit.range(n_qubits)
    circuit = cirq.Circuit()
    for name, qubits, angle in gates:
        on = [wires[q] for q in qubits]
        made = cirq.X(on[-1]) if name == "cx" else getattr(cirq, name[-2:])(angle)(on[-1])
        circuit.append(made.controlled_by(on[0]) if name == "crx" else
                       cirq.CNOT(*on) if name == "cx" else made)
    translated, _ = qsimcirq.QSimCircuit(circuit).translate_cirq_to_qsim(
        cirq.QubitOrder.explicit(wires))
    wanted = [f"{i:0{n_qubits}b}" for i in range(4)]
    options = qsimcirq.QSimOptions(max_fused_gate_size=n_fused, cpu_threads=THREADS,
                                   verbosity=verbosity).as_dict()
    return options | {"c": translated, "i": "\n".join(wanted), "s": 1}


def told_by_qsim(work):
    """What work() returns and the seconds that qsim tells: fusing and running, no allocation."""
    sys.stdout.flush()
    kept = os.dup(1)
    with tempfile.TemporaryFile("w+") as told:
        os.dup2(told.fileno(), 1)
        try:
            out = work()
        finally:
            os.dup2(kept, 1)
            os.close(kept)
        told.seek(0)
        return out, sum(map(float, QSIM_TIME.findall(told.read())))


def qsim_state(n_qubits, gates, n_fused):
    options, last = qsim_options(n_qubits, gates, n_fused, verbosity=2), []

    def seconds():
        last[:], told = told_by_qsim(lambda: qsimcirq.qsim.qsim_simulate(options))
        return told

    return Peer("qsim", f"{version('qsimcirq')} ({qsimcirq.qsim.__name__.split('.')[-1]}), "
                f"{THREADS} threads, max_fused_gate_size {n_fused}, by its own clock", seconds,
                lambda: last[:2])


def qsim_pair(gates, n_loops):
    options = qsim_options(2, gates, 2, verbosity=0) | {"t": 1}
    behind = qsim_options(2, gates * 1000, 2, verbosity=2) | {"t": 1}
    last = []

    def loop():
        run = qsimcirq.qsim.qsim_simulate
        for _ in range(n_loops - 1):
            run(options)
        last[:] = run(options)

    def without_python():
        return told_by_qsim(lambda: qsimcirq.qsim.qsim_simulate(behind))[1] / 1000

    return Peer("qsim", f"{version('qsimcirq')}, a loop in Python, the angles of all circuits "
                "equal", lambda: timed(loop) / n_loops,
                lambda: [abs(a) ** 2 for a in last],
                more={"peer_without_python": without_python})


# --- Qiskit Aer

def aer_run(simulator, circuit):
    result = simulator.run(circuit, shots=1).result()
    if not result.success:
        sys.exit(f"Aer: {result.status}")
    return result


def aer_state(n_qubits, gates, precision, n_fused):
    circuit, last = qiskit.QuantumCircuit(n_qubits), []
    for name, qubits, angle in gates:
        getattr(circuit, name)(*(() if angle is None else (angle,)), *qubits)
    circuit.save_amplitudes([0, 1])
    simulator = AerSimulator(method="statevector", precision=precision, fusion_enable=True,
                             fusion_max_qubit=n_fused, max_parallel_threads=THREADS)

    def seconds():
        result = aer_run(simulator, circuit)
        last[:] = result.data(0)["amplitudes"]
        return result.results[0].time_taken

    return Peer("aer", f"{version('qiskit-aer')}, statevector, {precision}, {THREADS} threads, "
                f"fusion_max_qubit {n_fused}, by its own clock", seconds, lambda: list(last))


def aer_damped(gates, gamma):
    circuit = qiskit.QuantumCircuit(1)
    for name, qubits, angle in gates:
        if name == "damp":
            circuit.append(amplitude_damping_error(gamma).to_instruction(), qubits)
        else:
            getattr(circuit, name)(angle, *qubits)
    circuit.save_probabilities()
    return list(aer_run(AerSimulator(method="density_matrix"), circuit).data(0)["probabilities"])


def aer_density(n_qubits, gamma):
    """The channel on each qubit in one circuit, so that its beginning is shared out; less that of
    a circuit without channels."""
    circuits = []
    for channels in (1, 0):
        circuit = qiskit.QuantumCircuit(n_qubits)
        for q in range(n_qubits * channels):
            circuit.append(amplitude_damping_error(gamma).to_instruction(), [q])
        circuit.save_probabilities([0])
        circuits.append(circuit)
    simulator = AerSimulator(method="density_matrix", max_parallel_threads=THREADS,
                             enable_truncation=False)  # of qubits that no outcome depends on

    def seconds():
        with_channels, without = [aer_run(simulator, c).results[0].time_taken for c in circuits]
        return (with_channels - without) / n_qubits

    return Peer("aer", f"{version('qiskit-aer')}, density_matrix, {THREADS} threads, its own "
                "fusion, by its own clock less that of the empty circuit", seconds)


# --- PennyLane lightning

def lightning_operations(gates, is_fused):
    """is_fused: rx, ry, rz of a qubit as one rotation, as PennyLane's single_qubit_fusion does."""
    made = {"rx": pennylane.RX, "ry": pennylane.RY, "rz": pennylane.RZ}
    operations = [pennylane.CNOT(list(qubits)) if name == "cx" else made[name](angle, qubits[0])
                  for name, qubits, angle in gates]
    if is_fused:
        script = pennylane.tape.QuantumScript(operations)
        operations = pennylane.transforms.single_qubit_fusion(script)[0][0].operations
    return operations


def lightning_state(n_qubits, gates):
    state = LightningStateVector(n_qubits, dtype=numpy.complex128)
    operations = lightning_operations(gates, is_fused=True)

    def seconds():
        state.reset_state()
        return timed(state.apply_operations, operations)

    def answer():  # its wire 0 is the most significant
        vector = state.state
        return [vector[0], vector[len(vector) // 2]]

    return Peer("lightning", f"{version('pennylane_lightning')}, fused before by "
                "single_qubit_fusion, one thread as it is packaged", seconds, answer)


def lightning_gradient(n_qubits, gates, terms, is_batched):
    letters = {"X": pennylane.X, "Y": pennylane.Y, "Z": pennylane.Z}
    operations = lightning_operations(gates, is_fused=False)
    observable = pennylane.Hamiltonian(
        [factor for factor, _ in terms],
        [letters[a](q) @ letters[b](r) for _, ((a, q), (b, r)) in terms])
    script = pennylane.tape.QuantumScript(operations, [pennylane.expval(observable)])
    script.trainable_params = range(sum(angle is not None for _, _, angle in gates))
    state = LightningStateVector(n_qubits, dtype=numpy.complex128)
    jacobian = LightningAdjointJacobian(state, batch_obs=is_batched)
    last = []

    def work():
        state.reset_state()
        state.apply_operations(operations)
        last[:] = jacobian.calculate_jacobian(script)

    return Peer("lightning", f"{version('pennylane_lightning')}, adjoint, batch_obs {is_batched}",
                lambda: timed(work), lambda: [None, numpy.linalg.norm(last)])
