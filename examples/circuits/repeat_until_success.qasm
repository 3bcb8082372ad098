// rz(pi + arccos(3/5)) by measurement (Nielsen and Chuang, exercise 4.41; OpenQASM 3, arXiv
// 2104.14722): when both helpers are 0 it has happened, with probability 5/8; else nothing has, and
// the next turn tries again. Undoing the rotation shows that it was the right one: result is 0.
OPENQASM 3.0;
include "stdgates.inc";
qubit data;
qubit[2] helper;
bit[2] flag = 3;
bit result;
uint[8] turns = 0;
h data;
while (flag != 0) {
  reset helper;
  h helper;
  ccx helper[0], helper[1], data;
  s data;
  ccx helper[0], helper[1], data;
  z data;
  h helper;
  flag = measure helper;
  turns += 1;
}
rz(-(pi + arccos(3/5))) data;
h data;
result = measure data;
