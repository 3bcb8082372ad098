// Eight qubits that are all 0 or all 1: a loop, unrolled when the file is read.
OPENQASM 3.0;
include "stdgates.inc";
const int n = 8;
qubit[n] q;
bit[n] c;
h q[0];
for int i in [0:n - 2] {
  cx q[i], q[i + 1];
}
c = measure q;
