// Is the sum of two coins odd? Qubit 2 becomes their XOR: 0 and 1 with probability 1/2 each.
OPENQASM 3.0;
include "stdgates.inc";
qubit[3] q;
bit c;
h q[0];
h q[1];
cx q[0], q[2];
cx q[1], q[2];
c = measure q[2];
