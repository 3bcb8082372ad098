"""Circuits give the same in Qiskit and Aer. The checks are in qiskit_checks.py and run in a virtual
environment of their own, build/qiskit-venv, which is made once.

Skipped where the packages cannot be installed, as without network; with SPIQE_INTEROP=require that
is a failure.
"""
import fcntl
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILD = pathlib.Path(os.environ.get("SPIQE_SOURCE_DIR", HERE.parent.parent)) / "build"
WANTED = HERE / "requirements.txt"
VENV = BUILD / "qiskit-venv"
PYTHON = VENV / "bin/python"
MOST_SECONDS = 480


def stamp():
    """What the environment is made from: it is made again when that changes."""
    return hashlib.sha256(WANTED.read_bytes() + sys.version.encode()).hexdigest()


def call(*command):
    """Returns what went wrong, or None."""
    try:
        done = subprocess.run([*map(str, command)], text=True, timeout=MOST_SECONDS,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else "\n".join(done.stdout.splitlines()[-5:])


def make():
    """The environment, unless it is there. Returns what went wrong, or None."""
    mark = VENV / "stamp"
    if mark.exists() and mark.read_text() == stamp():
        return None
    shutil.rmtree(VENV, ignore_errors=True)
    fault = call(sys.executable, "-m", "venv", VENV)
    fault = fault or call(PYTHON, "-m", "pip", "install", "--quiet", "--retries", 2,
                          "--disable-pip-version-check", "--requirement", WANTED)
    if fault is None:
        mark.write_text(stamp())
    return fault


def main():
    BUILD.mkdir(parents=True, exist_ok=True)
    with open(BUILD / "qiskit-venv.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the presets share it, and may be tested side by side
        fault = make()
    if fault:
        is_required = os.environ.get("SPIQE_INTEROP") == "require"
        print("failed" if is_required else "skipped", "- Qiskit could not be installed:", fault)
        return 1 if is_required else 77
    return subprocess.run([PYTHON, "-B", HERE / "qiskit_checks.py"]).returncode


if __name__ == "__main__":
    sys.exit(main())
