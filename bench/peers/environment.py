"""A virtual environment with torch and snntorch, made once, and a program of bench/peers run in it.

Python's torch is taken where it is there (Debian: python3-torch libopenblas0-pthread, some hundred
megabytes), else installed into build/networks-venv with the rest of bench/peers/networks.txt, some
gigabytes.
"""
import hashlib
import os
import pathlib
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent.parent / "build"
WANTED = HERE / "networks.txt"
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


def make(name):
    """The environment, unless it is there. Returns what went wrong, or None."""
    python, has_torch = base()
    wanted = WANTED.read_text().split()
    stamp = hashlib.sha256(f"{wanted} {python} {has_torch}".encode()).hexdigest()
    mark = VENV / "stamp"
    if mark.exists() and mark.read_text() == stamp:
        return None
    print(f"{name}: installing", ", ".join(wanted), "into", VENV, flush=True)
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


def run(name, program, text):
    """What bench/NAME.py does: bench/peers/PROGRAM in the environment, with the same arguments.
    text is its help. Returns its exit status, or 77 when the packages cannot be installed."""
    if "--help" in sys.argv:
        print(text)
        return 0
    BUILD.mkdir(exist_ok=True)
    fault = make(name)
    if fault:
        print(f"{name}: skipped, the packages of bench/peers/networks.txt could not be installed:",
              fault)
        return SKIPPED
    if "--prepare" in sys.argv:
        return 0
    # threads that sleep while they wait, as ours do: else two busy programs stop each other
    surroundings = os.environ | {"OMP_WAIT_POLICY": "passive"}
    return subprocess.run([PYTHON, "-B", HERE / program, *sys.argv[1:]],
                          env=surroundings).returncode
