"""Every symbol that the library shows to the linker starts with spiqe_."""
import os
import re
import subprocess
import sys

# The compilers' own: module constructors of the sanitizers, of OpenMP and of coverage.
FOREIGN = re.compile(r"^(spiqe_|__odr_asan|___asan_|_sub_[ID]_|asan\.|__sanitizer|__sancov|\.omp)")


def main():
    library = os.environ.get("SPIQE_LIBRARY")
    if not library:
        return 77
    listing = subprocess.run(["nm", "--extern-only", "--defined-only", library], text=True,
                             capture_output=True, check=True).stdout
    names = [words[2] for words in map(str.split, listing.splitlines()) if len(words) == 3]
    faults = [name for name in names if not FOREIGN.match(name)]
    print("\n".join(f"{name}: does not start with spiqe_" for name in faults))
    return 1 if faults or not names else 0


if __name__ == "__main__":
    sys.exit(main())
