#!/usr/bin/env python3
"""The same networks trained by PyTorch and snnTorch as by us: the same data, sizes, encoding, loss,
optimiser, schedule and epochs, which are read from models/NAME.yaml. The number of a row is
theirs - ours in points of test accuracy, the mean over the seeds; the bar is 0.3.

networks.py [NAME ...] [--seeds 3] [--epochs N] [--limit N] [--threads N] [--prepare]

NAME: ann, cnn, snn, scnn; all without a name. Each network has a row of bench_accuracy
(NAME-mnist-EPOCHS), whose trainings are ours. A training that was done is not done again, and one
that was stopped goes on after its last whole epoch (build/networks). --epochs and --limit are for
trials: no bar is held to them, and ours are then trained by spiqe train.

Python's torch is taken where it is there (Debian: python3-torch libopenblas0-pthread, some hundred
megabytes), else installed into build/networks-venv with the rest of bench/peers/networks.txt, some
gigabytes. --prepare makes the environment and trains nothing. Leaves with 0, with 1 when a goal is
missed, or with 77 when the packages cannot be installed, as without network.
"""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent / "build"
WANTED = HERE / "peers/networks.txt"
VENV = BUILD / "networks-venv"
PYTHON = VENV / "bin/python"
MOST_SECONDS = 3600
SKIPPED = 77


def call(*command):
    """Returns what went wrong, or None."""
    try:
        done = subprocess.run([*map(str, command)], text=True, timeout=MOST_SECONDS,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else "\n".join(done.stdout.splitlines()[-5:])


def base():
    """The first Python that has torch, and whether one has."""
    for python in (sys.executable, "/usr/bin/python3"):
        if not call(python, "-c", "import torch"):
            return python, True
    return sys.executable, False


def make():
    """The environment, unless it is there. Returns what went wrong, or None."""
    python, has_torch = base()
    wanted = WANTED.read_text().split()
    stamp = hashlib.sha256(f"{wanted} {python} {has_torch}".encode()).hexdigest()
    mark = VENV / "stamp"
    if mark.exists() and mark.read_text() == stamp:
        return None
    print("networks: installing", ", ".join(wanted), "into", VENV, flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    fault = call(python, "-m", "venv", *["--system-site-packages"] * has_torch, VENV)
    for package in wanted:
        if has_torch and package.startswith("torch"):
            continue
        # snntorch asks for packages that only its parts for other hardware need
        fault = fault or call(PYTHON, "-m", "pip", "install", "--quiet", "--retries", 2,
                              "--disable-pip-version-check",
                              *["--no-deps"] * package.startswith("snntorch"), package)
    fault = fault or call(PYTHON, "-c", "import snntorch")
    if not fault:
        mark.write_text(stamp)
    return fault


def main():
    if "--help" in sys.argv:
        print(__doc__)
        return 0
    BUILD.mkdir(exist_ok=True)
    fault = make()
    if fault:
        print("networks: skipped, the packages of bench/peers/networks.txt could not be installed:",
              fault)
        return SKIPPED
    if "--prepare" in sys.argv:
        return 0
    # threads that sleep while they wait, as ours do: else two busy programs stop each other
    environment = os.environ | {"OMP_WAIT_POLICY": "passive"}
    return subprocess.run([PYTHON, "-B", HERE / "peers/train.py", *sys.argv[1:]],
                          env=environment).returncode


if __name__ == "__main__":
    sys.exit(main())
