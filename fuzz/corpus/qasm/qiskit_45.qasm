OPENQASM 3.0;
include "stdgates.inc";
input float[64] phi_1;
input float[64] α;
input float[64] θ;
gate ccz _gate_q_0, _gate_q_1, _gate_q_2 {
  h _gate_q_2;
  ccx _gate_q_0, _gate_q_1, _gate_q_2;
  h _gate_q_2;
}
gate iswap _gate_q_0, _gate_q_1 {
  s _gate_q_0;
  s _gate_q_1;
  h _gate_q_0;
  cx _gate_q_0, _gate_q_1;
  cx _gate_q_1, _gate_q_0;
  h _gate_q_1;
}
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
gate rzx(p0) _gate_q_0, _gate_q_1 {
  h _gate_q_1;
  cx _gate_q_0, _gate_q_1;
  rz(p0) _gate_q_1;
  cx _gate_q_0, _gate_q_1;
  h _gate_q_1;
}
gate r(p0, p1) _gate_q_0 {
  U(p0, -pi/2 + p1, pi/2 - p1) _gate_q_0;
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
qubit[4] q;
uint[8] a;
bool b;
uint[16] w;
a = 69;
b = true;
w = 3;
c[0] = measure q[0];
c[2] = measure q[1];
U(0.011036367079899967 -(phi_1 - θ), 0.1, 0.2) q[2];
while (bool(139 | 108) && a[1]) {
  c[0] = measure q[0];
  h q[2];
  if (c[1]) {
    for int _ in [5:-2:-1] {
      ccz q[3], q[1], q[0];
      iswap q[1], q[3];
      ccz q[0], q[2], q[1];
    }
    while (!(c == 2)) {
      csx q[2], q[0];
      c[0] = measure q[0];
    }
    if (!(uint[8](c) + uint[8](c) >= 252 + a)) {
      ccz q[2], q[1], q[0];
    } else {
      ccx q[0], q[2], q[3];
    }
  } else {
    c[0] = uint[8](meas) - uint[8](meas) >= 15 / a;
    c3ry(0.3) q[0], q[1], q[2], q[3];
    for int _loop_i_62 in [0:3:7] {
      c3ry(0.3) q[0], q[1], q[2], q[3];
      rx(0.1 + 0.25*_loop_i_62) q[0];
      c3ry(0.3) q[0], q[1], q[2], q[3];
    }
  }
  c[0] = measure q[0];
}
while (a[7] && a[0]) {
  xx_plus_yy(-α, 0.3) q[3], q[0];
  h q[1];
  c[0] = measure q[0];
}
meas[1] = measure q[1];
rzx(pi/3) q[3], q[2];
box {
  r(-α, 0.2) q[1];
  delay[0.001s] q[2];
  barrier q[3], q[0], q[2];
}
qft q[0], q[2], q[3];
