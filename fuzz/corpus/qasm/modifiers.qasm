include "stdgates.inc";
input float t;
qubit[5] q; bit[4] c;
ctrl @ inv @ pow(2) @ s q[0], q[1];
pow(0.5) @ x q[0];
negctrl(2) @ ctrl @ rx(t/2) q[0], q[1], q[2], q[3];
inv @ u2(t, 0.1) q[2];
gate g(a) p, r { h p; rx(a) r; cx p, r; gphase(a/2); }
inv @ g(t) q[0], q[1];
ctrl @ pow(-2) @ g(2*t) q[4], q[0], q[1];
ctrl @ gphase(pi) q[0];
let a = q[0:2] ++ q[4];
h a; h q[{0, 2}]; cx a[0:1], q[3:4];
barrier q; barrier;
c[0:1] = measure q[0:1];
for int i in [4:-2:0] { if (i == 2) { x q[i]; } else y q[i]; }
bit[2] z = "10";
const int n = 3; uint[n] k = 5; k += c[0:1] * 2; k <<= 1;
float half = t/2; rz(half + t) q[0];
