OPENQASM 3.0;
include "stdgates.inc";
input float[64] phi_1;
input float[64] α;
input float[64] θ;
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
gate iswap _gate_q_0, _gate_q_1 {
  s _gate_q_0;
  s _gate_q_1;
  h _gate_q_0;
  cx _gate_q_0, _gate_q_1;
  cx _gate_q_1, _gate_q_0;
  h _gate_q_1;
}
gate rzz(p0) _gate_q_0, _gate_q_1 {
  cx _gate_q_0, _gate_q_1;
  rz(p0) _gate_q_1;
  cx _gate_q_0, _gate_q_1;
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
gate ccx_o1 _gate_q_0, _gate_q_1, _gate_q_2 {
  x _gate_q_1;
  ccx _gate_q_0, _gate_q_1, _gate_q_2;
  x _gate_q_1;
}
bit[3] c;
bit[2] meas;
int switch_dummy;
qubit[4] q;
uint[8] a;
bool b;
uint[16] w;
a = 199;
b = true;
w = 3;
for int _ in [5:4] {
  c[0] = measure q[2];
  if (c[1]) {
    mcphase(0.3) q[3], q[0], q[2];
  }
}
c[0] = measure q[0];
if (!(bool(uint[8](c) + uint[8](c)) || bool(uint[8](c) - a))) {
  ccx q[3], q[2], q[1];
  if (!(bool(a | a) || a[0])) {
    U(-1.0427685439512064, 0.1, 0.2) q[2];
    reset q[3];
    reset q[2];
  } else {
    if (51 * uint[8](meas) <= (uint[8](meas) ^ a)) {
      h q[3];
    }
    while (!c[0]) {
      h q[3];
      c3ry(0.3) q[0], q[1], q[2], q[3];
      mcphase(0.3) q[3], q[1], q[0];
      c[0] = measure q[0];
    }
    c[0] = !b || (uint[8](meas) & uint[8](c)) <= 211 / a;
  }
}
while (!c[0]) {
  cp(-α) q[3], q[1];
  ccx q[1], q[3], q[2];
  switch_dummy = c;
  switch (switch_dummy) {
    case 0 {
      barrier q[1];
      for int _loop_i_23 in [5:-2:-1] {
        iswap q[2], q[1];
        rzz(0.7458381088268029 -(phi_1 - θ)) q[3], q[0];
        U(0.1 + 0.25*_loop_i_23, 0.1, 0.2) q[2];
      }
    }
    case 1, 3 {
      for int _loop_i_24 in [0:2] {
        U(0.1 + 0.25*_loop_i_24, 0.1, 0.2) q[0];
        ccx q[3], q[1], q[2];
      }
      meas[1] = measure q[3];
    }
    default {
      for int _ in {1, 2, 9} {
        xx_plus_yy(0.9897733414242367 -(phi_1 - θ), 0.3) q[2], q[0];
        csx q[3], q[0];
      }
      a = (uint[8](c) | 185) / ~46;
      rzz(-α) q[3], q[2];
    }
  }
  c[0] = measure q[0];
}
delay[0.001ns] q[1];
box {
  rccx q[0], q[3], q[2];
  for int _ in [0:2] {
    delay[0.5us] q[0];
  }
  c[0] = measure q[1];
}
ccx_o1 q[3], q[1], q[0];
if (!((uint[8](c) ^ uint[8](meas)) != a - uint[8](meas))) {
  meas[1] = measure q[1];
  reset q[1];
} else {
  csx q[2], q[3];
  for int _ in [0:3:7] {
    b = ~uint[8](meas) > (uint[8](meas) & 225) || (a[1] || a[0]);
  }
}
