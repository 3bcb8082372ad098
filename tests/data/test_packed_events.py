"""AEDAT 4 as other programs pack it: packets by the programs lz4 and zstd, read back whole."""
import json
import os
import pathlib
import random
import shutil
import struct
import subprocess
import sys
import tempfile

PROGRAM = os.environ.get("SPIQE_PROGRAM", "build/dev/spiqe")
# Number of the way in the header, the program, its options: blocks that depend on each other, none.
WAYS = ((1, "lz4", ["-1", "-BD"]), (2, "lz4", ["-9", "--content-size"]), (3, "zstd", ["-3"]),
        (4, "zstd", ["-19", "--check"]))
N_PACKETS, N_EVENTS = 2, 12000  # 192 kB a packet: several blocks


def table(name, fields):
    """A flatbuffer with one table; the places of its fields."""
    start, places = 8 + 4 + 2 * len(fields), [4]
    for field in fields:
        places.append(places[-1] + len(field))
    at = (start + 7) // 8 * 8
    head = struct.pack("<I4s2H", at, name, 4 + 2 * len(fields), places[-1])
    head += b"".join(struct.pack("<H", place) for place in places[:-1])
    return head.ljust(at, b"\0") + struct.pack("<i", at - 8) + b"".join(fields), at


def packet(time, draw):
    body, at = table(b"EVTS", [b"\0\0\0\0"])
    body = body[:at + 4] + struct.pack("<2I", len(body) - at - 4, N_EVENTS) + body[at + 8:]
    for _ in range(N_EVENTS):
        time += draw.randrange(3)
        body += struct.pack("<qhhI", time, draw.randrange(346), draw.randrange(260), 1)
    return struct.pack("<I", len(body)) + body, time


def pack(data, program, options):
    return subprocess.run([program, *options, "-c"], input=data, capture_output=True,
                          check=True).stdout


def write_file(path, way, program, options):
    """Returns the time of the first and of the last event."""
    header, _ = table(b"IOHE", [struct.pack("<i", way), struct.pack("<q", -1)])
    out = [b"#!AER-DAT4.0\r\n", struct.pack("<I", len(header)), header]
    first, time, draw = None, 10**15, random.Random(way)
    for _ in range(N_PACKETS):
        data, time = packet(time, draw)
        first = first or struct.unpack_from("<q", data, len(data) - 16 * N_EVENTS)[0]
        packed = pack(data, program, options)
        out += [struct.pack("<2I", 0, len(packed)), packed]
    path.write_bytes(b"".join(out))
    return first, time


def main():
    ways = [way for way in WAYS if shutil.which(way[1])]
    if not ways or not os.access(PROGRAM, os.X_OK):
        print("neither lz4 nor zstd is a program here, or spiqe is not built: skipped")
        return 77
    with tempfile.TemporaryDirectory() as folder:
        for way, program, options in ways:
            path = pathlib.Path(folder, f"{way}.aedat4")
            first, last = write_file(path, way, program, options)
            result = subprocess.run([PROGRAM, "data", "show", path, "--json"], capture_output=True,
                                    text=True, timeout=60)
            if f"without the library {program}" in result.stderr:
                print(f"{program}: not in this build")
                continue
            assert result.returncode == 0, result
            about = json.loads(result.stdout)
            assert about["events"] == N_PACKETS * N_EVENTS, about
            assert round(about["last_ms"] * 1000) == last - first, (about, first, last)
            assert (about["width"], about["height"], about["on_share"]) == (346, 260, 1), about
    return 0


if __name__ == "__main__":
    sys.exit(main())
