"""What the tests of the command line share: running the program, and files made by hand."""
import gzip
import json
import os
import pathlib
import random
import struct
import subprocess
import sys
import tempfile
import zipfile
import zlib

PROGRAM = str(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else
                           os.environ["SPIQE_PROGRAM"]).resolve())
WORK = pathlib.Path(tempfile.mkdtemp(prefix="spiqe-cli-"))
# Nothing outside the temporary folder is found or written.
ENVIRONMENT = {**os.environ, "XDG_CACHE_HOME": str(WORK / "cache"), "SPIQE_DATA": ""}


def start(*arguments, **more):
    return subprocess.Popen([PROGRAM, *map(str, arguments)], cwd=WORK, env=ENVIRONMENT, text=True,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)


def run(*arguments, code=0, **more):
    """Run to the end; the exit code must be as expected. Returns (stdout, stderr)."""
    process = start(*arguments, **more)
    out, err = process.communicate(timeout=120)
    assert process.returncode == code, f"{arguments}: exit {process.returncode}\n{out}\n{err}"
    if code:
        assert err, f"{arguments}: exit {code} without a message"
        assert out == "", f"{arguments}: failed, but wrote to standard output: {out}"
    return out, err


def run_json(*arguments, **more):
    """The same with --json: standard output is one object on one line."""
    out, _ = run(*arguments, "--json", **more)
    assert out.endswith("\n") and out.count("\n") == 1, out
    value = json.loads(out)
    assert isinstance(value, dict)
    return value


def fails(words, *arguments, code=1, **more):
    """It fails with a message that holds all the words."""
    _, err = run(*arguments, code=code, **more)
    for word in words:
        assert word in err, f"{arguments}: '{word}' is not in: {err}"


def read(path):
    return (WORK / path).read_bytes()


def write(path, data):
    path = WORK / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def idx(values, *shape):
    return struct.pack(f">BBBB{len(shape)}I", 0, 0, 8, len(shape), *shape) + values


def npy(data, kind, *shape):
    header = f"{{'descr': '{kind}', 'fortran_order': False, 'shape': {tuple(shape)!r}, }}"
    header += " " * (-(len(header) + 11) % 64) + "\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + data


def npz(**arrays):
    path = WORK / "arrays.npz"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in arrays.items():
            archive.writestr(name + ".npy", data)
    return path.read_bytes()


def png(grey, width, height):
    def chunk(kind, data):
        return (struct.pack(">I", len(data)) + kind + data +
                struct.pack(">I", zlib.crc32(kind + data)))
    rows = b"".join(b"\0" + grey[y * width:(y + 1) * width] for y in range(height))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0,
                                                              0)) +
            chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b""))


def make_pictures(n, seed):
    """Pictures of 28 x 28 with a bright block whose place is the class, and noise."""
    draw = random.Random(seed)
    variants = []
    for label in range(10):
        for _ in range(20):
            picture = bytearray(v // 3 for v in draw.randbytes(784))
            left, top = 1 + 5 * (label % 5) + draw.randrange(2), 4 + 12 * (label // 5)
            for y in range(top, top + 8):
                for x in range(left, left + 5):
                    picture[28 * y + x] = 255 - picture[28 * y + x]
            variants.append(bytes(picture))
    chosen = [draw.randrange(len(variants)) for _ in range(n)]
    return b"".join(variants[i] for i in chosen), bytes(i // 20 for i in chosen)


def make_set(folder):
    """A data set with the sizes, so under the name, of kmnist-6k. Returns the test part."""
    for part, n in (("train", 6284), ("t10k", 10000)):
        pictures, labels = make_pictures(n, n)
        write(f"{folder}/kmnist-6k/{part}-images-idx3-ubyte", idx(pictures, n, 28, 28))
        write(f"{folder}/kmnist-6k/{part}-labels-idx1-ubyte.gz",
              gzip.compress(idx(labels, n), compresslevel=1))
    return pictures, labels


def main(tests):
    """Run the tests in order; they share the work folder, which is removed when all pass."""
    import shutil
    for test in tests:
        test()
        print("passed:", test.__doc__.split("\n")[0], flush=True)
    shutil.rmtree(WORK)
