// Two layers of a hardware-efficient ansatz. Its angles are inputs: values are given when it runs,
// and gradients are taken with respect to them.
OPENQASM 3.0;
include "stdgates.inc";
input float[64] theta_0;
input float[64] theta_1;
input float[64] theta_2;
input float[64] theta_3;
input float[64] scale;
qubit[4] q;
ry(theta_0) q[0];
ry(theta_1) q[1];
ry(theta_2) q[2];
ry(theta_3) q[3];
cz q[0], q[1];
cz q[2], q[3];
cz q[1], q[2];
rz(2*theta_0 + pi/4) q[0];
rz(theta_1 - theta_2) q[1];
crx(scale/2) q[2], q[3];
