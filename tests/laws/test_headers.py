"""Each public header compiles alone, as C11 and as C++17, without a warning; spiqe.h has all."""
import os
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("SPIQE_SOURCE_DIR", "."))
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-fsyntax-only", f"-I{ROOT / 'include'}"]


def compilers():
    c = os.environ.get("SPIQE_CC", "cc")
    cxx = next(filter(shutil.which, ("c++", "g++", "clang++")), "c++")
    return [[c, "-std=c11", "-x", "c"], [cxx, "-std=c++17", "-x", "c++"]]


def main():
    headers = sorted((ROOT / "include/spiqe").glob("*.h"))
    faults = []
    for header in headers:
        text = f'#include "spiqe/{header.name}"\n'
        for compiler in compilers():
            result = subprocess.run([*compiler, *STRICT, "-"], input=text, text=True,
                                    capture_output=True)
            if result.returncode:
                faults.append(f"{header.name} alone, {compiler[0]} {compiler[1]}:\n{result.stderr}")
    whole = ROOT / "include/spiqe/spiqe.h"
    if whole.exists():
        faults += [f"spiqe.h does not include {header.name}" for header in headers
                   if header != whole and f'"spiqe/{header.name}"' not in whole.read_text()]
    print("\n".join(faults))
    return 1 if faults or not headers else 0


if __name__ == "__main__":
    sys.exit(main())
