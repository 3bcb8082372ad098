"""spiqe compare: a row for each model and seed, kept; stopped it goes on; bad input is told."""
import fcntl
import json
import os
import signal
import time

from program import WORK, fails, main, read, run, run_json, start, write

TINY = b"name: %s\ninput: [28, 28]\nencode: {direct: {steps: 4}}\nstages:\n" \
       b"  - dense: {units: 20}\n  - lif: {}\n  - dense: {units: 10}\n  - %s: {}\n" \
       b"train: {epochs: 2, batch: 50}\n"
WIDE = b"input: [8]\nstages:\n  - dense: {units: 10}\n  - lif: {}\n"
ARGUMENTS = ("compare", "one.yaml,two.yaml", "--data", "digits", "--seeds", 2, "--limit", 300,
             "--threads", 1)


def each_model_and_seed_has_its_row():
    """each model and seed has its row, and means and deviations are those of the rows"""
    write("one.yaml", TINY % (b"one", b"lif"))
    write("two.yaml", TINY % (b"two", b"sqs"))
    told = run_json(*ARGUMENTS, "--out", "whole")
    assert [(row["model"], row["seed"]) for row in told["rows"]] == \
        [("one", 1), ("two", 1), ("one", 2), ("two", 2)]
    assert told["data"] == ["digits"] and told["failed"] == 0
    for model in told["models"]:
        values = [row["accuracy"] for row in told["rows"] if row["model"] == model["model"]]
        mean = sum(values) / 2
        assert abs(model["accuracy"]["mean"] - mean) < 1e-12
        deviation = (sum((v - mean) ** 2 for v in values)) ** 0.5  # over n - 1 = 1
        assert abs(model["accuracy"]["deviation"] - deviation) < 1e-12
        assert model["accuracy"]["n"] == 2 and model["parameters"]["mean"] > 15000
    assert b"2 models on digits" in read("whole/compare.html")
    for row in told["rows"]:
        alone = run_json("test", row["folder"], "--data", "digits", "--limit", 300)
        assert alone["test_accuracy"] == row["accuracy"], (alone, row)
        energy = run_json("energy", row["folder"], "--data", "digits", "--limit", 300,
                          "--technology", "45nm")
        assert energy["sample"]["macs"] == row["macs_per_sample"] > 0
        assert energy["sample"]["synaptic_operations"] == row["synaptic_operations_per_sample"]
        assert energy["energy"][0]["joules"] == row["joules_45nm"] > 0
        assert energy["energy"][0]["joules_off_chip"] == row["joules_45nm_off_chip"]


def a_finished_training_is_not_done_again():
    """a finished training is not done again, but with other settings it is"""
    files = {path: path.stat().st_mtime_ns for path in (WORK / "whole").rglob("*.safetensors")}
    out, err = run(*ARGUMENTS, "--out", "whole")
    assert err.count(": kept, ") == 4 and "one" in out and "\u00b1" in out and "compare.html" in out
    assert files == {path: path.stat().st_mtime_ns for path in (WORK / "whole").rglob("*.safet*")}
    _, err = run(*ARGUMENTS, "--out", "whole", "--epochs", 1)
    assert "kept" not in err
    assert run(*ARGUMENTS, "--out", "whole", "--quiet")[1] == ""


def a_damaged_row_is_measured_again():
    """a damaged row is measured again"""
    before = run_json(*ARGUMENTS, "--out", "whole")["rows"]
    for text in (b"", b"{", b"[1]", b'{"key": 3}', read(before[0]["folder"] + "/row.json")[:-9],
                 b"x" * 70000):
        write(before[0]["folder"] + "/row.json", text)
        out, err = run(*ARGUMENTS, "--out", "whole", "--json")
        told = json.loads(out)
        assert [row["accuracy"] for row in told["rows"]] == [row["accuracy"] for row in before]
        assert told["rows"][0]["train_seconds"] is None  # its checkpoint was there
        assert told["models"][0]["train_seconds"]["n"] == 1
        assert err.count("row.json: damaged, so it is measured again") == 1, err
    out, err = run(*ARGUMENTS, "--out", "whole")
    remark = "(n): a mean of n seeds only"
    assert "damaged" not in err and " (1)" in out and remark in out, out
    assert remark in read("whole/compare.html").decode()


def times_of_unlike_machines_have_no_mean():
    """times on unlike kernel tables or numbers of threads have no mean; older rows say neither"""
    first = run_json(*ARGUMENTS, "--out", "mixed", "--device", "reference")
    assert {(row["device"], row["threads"]) for row in first["rows"]} == {("reference", 1)}
    assert not first["models"][0]["test_seconds"]["mixed"]
    more = (*ARGUMENTS, "--out", "mixed", "--seeds", 3, "--threads", 2, "--device", "reference")
    told = run_json(*more)
    assert [row["threads"] for row in told["rows"]] == [1, 1, 1, 1, 2, 2]
    for model in told["models"]:
        for key in ("train_seconds", "test_seconds"):
            assert model[key] == {"mean": None, "deviation": None, "n": 3, "mixed": True}
        assert model["accuracy"]["mean"] > 0 and not model["accuracy"]["mixed"]
    assert "mixed: times on unlike" in run(*more)[0]
    page = read("mixed/compare.html").decode()
    assert "<td>mixed</td>" in page and "mixed: times on unlike" in page
    for row in first["rows"]:  # as an older version wrote them
        there = json.loads(read(row["folder"] + "/row.json"))
        assert there.pop("device") == "reference" and there.pop("threads") == 1
        write(row["folder"] + "/row.json", json.dumps(there).encode())
    old = run_json(*ARGUMENTS, "--out", "mixed", "--device", "reference")
    assert {(row["device"], row["threads"]) for row in old["rows"]} == {(None, None)}
    assert old["models"][0]["test_seconds"] == first["models"][0]["test_seconds"]
    assert run_json(*more)["models"][0]["test_seconds"]["mixed"]


def stopped_it_goes_on():
    """its training has the folder alone; stopped it goes on where it was, to the same numbers"""
    whole = run_json(*ARGUMENTS, "--out", "whole", "--epochs", 8)
    process = start(*ARGUMENTS, "--out", "parts", "--epochs", 8)
    deadline = time.time() + 60
    while not (begun := list((WORK / "parts").glob("two-*/last.safetensors"))):
        assert time.time() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGSTOP)
    fails(["another training or comparison"], "train", "--resume", begun[0].parent)
    process.send_signal(signal.SIGCONT)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and out == "" and "the same command goes on" in err, err
    assert "report so far" in err and b"1 training<" in read("parts/compare.html")
    parts = json.loads(run(*ARGUMENTS, "--out", "parts", "--epochs", 8, "--json")[0])
    for a, b in zip(whole["rows"], parts["rows"]):
        assert (a["model"], a["seed"], a["accuracy"]) == (b["model"], b["seed"], b["accuracy"])


def a_training_that_fails_leaves_a_page_of_the_others():
    """a training that fails ends it, with a page of the others and the way on"""
    told = run_json(*ARGUMENTS, "--out", "whole")
    second = WORK / told["rows"][1]["folder"]
    (second / "row.json").unlink()
    folder = os.open(second, os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    rest = ["1 of 4 trainings are done, the same command goes on", "report so far whole/compare"]
    fails([second.name, "another training or comparison", *rest], *ARGUMENTS, "--out", "whole")
    os.close(folder)
    (second / "last.safetensors").rename(second / "kept")
    (second / "last.safetensors").mkdir()
    (WORK / "whole/compare.html").unlink()
    fails(["two on digits, seed 1: ", "last.safetensors: not a regular file", *rest], *ARGUMENTS,
          "--out", "whole", "--json")
    assert b"1 training<" in read("whole/compare.html")
    (second / "last.safetensors").rmdir()
    (second / "kept").rename(second / "last.safetensors")
    rows = run_json(*ARGUMENTS, "--out", "whole")["rows"]
    assert [row["accuracy"] for row in rows] == [row["accuracy"] for row in told["rows"]]
    fails(["path is too long", "0 of 4 trainings"], *ARGUMENTS, "--out", "long" * 50 + "/long" * 54)


def comparisons_that_begin_at_once_do_not_share_a_folder():
    """of comparisons that begin at once in one folder one works, and the others are refused"""
    processes = [start(*ARGUMENTS, "--out", "new/both") for _ in range(3)]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in processes]
    assert any(code == 0 for _, code in ended), ended
    for err, code in ended:
        assert code == 0 or (code == 1 and "another training or comparison" in err), ended
    assert not list((WORK / "new").rglob("*.part"))


def a_suite_runs_on_several_sets():
    """a suite's models run on all of its sets under its protocol, and quickly where asked to"""
    write("suite.yaml", b"name: mine\nmodels: [one.yaml, two.yaml]\ndata: [digits, 'digits:1,7']\n"
          b"seeds: 1\nset: {train.epochs: 3}\nquick: {limit: 60, set: {train.epochs: 1}}\n")
    write("ten.yaml", TINY.replace(b"units: 10", b"units: 0") % (b"two", b"sqs"))
    write("suite.yaml", read("suite.yaml").replace(b"two.yaml", b"ten.yaml"))
    told = run_json("compare", "--suite", "suite.yaml", "--quick", "--threads", 1)
    assert told["suite"] == "mine" and told["seeds"] == 1 and told["limit"] == 60
    pairs = [(data, model) for data in ("digits", "digits:1,7") for model in ("one", "two")]
    assert [(row["data"], row["model"]) for row in told["rows"]] == pairs
    assert [(row["data"], row["model"]) for row in told["models"]] == pairs
    assert told["report"] == "run/compare-mine-quick/compare.html"
    few = {row["data"]: row["parameters"] for row in told["rows"] if row["model"] == "two"}
    assert few["digits:1,7"] < few["digits"]  # units: 0 is the number of classes of the set
    page = read(told["report"]).decode()
    for part in ("Suite mine, quick", "All sets", 'id="set-2"', "Accuracy over test (s)"):
        assert part in page, part
    out, err = run("compare", "--suite", "suite.yaml", "--quick", "--threads", 1)
    assert "digits:1,7\nmodel" in out and err.count(": kept, ") == 4
    for row in told["rows"]:
        assert run_json("energy", row["folder"], "--limit", 5)["steps"] == 4


def settings_change_every_model():
    """--set and --epochs change every model, also of a suite; --classes takes part of each set"""
    told = run_json("compare", "--suite", "suite.yaml", "--quick", "--data", "digits", "--classes",
                    "1,7", "--set", "encode.steps=2", "--epochs", 2, "--limit", 50, "--out", "set")
    assert told["data"] == ["digits:1,7"] and told["limit"] == 50 and len(told["rows"]) == 2
    for row in told["rows"]:
        assert run_json("energy", row["folder"], "--limit", 5)["steps"] == 2
    same = run_json("compare", "--suite", "suite.yaml", "--quick", "--data", "digits:1,7", "--set",
                    "encode.steps=2", "--set", "train.epochs=2", "--limit", 50, "--out", "set")
    assert same["rows"] == told["rows"]


def a_training_that_diverges_leaves_the_others():
    """a training that diverges is told and left out, the others are shown"""
    layer = b"  - dense: {units: 10}\n  - linear:\n"  # products of weights grow without bound
    write("wild.yaml", b"name: wild\ninput: [28, 28]\nencode: {direct: {steps: 1}}\nstages:\n" +
          3 * layer + b"loss: {kind: membrane}\n"
          b"train: {rate: 1000, clip: 0, optimizer: sgd, epochs: 20, batch: 50}\n")
    process = start("compare", "wild.yaml,one.yaml", "--data", "digits", "--seeds", 1, "--limit",
                    100, "--out", "wild", "--json")
    out, err = process.communicate(timeout=60)
    told = json.loads(out)
    assert process.returncode == 1 and told["failed"] == 1, (out, err)
    assert [row["model"] for row in told["rows"]] == ["one"]
    assert "wild on digits, seed 1: " in err and "1 of 2 trainings diverged" in err


def bad_input_is_told():
    """bad input is told before anything is trained"""
    write("wide.yaml", WIDE)
    fails(["did you mean 'qsnn'"], "compare", "qsnnx", "--data", "digits", code=2)
    fails(["did you mean 'digits'"], "compare", "snn", "--data", "digit", code=2)
    fails(["--seeds 0"], "compare", "snn", "--seeds", 0, code=2)
    fails(["--seeds 1001"], "compare", "snn", "--seeds", 1001, code=2)
    fails(["names of models"], "compare", code=2)
    fails(["--quick"], "compare", "snn", "--quick", code=2)
    fails(["--suite"], "compare", "snn", "--suite", "qlif-paper", code=2)
    fails(["did you mean 'qlif-paper'"], "compare", "--suite", "qlif-pape", code=2)
    write("bad.yaml", b"models:\n  - snn\n  - qsnnx\n")
    fails(["bad.yaml:3", "did you mean 'qsnn'"], "compare", "--suite", "bad.yaml", code=2)
    fails(["no quick form"], "compare", "--suite", write("one-suite.yaml", b"models: [snn]\n"),
          "--quick", code=2)
    fails(["PATH=VALUE"], "compare", "snn", "--set", "train.rate", code=2)
    fails(["did you mean 'rate'"], "compare", "snn", "--data", "digits", "--set", "train.rat=1",
          code=2)
    fails(["'digits' is there twice"], "compare", "snn", "--data", "digits,digits", code=2)
    fails(["--data 'digits,'"], "compare", "snn", "--data", "digits,", code=2)
    fails(["has classes already"], "compare", "snn", "--data", "digits:1,7", "--classes", "2,3",
          code=2)
    fails(["names of models"], "compare", "snn,,qsnn", code=2)
    fails(["two models", "'snn'"], "compare", "snn", "snn", "--data", "digits", code=2)
    fails(["a sample is 28 x 28", "takes 8"], "compare", "snn,wide.yaml", "--data", "digits",
          "--out", "none")
    fails(["more than 32"], "compare", ",".join(["snn"] * 33), code=2)
    write("file", b"")
    fails(["file"], "compare", "one.yaml", "--data", "digits", "--limit", 20, "--out", "file")
    assert not (WORK / "none").exists()


if __name__ == "__main__":
    main([each_model_and_seed_has_its_row, a_finished_training_is_not_done_again,
          a_damaged_row_is_measured_again,
          times_of_unlike_machines_have_no_mean, stopped_it_goes_on,
          a_training_that_fails_leaves_a_page_of_the_others,
          comparisons_that_begin_at_once_do_not_share_a_folder, a_suite_runs_on_several_sets,
          settings_change_every_model, a_training_that_diverges_leaves_the_others,
          bad_input_is_told])
