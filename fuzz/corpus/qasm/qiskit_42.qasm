OPENQASM 3.0;
include "stdgates.inc";
input float[64] phi_1;
input float[64] θ;
gate ccx_o2 _gate_q_0, _gate_q_1, _gate_q_2 {
  x _gate_q_0;
  ccx _gate_q_0, _gate_q_1, _gate_q_2;
  x _gate_q_0;
}
gate rzx(p0) _gate_q_0, _gate_q_1 {
  h _gate_q_1;
  cx _gate_q_0, _gate_q_1;
  rz(p0) _gate_q_1;
  cx _gate_q_0, _gate_q_1;
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
gate sxdg _gate_q_0 {
  s _gate_q_0;
  h _gate_q_0;
  s _gate_q_0;
}
gate xx_plus_yy(p0, p1) _gate_q_0, _gate_q_1 {
  rz(p1) _gate_q_0;
  sdg _gate_q_1;
  sx _gate_q_1;
  s _gate_q_1;
  s _gate_q_0;
  cx _gate_q_1, _gate_q_0;
  ry((-0.5)*p0) _gate_q_1;
  ry((-0.5)*p0) _gate_q_0;
  cx _gate_q_1, _gate_q_0;
  sdg _gate_q_0;
  sdg _gate_q_1;
  sxdg _gate_q_1;
  s _gate_q_1;
  rz(-p1) _gate_q_0;
}
gate rzz(p0) _gate_q_0, _gate_q_1 {
  cx _gate_q_0, _gate_q_1;
  rz(p0) _gate_q_1;
  cx _gate_q_0, _gate_q_1;
}
bit[3] c;
bit[2] meas;
qubit[4] q;
uint[8] a;
bool b;
uint[16] w;
a = 163;
b = false;
w = 3;
cp(2*θ + phi_1/3 - 1) q[2], q[0];
c[0] = (a & 119) < a >> 1 && uint[8](c) << 0 <= (uint[8](meas) ^ uint[8](c));
ccx_o2 q[1], q[3], q[0];
delay[160dt] q[0];
if (uint[8](c) >> 2 < ~35 && (c[1] && b)) {
  while (!a[5]) {
    meas[1] = measure q[1];
    c[0] = measure q[0];
  }
} else {
  c[0] = c[1] || a[4] || (c == 0 || c[0]);
  while (!b) {
    for int _ in [5:-2:-1] {
      rzx(2*θ + phi_1/3 - 1) q[3], q[2];
    }
    c[0] = measure q[0];
  }
  if (!(uint[8](c) / 70 == uint[8](meas) >> 0)) {
    while (!c[0]) {
      c3ry(0.3) q[0], q[1], q[2], q[3];
      cu(0.1, 0.2, pi/5, 0.4) q[0], q[2];
      xx_plus_yy(3.630527420168641, 0.3) q[3], q[0];
      c[0] = measure q[0];
    }
  }
}
if (!bool(~78) && !c[2]) {
  for int _ in [5:-2:-1] {
    rzz(pi/2) q[2], q[1];
  }
  if (c == 2) {
    c[0] = !bool(~uint[8](meas)) || (bool(uint[8](c) + uint[8](meas)) || c == 7);
  }
  c[0] = measure q[0];
  c[2] = measure q[1];
} else {
  rx(-3.4320553119277397) q[1];
}
xx_plus_yy(pi/4, 0.3) q[0], q[1];
a = (uint[8](meas) ^ 242) >> 3;
