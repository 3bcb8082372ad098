OPENQASM 3.0;
input float x;
gphase(0.25);
gphase(x);
inv @ gphase(x);
