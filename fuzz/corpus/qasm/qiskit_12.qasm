OPENQASM 3.0;
include "stdgates.inc";
input float[64] phi_1;
input float[64] θ;
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
gate rzz(p0) _gate_q_0, _gate_q_1 {
  cx _gate_q_0, _gate_q_1;
  rz(p0) _gate_q_1;
  cx _gate_q_0, _gate_q_1;
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
gate rzx(p0) _gate_q_0, _gate_q_1 {
  h _gate_q_1;
  cx _gate_q_0, _gate_q_1;
  rz(p0) _gate_q_1;
  cx _gate_q_0, _gate_q_1;
  h _gate_q_1;
}
bit[3] c;
bit[2] meas;
int switch_dummy;
qubit[4] q;
uint[8] a;
bool b;
uint[16] w;
a = 121;
b = true;
w = 3;
c[0] = !(a[0] || c == 7);
ccz q[3], q[2], q[0];
sxdg q[3];
rzz(0.7978760215819133 -(phi_1 - θ)) q[1], q[0];
qft q[0], q[2], q[3];
switch_dummy = c;
switch (switch_dummy) {
  case 0 {
    meas[1] = measure q[1];
    mcphase(0.3) q[1], q[2], q[0];
    while (~uint[8](meas) != uint[8](meas) << 0) {
      if (c == 4) {
        cu(0.1, 0.2, -1.9809784749166717, 0.4) q[3], q[2];
        h q[1];
      } else {
        ccx q[1], q[2], q[0];
        rccx q[2], q[0], q[1];
      }
      sxdg q[0];
      ccx q[3], q[1], q[2];
      c[0] = measure q[0];
    }
  }
  case 1, 3 {
    for int _loop_i_12 in [0:2] {
      rzx(0.011253061295922961) q[0], q[1];
      delay[160dt] q[0];
      box {
        rzx(0.1 + 0.25*_loop_i_12) q[2], q[3];
        ccx q[3], q[1], q[2];
        mcphase(0.3) q[0], q[1], q[2];
      }
    }
    b = !bool(a - a) || c[2] && c == 6;
  }
  default {
    meas[1] = measure q[0];
  }
}
barrier q[0], q[1], q[2];
barrier q[1], q[2], q[3], q[0];
