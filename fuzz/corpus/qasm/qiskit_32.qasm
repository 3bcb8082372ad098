OPENQASM 3.0;
include "stdgates.inc";
gate mcphase(_gate_p_0) _gate_q_0, _gate_q_1, _gate_q_2 {
  cx _gate_q_0, _gate_q_2;
  rz(-0.075) _gate_q_2;
  cx _gate_q_1, _gate_q_2;
  rz(0.075) _gate_q_2;
  cx _gate_q_0, _gate_q_2;
  rz(-0.075) _gate_q_2;
  cx _gate_q_1, _gate_q_2;
  rz(0.075) _gate_q_2;
  crz(0.15) _gate_q_0, _gate_q_1;
  p(0.075) _gate_q_0;
}
gate ccz _gate_q_0, _gate_q_1, _gate_q_2 {
  h _gate_q_2;
  ccx _gate_q_0, _gate_q_1, _gate_q_2;
  h _gate_q_2;
}
gate sxdg _gate_q_0 {
  s _gate_q_0;
  h _gate_q_0;
  s _gate_q_0;
}
gate c3ry(_gate_p_0) _gate_q_0, _gate_q_1, _gate_q_2, _gate_q_3 {
  cu(0.075, 0, 0, 0) _gate_q_2, _gate_q_3;
  cx _gate_q_2, _gate_q_1;
  cu(-0.075, 0, 0, 0) _gate_q_1, _gate_q_3;
  cx _gate_q_2, _gate_q_1;
  cu(0.075, 0, 0, 0) _gate_q_1, _gate_q_3;
  cx _gate_q_1, _gate_q_0;
  cu(-0.075, 0, 0, 0) _gate_q_0, _gate_q_3;
  cx _gate_q_2, _gate_q_0;
  cu(0.075, 0, 0, 0) _gate_q_0, _gate_q_3;
  cx _gate_q_1, _gate_q_0;
  cu(-0.075, 0, 0, 0) _gate_q_0, _gate_q_3;
  cx _gate_q_2, _gate_q_0;
  cu(0.075, 0, 0, 0) _gate_q_0, _gate_q_3;
}
gate qft _gate_q_0, _gate_q_1, _gate_q_2 {
  h _gate_q_2;
  cp(pi/2) _gate_q_2, _gate_q_1;
  cp(pi/4) _gate_q_2, _gate_q_0;
  h _gate_q_1;
  cp(pi/2) _gate_q_1, _gate_q_0;
  h _gate_q_0;
  swap _gate_q_0, _gate_q_2;
}
gate ecr _gate_q_0, _gate_q_1 {
  s _gate_q_0;
  sx _gate_q_1;
  cx _gate_q_0, _gate_q_1;
  x _gate_q_0;
}
bit[3] c;
bit[2] meas;
qubit[4] q;
uint[8] a;
bool b;
uint[16] w;
a = 19;
b = false;
w = 3;
mcphase(0.3) q[1], q[3], q[0];
ccz q[0], q[2], q[1];
sxdg q[1];
while (!c[0]) {
  c3ry(0.3) q[0], q[1], q[2], q[3];
  ccx q[0], q[3], q[1];
  c[0] = measure q[0];
}
c[0] = measure q[0];
c[2] = measure q[1];
if (!c[1]) {
  while (b && bool(147 - uint[8](c))) {
    h q[3];
    c[0] = measure q[0];
  }
  while (b || b) {
    a = 196 - a >> 1;
    c[0] = measure q[0];
  }
  barrier q[0], q[2], q[1], q[3];
} else {
  delay[0.001us] q[1];
}
c[0] = measure q[2];
while (!c[0]) {
  b = !(bool(a + uint[8](meas)) || b);
  qft q[0], q[2], q[3];
  for int _ in [0:2] {
    c[1] = measure q[2];
    ecr q[1], q[0];
  }
  c[0] = measure q[0];
}
