#!/usr/bin/env python3
"""The same networks trained by PyTorch and snnTorch as by us: the same data, sizes, encoding, loss,
optimiser, schedule and epochs, which are read from models/NAME.yaml. The number of a row is
theirs - ours in points of test accuracy, the mean over the seeds; the bar is 0.3.

networks.py [NAME ...] [--seeds 3] [--epochs N] [--limit N] [--threads N] [--prepare]

NAME: ann, cnn, snn, scnn; all without a name. Each network has a row of bench_accuracy
(NAME-mnist-EPOCHS), whose trainings are ours. A training that was done is not done again, and one
that was stopped goes on after its last whole epoch (build/networks). --epochs and --limit are for
trials: no bar is held to them, and ours are then trained by spiqe train.

PyTorch comes from the environment of bench/peers/environment.py, build/networks-venv. --prepare
makes it and trains nothing. Leaves with 0, with 1 when a goal is missed, or with 77 when the
packages cannot be installed, as without network.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "peers"))
import environment

if __name__ == "__main__":
    sys.exit(environment.run("networks", "train.py", __doc__))
