// Teleportation (Bennett et al. 1993): the state of `message` moves to `bob`, who corrects it by two
// bits that were measured. Undoing the preparation at bob's side gives 0 every time.
OPENQASM 3.0;
include "stdgates.inc";
qubit message;
qubit alice;
qubit bob;
bit[2] sent;
bit check;
ry(1.2) message;
rz(0.4) message;
h alice;
cx alice, bob;
cx message, alice;
h message;
sent[0] = measure message;
sent[1] = measure alice;
if (sent[1]) x bob;
if (sent[0]) z bob;
rz(-0.4) bob;
ry(-1.2) bob;
check = measure bob;
