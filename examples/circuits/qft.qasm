// Quantum Fourier transform of |5> on four qubits, by a gate that is defined here.
OPENQASM 3.0;
include "stdgates.inc";
gate fourier a, b, c, d {
  h d;
  cp(pi/2) c, d;
  cp(pi/4) b, d;
  cp(pi/8) a, d;
  h c;
  cp(pi/2) b, c;
  cp(pi/4) a, c;
  h b;
  cp(pi/2) a, b;
  h a;
  swap a, d;
  swap b, c;
}
qubit[4] q;
bit[4] c;
x q[0];
x q[2];
fourier q[0], q[1], q[2], q[3];
inv @ fourier q[0], q[1], q[2], q[3];
c = measure q; // 5: the inverse undoes it
