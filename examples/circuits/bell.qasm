// A Bell pair: both bits are the same, 0 or 1 with probability 1/2.
OPENQASM 3.0;
include "stdgates.inc";
qubit[2] q;
bit[2] c;
h q[0];
cx q[0], q[1];
c = measure q;
