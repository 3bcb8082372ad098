OPENQASM 2.0;
include "qelib1.inc";
qreg q[4]; creg c[4]; creg for[2];
gate foo(a,b) x,y,z { rz(a^2/b) x; cx x,y; barrier x,y; rccx x,y,z; }
foo(2,-3) q[0],q[1],q[2];
h q; cx q[0],q[1];
u3(pi/2,-pi/4,sin(pi/2)) q[2];
u0(1) q[1]; c3x q[0],q[1],q[2],q[3];
if(for==2) measure q -> c;
