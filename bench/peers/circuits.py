"""The circuits of bench_state, bench_gradient and bench_lanes as lists of (name, qubits, angle);
a controlled gate has its control first."""
import math

LAYERS = 10


def ring(n_qubits, angles):
    """10 layers of rx, ry, rz on every qubit and a ring of cx; angles: an iterator."""
    gates = []
    for _ in range(LAYERS):
        for q in range(n_qubits):
            gates += [(name, (q,), next(angles)) for name in ("rx", "ry", "rz")]
        gates += [("cx", (q, (q + 1) % n_qubits), None) for q in range(n_qubits)]
    return gates


def state_ring(n_qubits):
    return ring(n_qubits, (0.1 + layer + 0.37 * q + 0.2 * i for layer in range(LAYERS)
                           for q in range(n_qubits) for i in range(3)))


def gradient_ring(n_qubits):
    return ring(n_qubits, (2 * math.sin(1 + 0.7 * i) for i in range(3 * n_qubits * LAYERS)))


def observable(n_qubits):
    """(factor, ((letter, qubit), (letter, qubit))), as many terms as qubits."""
    return [(float(f"{0.1 + 0.05 * q:.2f}"),
             (("XYZ"[q % 3], q), ("ZXY"[q // 2 % 3], (q + 3) % n_qubits))) for q in range(n_qubits)]


def pair(angles):
    return [("rx", (0,), angles[0]), ("ry", (1,), angles[1]), ("crx", (1, 0), angles[2]),
            ("ry", (0,), angles[3])]
