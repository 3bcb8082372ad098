"""The Python package `safetensors` reads what spiqe writes, and spiqe reads what it writes.

The package comes from PyPI into a virtual environment in the build folder; where there is no
network the test is skipped (77). The other side is the test program checkpoint_safetensors.
"""
import os
import pathlib
import subprocess
import sys
import tempfile

BUILD = pathlib.Path(os.environ.get("SPIQE_BUILD_DIR", "build/dev"))
VENV = BUILD / "interop"
YAML = 'name: "q"\n\tpath: C:\\x\n# \u00e9 \x01\x1f {[,]}\n'


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(77)


def in_environment():
    """Run this file again with the packages; made once, and marked when complete."""
    python = VENV / "bin" / "python"
    mark = VENV / "complete"
    if not mark.exists():
        commands = [[sys.executable, "-m", "venv", str(VENV)],
                    [str(python), "-m", "pip", "install", "--quiet", "--timeout", "15", "--retries",
                     "1", "--disable-pip-version-check", "numpy", "safetensors"]]
        for command in commands:
            result = subprocess.run(command, capture_output=True, text=True)
            if result.returncode:
                lines = (result.stderr + result.stdout).strip().splitlines() or ["no reason given"]
                skip(f"numpy and safetensors cannot be installed: {lines[-1]}")
        mark.touch()
    return subprocess.run([str(python), "-B", __file__, "inside"]).returncode


def check_read(path):
    import numpy as np
    from safetensors import safe_open
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
        found = {name: file.get_tensor(name) for name in file.keys()}
    assert metadata == {"config": YAML, "log": "", "": "no key"}, metadata
    expected = {
        "stage0.weights": np.array([[1.5, -0.0, 3e-42], [1e38, -7.25, 0.1]], "f4"),
        'state "\\\n\u00e9': np.array([0, 127, 255], "u1"),
        "phase": np.array([0.1, -1e-300]),
        "step": np.array(-2**63, "i8"),
        "empty": np.zeros((0, 4), "f4"),
        "order": np.array([[0, 2**32 - 1]], "u4"),
    }
    assert found.keys() == expected.keys(), found.keys()
    for name, value in expected.items():
        assert found[name].dtype == value.dtype and found[name].shape == value.shape, name
        assert found[name].tobytes() == value.tobytes(), name


def write_sample(path):
    import numpy as np
    from safetensors.numpy import save_file
    tensors = {f"of {t}": np.array([1, 0, 1]).astype(t)
               for t in ("f8", "f2", "u1", "u2", "u4", "u8", "i1", "i2", "i4", "?")}
    tensors["grid"] = np.arange(6, dtype="f4").reshape(2, 3) * np.float32(0.5)
    tensors["count"] = np.array(-12345678901, "i8")
    tensors["empty"] = np.zeros((3, 0), "f4")
    save_file(tensors, path, {"note": 'two\nlines, \u00e9 and "quotes"'})


def main():
    program = BUILD / "tests" / "checkpoint_safetensors"
    if not program.exists():
        skip(f"{program} is not built")
    if len(sys.argv) == 1:
        return in_environment()
    with tempfile.TemporaryDirectory() as folder:
        ours, theirs = f"{folder}/ours.safetensors", f"{folder}/theirs.safetensors"
        subprocess.run([program, "write", ours], check=True)
        check_read(ours)
        write_sample(theirs)
        subprocess.run([program, "read", theirs], check=True)
    print("read and written both ways")
    return 0


if __name__ == "__main__":
    sys.exit(main())
