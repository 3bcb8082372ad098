"""spiqe data: JSON alone on standard output, exit codes, offers of the nearest name, a sheet."""
import json
import os
import pathlib
import struct
import subprocess
import sys
import tempfile

PROGRAM = os.environ.get("SPIQE_PROGRAM", "build/dev/spiqe")
SHARED = pathlib.Path(os.environ.get("SPIQE_SOURCE_DIR", ".")).resolve().parent / "shared/data"
DONE, FAILED, USAGE = 0, 1, 2


def run(folder, *arguments):
    environment = {**os.environ, "XDG_CACHE_HOME": folder, "SPIQE_DATA": "", "no_proxy": "*"}
    return subprocess.run([PROGRAM, "data", *arguments], cwd=folder, env=environment,
                          capture_output=True, text=True, timeout=60)


def expect(result, code, part=""):
    assert result.returncode == code, result
    assert part in result.stderr + result.stdout, result
    return result


def read_json(result):
    assert result.stdout.count("\n") == 1, result
    return json.loads(expect(result, DONE).stdout)


def list_and_info_agree(folder):
    sets = read_json(run(folder, "list", "--json"))["sets"]
    built_in = ["digits", *(f"recall-{n}" for n in range(1, 9))]
    assert [s["name"] for s in sets if s["here"]] == built_in, sets
    for one in sets:
        about = read_json(run(folder, "info", one["name"], "--json"))
        assert about["here"] == one["here"] and about["summary"] == one["summary"], about
    digits = read_json(run(folder, "info", "digits", "--json"))
    assert digits["shape"] == [28, 28] and digits["test"]["per_class"] == [200] * 10, digits


def a_sheet_is_a_png_of_the_size_it_says(folder):
    sheet = os.path.join(folder, "sheet.png")
    about = read_json(run(folder, "show", "digits", "--out", sheet, "--per-class", "7", "--json"))
    head = pathlib.Path(sheet).read_bytes()[:24]
    assert head.startswith(b"\x89PNG"), head
    assert struct.unpack(">2I", head[16:]) == (about["width"], about["height"]), about
    assert about["pictures"] == 70, about


def a_recording_is_counted_and_drawn(folder):
    file = pathlib.Path(folder, "two.csv")
    file.write_text("t,x,y,p\n1000,0,0,1\n3500,9,4,0\n4000,9,4,1\n")
    about = read_json(run(folder, "show", "two.csv", "--json"))
    assert (about["events"], about["width"], about["height"], about["polarities"]) == (3, 10, 5, 2)
    assert (about["first_ms"], about["last_ms"], about["duration_ms"]) == (1, 4, 3), about
    assert abs(about["on_share"] - 2 / 3) < 1e-12, about  # a rounding of its 17 digits
    expect(run(folder, "show", str(file), "--out", "a.svg"), DONE, "3 events at 1.000 to 4.000 ms")
    assert pathlib.Path(folder, "a.svg").read_text().startswith("<svg xmlns=")
    expect(run(folder, "show", "./two.csv", "--out", "a.png"), DONE, "66.7 % on")
    assert pathlib.Path(folder, "a.png").read_bytes().startswith(b"\x89PNG")
    expect(run(folder, "show", "./two.csv", "--out", "b.SVG"), DONE, "66.7 % on")
    assert pathlib.Path(folder, "b.SVG").read_text().startswith("<svg xmlns=")
    file.write_text("t,x,y\n0,1,0\n5,2,1\n6,9,1\n")
    assert read_json(run(folder, "show", "two.csv", "--denoise", "5", "--json"))["events"] == 1
    expect(run(folder, "show", "two.csv", "--denoise", "4"), FAILED, "are noise")
    file.write_text("t,x\n1,x\n")
    expect(run(folder, "show", "two.csv"), FAILED, "two.csv:2: column 'x' has 'x'")
    expect(run(folder, "show", "gone.csv"), FAILED, "gone.csv")
    expect(run(folder, "show", "two.csv", "--out", "/nowhere/x.svg"), FAILED)


def a_set_of_recordings_is_described_and_drawn(folder):
    if not (SHARED / "nmnist-small").is_dir():
        print(f"nmnist-small is not in {SHARED}: not tested")
        return
    about = read_json(run(folder, "info", "nmnist-small", "--data-dir", str(SHARED), "--json"))
    assert about["shape"] == [2, 34, 34] and about["test"]["samples"] == 100, about
    assert about["train"]["events"] > 4e6 and 0.4 < about["train"]["on_share"] < 0.6, about
    sheet = os.path.join(folder, "recordings.png")
    drawn = read_json(run(folder, "show", "nmnist-small", "--data-dir", str(SHARED), "--out", sheet,
                          "--per-class", "3", "--json"))
    assert (drawn["width"], drawn["height"]) == (2 + 3 * 36, 2 + 10 * 36), drawn
    expect(run(folder, "show", "braille", "--data-dir", str(SHARED), "--out", sheet), FAILED,
           "no pictures")


def wrong_usage_is_explained(folder):
    expect(run(folder), USAGE, "list, info, show or fetch")
    expect(run(folder, "lsit"), USAGE, "did you mean 'list'?")
    expect(run(folder, "info"), USAGE, "NAME")
    expect(run(folder, "info", "digit"), USAGE, "did you mean 'digits'?")
    expect(run(folder, "fetch", "mnits"), USAGE, "did you mean 'mnist'?")
    expect(run(folder, "list", "--jsno"), USAGE, "did you mean '--json'?")
    expect(run(folder, "show", "digits"), USAGE, "--out")
    expect(run(folder, "show", "digits", "--out", "x.png", "--part", "all"), USAGE, "train or test")
    for words in (["list", "--out", "x"], ["info", "digits", "--part", "test"],
                  ["show", "digits", "--out", "x.png", "--denoise", "5"],
                  ["show", "./a.csv", "--per-class", "0"], ["fetch", "digits", "--part", "test"]):
        expect(run(folder, *words), USAGE, f"{words[-2]} belongs to")
    expect(run(folder, "show", "digits", "--out", "x.png", "--per-class", "0"), USAGE, "1 to 1000")
    expect(run(folder, "--help"), DONE, "example:")


def work_that_fails_leaves_with_1(folder):
    expect(run(folder, "show", "mnist", "--out", "x.png"), FAILED, "spiqe data fetch mnist")
    expect(run(folder, "show", "digits", "--out", "/nowhere/x.png"), FAILED, "/nowhere/x.png")
    expect(run(folder, "fetch", "kmnist-6k"), FAILED, "no public mirror")
    expect(run(folder, "fetch", "mnist", "--mirror", "http://127.0.0.1:1/"), FAILED, "127.0.0.1")
    assert read_json(run(folder, "fetch", "digits", "--json"))["built_in"]
    assert read_json(run(folder, "fetch", "digits:1,7", "--json"))["built_in"]


def a_fetched_set_is_here(folder):
    if not (SHARED / "kmnist-6k").is_dir():
        print(f"kmnist-6k is not in {SHARED}: not tested")
        return
    mirror = (SHARED / "kmnist-6k").as_uri()
    about = read_json(run(folder, "fetch", "kmnist-6k", "--mirror", mirror, "--json"))
    assert about["folder"].startswith(folder), about
    assert read_json(run(folder, "info", "kmnist-6k", "--json"))["here"]


def main():
    if not os.access(PROGRAM, os.X_OK):
        print(f"{PROGRAM} is not built: skipped")
        return 77
    for test in (list_and_info_agree, a_sheet_is_a_png_of_the_size_it_says,
                 a_recording_is_counted_and_drawn, a_set_of_recordings_is_described_and_drawn,
                 wrong_usage_is_explained, work_that_fails_leaves_with_1, a_fetched_set_is_here):
        with tempfile.TemporaryDirectory() as folder:
            test(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
