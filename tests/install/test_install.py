"""What is installed can be used: a small program builds by find_package and by pkg-config and runs,
against the static library of this build and against a shared one; the shared one, the installed
program and the descriptions are where they belong, in a folder that was moved after installing."""
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(os.environ["SPIQE_SOURCE_DIR"])
BUILD = pathlib.Path(os.environ["SPIQE_BUILD_DIR"])
CMAKE = os.environ.get("SPIQE_CMAKE", "cmake")
CC = os.environ.get("SPIQE_CC", "cc")
CONSUMER = ROOT / "tests/install/consumer"


def run(*command, **more):
    words = [str(word) for word in command]
    result = subprocess.run(words, text=True, capture_output=True, **more)
    if result.returncode:
        sys.exit(f"{shlex.join(words)}\n{result.stdout}{result.stderr}")
    return result.stdout


def build_shared():
    """A shared library without optimisation or sanitizers, kept for the next run."""
    folder = BUILD / "shared"
    run(CMAKE, "-S", ROOT, "-B", folder, "-G", "Ninja", "-DBUILD_SHARED_LIBS=ON",
        "-DCMAKE_BUILD_TYPE=Debug", "-DSPIQE_TESTS=OFF", "-DSPIQE_BENCH=OFF",
        f"-DCMAKE_C_COMPILER={CC}")
    run(CMAKE, "--build", folder)
    return folder


def by_find_package(prefix, work, flags):
    run(CMAKE, "-S", CONSUMER, "-B", work, "-G", "Ninja", f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DCMAKE_C_COMPILER={CC}", f"-DCMAKE_C_FLAGS={flags}")
    run(CMAKE, "--build", work)
    return work / "consumer"


def by_pkg_config(prefix, work, flags):
    found = next(prefix.rglob("spiqe.pc")).parent
    path = {**os.environ, "PKG_CONFIG_PATH": str(found)}
    options = shlex.split(run("pkg-config", "--cflags", "--libs", "spiqe", env=path))
    program = work / "by_pkg_config"
    run(CC, *flags.split(), CONSUMER / "main.c", "-o", program, *options)
    return program


def check(build, flags, temporary):
    installed, prefix = temporary / "installed", temporary / "moved"
    run(CMAKE, "--install", build, "--prefix", installed)
    installed.rename(prefix)
    library = next(prefix.rglob("libspiqe.*")).parent
    say = {**os.environ, "LD_LIBRARY_PATH": str(library)}
    for make in by_find_package, by_pkg_config:
        (temporary / make.__name__).mkdir()
        program = make(prefix, temporary / make.__name__, flags)
        if not run(program, env=say).startswith("spiqe 0."):
            sys.exit(f"{make.__name__}: the program does not say its version")
    if (BUILD / "spiqe").exists():
        run(prefix / "bin/spiqe", "info")  # finds the shared library by itself
    for description in (ROOT / "models").glob("*.yaml"):
        if not (prefix / "share/spiqe/models" / description.name).exists():
            sys.exit(f"{description.name} is not installed")


def main():
    sanitize = os.environ.get("SPIQE_SANITIZE")
    for build, flags in ((BUILD, f"-fsanitize={sanitize}" if sanitize else ""),
                         (build_shared(), "")):
        temporary = pathlib.Path(tempfile.mkdtemp(prefix="spiqe-install-"))
        try:
            check(build, flags, temporary)
        finally:
            shutil.rmtree(temporary)
    return 0


if __name__ == "__main__":
    sys.exit(main())
