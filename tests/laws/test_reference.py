"""docs/reference is what scripts/reference.py makes of the headers of today."""
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(os.environ.get("SPIQE_SOURCE_DIR", "."))

if __name__ == "__main__":
    script = ROOT / "scripts/reference.py"
    sys.exit(subprocess.run([sys.executable, "-B", str(script), "--check"]).returncode)
