#!/usr/bin/env python3
"""An epoch of the QLIF networks by the rules that were published with them, written in PyTorch,
against ours: the same layers, steps and number of samples, theirs in batches of 200, as published.

published.py [NAME ...] [--rounds 3] [--batches 2] [--trial] [--prepare]

NAME: qsnn (784-1000-10, 25 steps), qscnn (12C5-MP2-64C5-MP2-10, 50 steps), qscnn-fast (8 steps);
all without a name. The stand-in (bench/peers/published.py) runs the rules of docs/models.md, `leak:
published`, `gradient: published`, as the authors' program is made: a loop over the steps, both
planes of each synapse at each step, an autograd function for the neuron. Its time does not depend
on the data, so pictures are drawn. With one thread and with two, the better counts, as its authors'
own is faster on one. Each round is theirs, then ours on two threads (bench_epoch). A row is the
median of the ratios of the rounds.

PyTorch comes from the environment of bench/peers/environment.py, build/networks-venv. --prepare
makes it and measures nothing. Leaves with 0, with 1 when a goal is missed, or with 77 when the
packages cannot be installed, as without network.
"""
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "peers"))
import environment

if __name__ == "__main__":
    sys.exit(environment.run("published", "published.py", __doc__))
