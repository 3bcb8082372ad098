#!/usr/bin/env python3
"""The same work by other simulators, in turns with ours: qulacs, qsim, Qiskit Aer, PennyLane
lightning. The cases are in bench/peers/compare.py and run in a virtual environment of their own,
build/peers-venv, made once from bench/peers.txt.

peers.py [--only circuit-f64|circuit-f32|density|gradient|pair] [--rounds 5] [--trial] [--prepare]

The wheel of qulacs is compiled without vector instructions. Where the headers of Eigen and Boost
are installed (Debian: libeigen3-dev libboost-dev) its library is compiled here, as its manual
advises, with -march=native; else the wheel is measured, and has no bars. `make bench` without a
name leaves this benchmark out: it installs packages and takes some twenty minutes.

--prepare makes the environment and measures nothing. Leaves with 0, with 1 when a goal is missed,
or with 77 when the packages cannot be installed, as without network.
"""
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tarfile

HERE = pathlib.Path(__file__).resolve().parent
BUILD = HERE.parent / "build"
WANTED = HERE / "peers.txt"
VENV = BUILD / "peers-venv"
PYTHON = VENV / "bin/python"
SOURCE = BUILD / "peers-qulacs"
NATIVE = VENV / "qulacs-is-native"
MOST_SECONDS = 3600
SKIPPED = 77
# What qulacs would fetch while it is compiled, and what is installed instead.
FETCHED = ((r"^# Eigen\n.*?(?=^# Google test)",
            "add_custom_target(eigen)\nfind_package(Eigen3 REQUIRED NO_MODULE)\n"
            "include_directories(SYSTEM ${EIGEN3_INCLUDE_DIR})\n"),
           (r"^# Pybind11\n.*?(?=^##### set warnings)", "find_package(pybind11 CONFIG REQUIRED)\n"))


def call(*command, folder=None):
    """Returns what went wrong, or None."""
    try:
        done = subprocess.run([*map(str, command)], text=True, timeout=MOST_SECONDS, cwd=folder,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return None if done.returncode == 0 else "\n".join(done.stdout.splitlines()[-5:])


def has_headers():
    folders = [pathlib.Path("/usr/include"), pathlib.Path("/usr/local/include")]
    return (any((folder / "eigen3/Eigen/Core").exists() for folder in folders) and
            any((folder / "boost/version.hpp").exists() for folder in folders))


def stamp():
    """What the environment is made from: it is made again when that changes."""
    text = WANTED.read_bytes() + sys.version.encode() + str(has_headers()).encode()
    return hashlib.sha256(text + pathlib.Path(__file__).read_bytes()).hexdigest()


def fetch_qulacs():
    """Its sources, with what is fetched replaced by what is installed. Returns what went wrong."""
    wanted = re.search(r"^qulacs==.*$", WANTED.read_text(), re.M)[0]
    shutil.rmtree(SOURCE, ignore_errors=True)
    SOURCE.mkdir(parents=True)
    fault = call(PYTHON, "-m", "pip", "download", "--quiet", "--no-binary", "qulacs", "--no-deps",
                 "--disable-pip-version-check", "--dest", SOURCE, wanted)
    if fault:
        return fault
    with tarfile.open(next(SOURCE.glob("qulacs-*.tar.gz"))) as packed:
        packed.extractall(SOURCE, filter="data")
    lists = next(SOURCE.glob("qulacs-*/CMakeLists.txt"))
    text = lists.read_text()
    for pattern, instead in FETCHED:
        text, n = re.subn(pattern, lambda _: instead, text, flags=re.S | re.M)
        if n != 1:
            return "its CMakeLists.txt is not as expected"
    lists.write_text(text)
    return None


def compile_qulacs():
    """Put a library with this processor's instructions in place of the wheel's."""
    fault = fetch_qulacs()
    if fault:
        return fault
    found = subprocess.run([PYTHON, "-m", "pybind11", "--cmakedir"], text=True,
                           capture_output=True).stdout.strip()
    made = SOURCE / "build"
    fault = call("cmake", "-S", next(SOURCE.glob("qulacs-*/CMakeLists.txt")).parent, "-B", made,
                 "-DCMAKE_BUILD_TYPE=Release", f"-DPYTHON_EXECUTABLE={PYTHON}",
                 f"-Dpybind11_DIR={found}", f"-DCMAKE_RUNTIME_OUTPUT_DIRECTORY={made}/bin")
    fault = fault or call("cmake", "--build", made, "--target", "python", "-j", os.cpu_count())
    if fault:
        return fault
    for library in VENV.glob("lib/python*/site-packages/qulacs_core*.so"):
        shutil.copy(next(made.rglob(library.name)), library)
        NATIVE.touch()
    return None


def make():
    """The environment, unless it is there. Returns what went wrong, or None."""
    mark = VENV / "stamp"
    if mark.exists() and mark.read_text() == stamp():
        return None
    print("peers: installing", ", ".join(WANTED.read_text().split()), "into", VENV, flush=True)
    shutil.rmtree(VENV, ignore_errors=True)
    fault = call(sys.executable, "-m", "venv", VENV)
    fault = fault or call(PYTHON, "-m", "pip", "install", "--quiet", "--retries", 2,
                          "--disable-pip-version-check", "--requirement", WANTED)
    if fault:
        return fault
    if has_headers():
        print("peers: compiling qulacs, some minutes", flush=True)
        fault = compile_qulacs()
        if fault:
            print("peers: qulacs could not be compiled; its wheel is measured:", fault)
    else:
        print("peers: no headers of Eigen and Boost: the wheel of qulacs is measured, without bars")
    mark.write_text(stamp())
    return None


def main():
    if "--help" in sys.argv:
        print(__doc__)
        return 0
    BUILD.mkdir(exist_ok=True)
    fault = make()
    if fault:
        print("peers: skipped, the packages of bench/peers.txt could not be installed:", fault)
        return SKIPPED
    if "--prepare" in sys.argv:
        return 0
    return subprocess.run([PYTHON, "-B", HERE / "peers/compare.py", *sys.argv[1:]]).returncode


if __name__ == "__main__":
    sys.exit(main())
