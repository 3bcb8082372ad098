OPENQASM 3.0;
include "stdgates.inc";
gate cs _gate_q_0, _gate_q_1 {
  t _gate_q_0;
  cx _gate_q_0, _gate_q_1;
  tdg _gate_q_1;
  cx _gate_q_0, _gate_q_1;
  t _gate_q_1;
}
gate csx _gate_q_0, _gate_q_1 {
  h _gate_q_1;
  cs _gate_q_0, _gate_q_1;
  h _gate_q_1;
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
gate rccx _gate_q_0, _gate_q_1, _gate_q_2 {
  h _gate_q_2;
  t _gate_q_2;
  cx _gate_q_1, _gate_q_2;
  tdg _gate_q_2;
  cx _gate_q_0, _gate_q_2;
  t _gate_q_2;
  cx _gate_q_1, _gate_q_2;
  tdg _gate_q_2;
  h _gate_q_2;
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
bit[3] c;
bit[2] meas;
int switch_dummy;
qubit[4] q;
uint[8] a;
bool b;
uint[16] w;
a = 82;
b = false;
w = 3;
c[0] = measure q[0];
while (!c[0]) {
  barrier q[0], q[3];
  c[0] = measure q[0];
  c[0] = measure q[0];
}
csx q[3], q[0];
switch_dummy = a;
switch (switch_dummy) {
  case 0 {
    box {
      barrier q[2], q[1];
    }
  }
  case 1, 3 {
    reset q[2];
  }
  default {
    csx q[1], q[3];
    c3ry(0.3) q[0], q[1], q[2], q[3];
    barrier q[2], q[1], q[0], q[3];
  }
}
a = ~uint[8](c) | uint[8](meas) >> 2;
if (!c[1]) {
  reset q[1];
}
csx q[3], q[1];
if (c[1]) {
  meas[1] = measure q[3];
  if (c == 1) {
    c[0] = measure q[0];
    c[2] = measure q[1];
    a = ~uint[8](meas) - (uint[8](meas) - uint[8](c));
  } else {
    c[1] = measure q[0];
    rccx q[2], q[0], q[3];
  }
  qft q[3], q[1], q[2];
}
