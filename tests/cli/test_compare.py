"""spiqe compare: a row for each model and seed, kept; stopped it goes on; bad input is told."""
import json
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
        after = run_json(*ARGUMENTS, "--out", "whole")["rows"]
        assert [row["accuracy"] for row in after] == [row["accuracy"] for row in before]
        assert after[0]["train_seconds"] is None  # its checkpoint was there


def stopped_it_goes_on():
    """stopped it goes on where it was, to the same numbers"""
    whole = run_json(*ARGUMENTS, "--out", "whole", "--epochs", 8)
    process = start(*ARGUMENTS, "--out", "parts", "--epochs", 8)
    deadline = time.time() + 60
    while not list((WORK / "parts").glob("two-*/last.safetensors")) and time.time() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1 and out == "" and "the same command goes on" in err, err
    parts = json.loads(run(*ARGUMENTS, "--out", "parts", "--epochs", 8, "--json")[0])
    for a, b in zip(whole["rows"], parts["rows"]):
        assert (a["model"], a["seed"], a["accuracy"]) == (b["model"], b["seed"], b["accuracy"])


def bad_input_is_told():
    """bad input is told before anything is trained"""
    write("wide.yaml", WIDE)
    fails(["did you mean 'qsnn'"], "compare", "qsn", "--data", "digits", code=2)
    fails(["did you mean 'digits'"], "compare", "snn", "--data", "digit", code=2)
    fails(["--seeds 0"], "compare", "snn", "--seeds", 0, code=2)
    fails(["--seeds 1001"], "compare", "snn", "--seeds", 1001, code=2)
    fails(["names of models"], "compare", code=2)
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
          a_damaged_row_is_measured_again, stopped_it_goes_on, bad_input_is_told])
