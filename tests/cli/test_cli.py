"""The commands hold to the laws of the command line: what they print, where, and how they end."""
import fcntl
import gzip
import json
import os
import re
import signal
import struct
import subprocess

from program import (PROGRAM, WORK, fails, idx, main, make_set, npy, npz, png, read, run, run_json,
                     start, write)

SMALL = ("--set", "stages.0.units=16", "--set", "encode.steps=5")
SCORES = "test_accuracy test_macro_precision test_macro_recall test_macro_f1 test_roc_auc".split()
TRAIN_KEYS = SCORES + """model data seed threads epochs parameters train_samples test_samples
train_seconds seconds_per_epoch spikes_per_sample peak_memory_bytes checkpoint report""".split()
TEST_KEYS = SCORES + """model data seed threads device parameters test_samples test_loss seconds
samples_per_second spikes_per_sample firing_rates active_outputs confusion peak_memory_bytes
checkpoint""".split()
COMMANDS = "train test noise predict data report info models draw run compare export".split()
shared = {}


def every_command_has_a_help_with_an_example():
    """every command has a help with an example"""
    out, _ = run("help")
    for name in COMMANDS:
        assert f"\n  {name} " in out, name
        text, _ = run(name, "--help")
        assert f"usage: spiqe {name}" in text and "example:\n  spiqe " in text, text
        assert run("help", name)[0] == text
        assert all(len(line) <= 100 for line in text.splitlines()), name
    assert re.fullmatch(r"spiqe \d+\.\d+\.\d+\n", run("--version")[0])


def wrong_usage_ends_with_2_and_the_nearest_right_name():
    """wrong usage ends with 2 and offers the nearest right name"""
    for right, *arguments in (
            ("'train'", "trian"), ("'qsnn-small'", "train", "qsnn-smal"),
            ("'digits'", "train", "qsnn-small", "--data", "digts"),
            ("'--epochs'", "train", "qsnn-small", "--epoch", "3"),
            ("'rate'", "train", "qsnn-small", "--set", "train.rat=1"),
            ("'avx2'", "info", "--device", "avx22"), ("'qsnn'", "models", "show", "qsnnx"),
            ("'show'", "models", "shwo"), ("'predict'", "help", "predcit")):
        fails(["did you mean " + right], *arguments, code=2)
    for arguments in ((), ("train",), ("test",), ("predict", "x"), ("report",), ("info", "x"),
                      ("train", "qsnn-small", "--epochs"), ("train", "qsnn-small", "--seed", "-1"),
                      ("train", "qsnn-small", "--json=1"), ("models", "show"), ("test", "a", "b")):
        fails([], *arguments, code=2)
    assert run("help", "--help") == run("help")
    for words, *arguments in (
            (["'foo'", "PATH=VALUE"], "qsnn-small", "--set", "foo"),
            (["stages.0: units: '-1'"], "qsnn-small", "--set", "stages.0.units=-1"),
            (["takes no model"], "qsnn-small", "--resume", "x"),
            (["own settings"], "--resume", "x", "--limit", 5),
            (["'gpu'", "spiqe info"], "qsnn-small", "--device", "gpu")):
        fails(words, "train", *arguments, code=2)


def models_and_info_tell_what_is_there():
    """models and info tell what is there"""
    told = run_json("models")
    names = [model["name"] for model in told["models"]]
    suites = [suite["name"] for suite in told["suites"]]
    assert {"qsnn", "qsnn-small", "snn"} <= set(names) and "qlif-paper" in suites
    help_of_compare, _ = run("compare", "--help")
    assert all(f"{suite}, " in help_of_compare for suite in suites)
    for name in names + suites:
        text = run_json("models", "show", name)["text"]
        assert text == run("models", "show", name)[0] and f"name: {name}\n" in text
    about = run_json("info")
    assert about["threads"] >= 1 and about["version"] in run("--version")[0]
    usable = {device["name"]: device["usable"] for device in about["devices"]}
    assert usable["reference"] and usable[about["device"]]
    assert {"name": "digits", "found": True} in about["data"]
    assert about["libraries"] in run("info")[0]


def output_that_is_lost_is_a_failure():
    """output that is lost is a failure"""
    for arguments in (("info",), ("info", "--json"), ("models",), ("help",)):
        with open("/dev/full", "w") as full:
            result = subprocess.run([PROGRAM, *arguments], stdout=full, stderr=subprocess.PIPE)
        assert result.returncode == 1 and b"cannot write" in result.stderr, result


def training_leaves_checkpoint_log_and_report():
    """training leaves a checkpoint, a log and a report"""
    result = run_json("train", "qsnn-small", "--data", "digits", "--limit", 300, "--epochs", 2,
                      *SMALL, "--out", "a", "--seed", 2**64 - 1)
    assert set(TRAIN_KEYS) <= set(result)
    assert result["seed"] == 2**64 - 1 and result["epochs"] == 2
    assert result["train_samples"] == result["test_samples"] == 300
    for name in ("last.safetensors", "log.jsonl", "report.html"):
        assert read(f"a/{name}"), name
    assert not list(WORK.glob("a/*.part"))
    shared["a"] = result
    out, err = run("train", "qsnn-small", "--data", "digits", "--limit", 50, "--epochs", 1, *SMALL)
    assert "run/qsnn-small-digits-s1/report.html" in out and "epoch 1/1" in err
    run("train", "qsnn-small", "--data", "digits", "--limit", 50, "--epochs", 1, *SMALL,
        "--no-report", "--quiet")
    assert (WORK / "run/qsnn-small-digits-s1-2/last.safetensors").exists()
    assert not (WORK / "run/qsnn-small-digits-s1-2/report.html").exists()
    untrained = run_json("train", "qsnn-small", "--data", "digits", "--limit", 50, "--epochs", 0,
                         "--out", "untrained")
    tested = run_json("test", "untrained", "--limit", 50)
    assert tested["test_loss"] == untrained["test_loss"] and untrained["epochs"] == 0


def a_run_stays_in_its_folder():
    """a run stays in its folder, whatever the model is called, and shares it with no other run"""
    write("named.yaml", b"name: ../../up $x\ninput: [28, 28]\nstages:\n"
                        b"  - dense: {units: 10, planes: 2}\n  - qlif:\n")
    small = ("named.yaml", "--data", "digits", "--limit", 20, "--epochs", 1)
    made = run_json("train", *small)
    assert made["checkpoint"] == "run/..-..-up--x-digits-s1/last.safetensors"
    run("train", *small, "--out", "it's here")
    assert b"--out &#39;it&#39;\\&#39;&#39;s here&#39;<" in read("it's here/report.html")
    folder = os.open(WORK / "it's here", os.O_RDONLY)
    fcntl.flock(folder, fcntl.LOCK_EX)
    kept = read("it's here/log.jsonl")
    fails(["it's here", "another training"], "train", *small, "--out", "it's here")
    fails(["it's here", "another training"], "train", "--resume", "it's here")
    os.close(folder)
    assert read("it's here/log.jsonl") == kept
    fails(["10 classes"], "train", *small, "--seed", 9, "--set", "stages.0.units=4")
    fails(["model '../../up $x': stage 1 (qlif)"], "train", *small, "--seed", 9, "--set",
          "stages.qlif.leak=published", "--set", "stages.0.planes=1")
    assert not list(WORK.glob("run/*-s9"))


def a_test_equals_the_one_at_the_end_of_training():
    """a test equals the one at the end of training"""
    result = run_json("test", "a", "--limit", 300)
    assert set(TEST_KEYS) <= set(result)
    for key in (*SCORES, "test_loss", "spikes_per_sample", "checkpoint", "parameters", "seed",
                "data", "model"):
        assert result[key] == shared["a"][key], key
    assert sum(map(sum, result["confusion"])) == 300 == result["test_samples"]
    right = sum(result["confusion"][i][i] for i in range(10))
    assert right / 300 == result["test_accuracy"]
    of = [[row[i] for row in result["confusion"]] for i in range(10)]
    precision = sum(of[i][i] / max(1, sum(of[i])) for i in range(10)) / 10
    assert abs(precision - result["test_macro_precision"]) < 1e-12  # rounding of doubles
    assert 0.5 < result["test_roc_auc"] <= 1
    out, _ = run("test", "a/last.safetensors", "--limit", 300)
    assert f"ROC AUC {result['test_roc_auc']:.4f}" in out
    assert f"test accuracy {100 * result['test_accuracy']:.2f} %" in out
    assert run_json("test", "a")["test_samples"] == 2000
    fails(["nowhere"], "test", "nowhere")
    fails(["log.jsonl"], "test", "a/log.jsonl")


def a_report_is_the_same_when_written_again():
    """a report is the same when written again, but for the speed of its test"""
    told = run_json("report", "a", "--out", "first.html")
    assert told["report"] == "first.html" and told["test_accuracy"] == shared["a"]["test_accuracy"]
    out, _ = run("report", "a", "--out", "second.html")
    assert out == "second.html\n"
    first, second = (re.sub(rb"<td>\d+ samples/s</td>", b"", read(name))
                     for name in ("first.html", "second.html"))
    assert first == second
    for part in (b"<h1>qsnn-small on digits", b'id="learning"', b'id="confusion"', b'id="activity"',
                 b'id="spikes"', b'id="weights"', b'id="confused"', b'id="run"',
                 b"--data digits --seed 18446744073709551615 --limit 300"):
        assert part in first, part
    (WORK / "a/log.jsonl").rename(WORK / "a/moved.jsonl")
    run("report", "a", "--out", "third.html")
    assert b'id="learning"' not in read("third.html") and b'id="weights"' in read("third.html")
    run("report", "a", "--out", "neurons.html", "--neuron", "1:3", "--neuron", "3:9")
    assert b"1 qlif, neuron 3, test" in read("neurons.html")
    assert b"3 qlif, neuron 9, test" in read("neurons.html")
    fails(["stage 2", "1 qlif, 3 qlif"], "report", "a", "--neuron", "2:0")
    fails(["neuron 10", "0 to 9"], "report", "a", "--neuron", "3:10")
    fails(["--neuron 3", "STAGE:NEURON"], "report", "a", "--neuron", "3", code=2)
    fails(["nowhere"], "report", "nowhere")
    fails(["nowhere/x.html"], "report", "a", "--out", "nowhere/x.html")


def predictions_agree_with_the_test():
    """predictions agree with the test, whatever file the pictures come in"""
    pictures, labels = make_set("data")
    run("train", "qsnn-small", "--data", "kmnist-6k", "--data-dir", "data", "--limit", 300,
        "--epochs", 3, *SMALL, "--out", "b", "--quiet")
    n = 120
    tested = run_json("test", "b", "--data-dir", "data", "--limit", n)
    head = pictures[:n * 784]
    floats = struct.pack(f"<{n * 784}f", *(v / 255 for v in head))
    files = {"p.idx": idx(head, n, 28, 28), "p.idx.gz": gzip.compress(idx(head, n, 28, 28)),
             "p.npy": npy(head, "|u1", n, 28, 28), "flat.npy": npy(floats, "<f4", n, 784),
             "p.npz": npz(x=npy(head, "|u1", n, 28, 28))}
    answers = {}
    for name, data in files.items():
        write(name, data)
        answers[name] = run_json("predict", "b", name)["predictions"]
    rows = answers["p.idx"]
    confusion = [[0] * 10 for _ in range(10)]
    for i, row in enumerate(rows):
        assert row["file"] == "p.idx" and row["index"] == i
        assert abs(sum(row["probabilities"]) - 1) < 1e-5  # ten floats, each rounded
        assert row["probability"] == row["probabilities"][row["class"]]
        confusion[labels[i]][row["class"]] += 1
    assert confusion == tested["confusion"]
    for name in files:
        assert [r["class"] for r in answers[name]] == [r["class"] for r in rows], name
    shared.update(rows=rows, picture=pictures[:784])


def a_png_is_predicted_as_the_same_picture_elsewhere():
    """a PNG is predicted as the same picture in another file, inverted or not"""
    picture, expected = shared["picture"], shared["rows"][0]
    write("x.png", png(picture, 28, 28))
    write("dark.png", png(bytes(255 - v for v in picture), 28, 28))
    for arguments in (("x.png",), ("dark.png", "--invert")):
        row, = run_json("predict", "b", *arguments)["predictions"]
        assert row["probabilities"] == expected["probabilities"]
    out, _ = run("predict", "b", "x.png", "p.idx", "--top", 3)
    lines = out.splitlines()
    assert len(lines) == 121 and lines[1].startswith("p.idx[0]: ")
    kind, first = expected["class"], expected["probability"]
    assert lines[0].startswith(f"x.png[0]: {kind} ({first:.4f}), "), lines[0]
    assert lines[0].count("(") == 3


def pictures_that_do_not_fit_are_refused():
    """pictures that do not fit are refused, saying both sizes"""
    write("wide.png", png(bytes(14 * 56), 56, 14))
    write("large.png", png(bytes(32 * 32), 32, 32))
    fails(["wide.png", "14 x 56", "28 x 28"], "predict", "b", "wide.png")
    fails(["large.png", "32 x 32", "28 x 28"], "predict", "b", "large.png")
    fails(["nowhere.png"], "predict", "b", "nowhere.png", "--json")
    write("text.png", b"no picture")
    fails(["text.png"], "predict", "b", "text.png")
    values = [0.5] * 784
    values[700] = float("nan")
    write("nan.npy", npy(struct.pack("<784f", *values), "<f4", 1, 28, 28))
    fails(["nan.npy", "element 700", "finite"], "predict", "b", "nan.npy")


def a_mean_over_runs_is_predicted():
    """a network that draws is tested by the mean of as many runs as are asked for"""
    run("train", "--model", "sqsnn", "--data", "digits", "--limit", 200, "--epochs", 2, "--out",
        "drawn", "--set", "stages.0.units=64")
    one, again = run_json("test", "drawn"), run_json("test", "drawn", "--runs", 1)
    eight, twin = (run_json("test", "drawn", "--runs", 8, "--threads", n) for n in (1, 2))
    assert one["test_loss"] == again["test_loss"] and one["runs"] == 1
    assert eight["runs"] == 8 and eight["test_loss"] < one["test_loss"], (one, eight)
    assert eight["test_loss"] == twin["test_loss"] and eight["confusion"] == twin["confusion"]
    fails(["0 runs"], "test", "drawn", "--runs", 0, code=2)
    fails(["--model"], "train", "qsnn-small", "--model", "sqsnn", code=2)


def a_neuron_is_exported_as_its_circuit():
    """a neuron of a network that draws is exported as OpenQASM, which reads back and runs"""
    text, _ = run("export", "drawn", "--neuron", "1:7", "--input", 3)
    assert text.startswith("OPENQASM 3") and text.count("measure") == text.count("reset") == 5
    run("export", "drawn", "--neuron", "1:7", "--input", 3, "--out", "neuron.qasm")
    assert read("neuron.qasm") == text.encode()
    counts = run_json("run", "neuron.qasm", "--shots", 100)
    assert counts["shots"] == 100
    text, _ = run("export", "drawn", "--neuron", "3:0", "--format", "qasm2")
    assert text.startswith("OPENQASM 2")
    fails(["neuron 64"], "export", "drawn", "--neuron", "1:64")
    fails(["stage 2"], "export", "drawn", "--neuron", "2:0")
    fails(["sample 200000"], "export", "drawn", "--neuron", "1:0", "--input", 200000)
    fails(["STAGE:NEURON"], "export", "drawn", "--neuron", "1", code=2)
    fails(["qasm3"], "export", "drawn", "--neuron", "1:0", "--format", "qasm", code=2)
    text, _ = run("export", "b", "--neuron", "1:0", "--data", "digits")
    assert text.count("measure") == 5 and text.count("reset") == 4, text
    fails(["no T1"], "export", "b", "--neuron", "1:0", "--data", "digits", "--noise", "ideal")
    fails(["ideal"], "export", "b", "--neuron", "1:0", "--noise", "idael", code=2)


def a_network_is_tested_as_circuits():
    """as circuits a network does what its kernels do, within errors, and less with noise"""
    limit = ("--limit", 200)
    kernels = run_json("test", "drawn", *limit, "--runs", 4)
    one, two = (run_json("test", "drawn", *limit, "--backend", "circuit", "--shots", 4, "--threads",
                         n)["rows"] for n in (1, 2))
    assert [row["shots"] for row in one] == [1, 2, 4]
    assert [row["test_loss"] for row in one] == [row["test_loss"] for row in two]
    # 4 runs of 200 samples: spikes within 3 %, some ten standard errors of their sum
    expected, got = kernels["spikes_per_sample"], one[2]["spikes_per_sample"]
    assert abs(got - expected) < 0.03 * expected, (got, expected)
    assert abs(one[2]["test_loss"] - kernels["test_loss"]) < 0.15 * kernels["test_loss"]
    out, _ = run("test", "drawn", "--limit", 50, "--backend", "circuit", "--noise", "none",
                 "--noise", "ionq-aria")
    assert "ionq-aria" in out and b"ionq-aria" in read("drawn/circuits.jsonl")
    assert b"Accuracy by shots" in read("drawn/report.html")
    noisy = [line.split() for line in out.splitlines() if line.startswith(("none", "ionq"))]
    assert noisy[0][6] != noisy[1][6], out  # noise makes other spikes
    fails(["ionq-aria"], "test", "drawn", "--backend", "circuit", "--noise", "ionq-arai", code=2)
    fails(["stage 1", "lif"], "test", "classical", "--backend", "circuit")
    fails(["estimate or history"], "test", "b", "--backend", "circuit", "--membrane", "x", code=2)
    fails(["--backend circuit"], "test", "b", "--membrane", "history", code=2)
    fails(["--backend circuit"], "test", "drawn", "--shots", 3, code=2)
    fails(["network or circuit"], "test", "drawn", "--backend", "qpu", code=2)
    write("drawn/circuits.jsonl", b'{"noise": "x", "shots": 0}\n')
    fails(["circuits.jsonl:1"], "report", "drawn")
    os.remove(f"{WORK}/drawn/circuits.jsonl")


def qubits_that_leak_are_tested_as_circuits():
    """with many shots QLIF neurons as circuits do what their kernels do; with one they forget"""
    run("train", "qsnn-small", "--data", "digits", "--limit", 2000, "--epochs", 2, *SMALL, "--out",
        "leaky", "--quiet")
    run("train", "snn", "--data", "digits", "--limit", 10, "--epochs", 0, *SMALL, "--out",
        "classical", "--quiet")
    exact = run_json("test", "leaky", "--limit", 300)["test_accuracy"]
    test = ("test", "leaky", "--limit", 300, "--backend", "circuit", "--shots", 4096)
    one, two = (run_json(*test, "--threads", n)["rows"] for n in (1, 2))
    assert [row["test_loss"] for row in one] == [row["test_loss"] for row in two]
    # 4096 copies: populations within 0.8 %, near the threshold some spikes are others
    assert abs(one[12]["test_accuracy"] - exact) < 0.04, (one[12], exact)
    assert one[0]["test_accuracy"] < one[12]["test_accuracy"], one
    history = run_json(*test, "--membrane", "history")["rows"]
    assert history[0]["test_loss"] != one[0]["test_loss"]
    os.remove(f"{WORK}/leaky/circuits.jsonl")


def a_network_is_swept_over_noise():
    """accuracy over noise: rows without noise agree with the test, sweeps are kept and drawn"""
    sweep = ("noise", "leaky", "--limit", 200)
    exact = run_json("test", "leaky", "--limit", 200)["test_accuracy"]
    one, two = (run_json(*sweep, "--sweep", "gate", "--points", "0,0.01,0.5", "--threads", n)
                for n in (1, 2))
    assert [row["value"] for row in one["rows"]] == [None, 0, 0.01, 0.5]
    assert [row["test_loss"] for row in one["rows"]] == [row["test_loss"] for row in two["rows"]]
    # floats against doubles: a spike at the threshold may be another
    assert abs(one["rows"][0]["test_accuracy"] - exact) <= 0.01, (one, exact)
    assert one["rows"][1]["test_loss"] == one["rows"][0]["test_loss"]
    assert one["rows"][3]["spikes_per_sample"] == 0  # a half-mixed qubit stays below 0.75
    out, _ = run(*sweep, "--sweep", "t1", "--sweep", "readout", "--sweep", "readout")
    assert len(out.splitlines()) == 1 + 10 + 10 + 1, out
    kept = read("leaky/noise.jsonl").decode()
    assert [kept.count(f'"sweep":"{name}"') for name in ("gate", "t1", "readout")] == [4, 10, 10]
    page = read("leaky/report.html").decode()
    assert 'id="noise"' in page and "Gate errors" in page and "Relaxation" in page
    assert "Dephasing" not in page
    short = ("--limit", 20, "--sweep", "t2", "--points", "1", "--json")
    for run_of, data in (("drawn/last.safetensors", "digits"), ("drawn", "digits:0,1")):
        out, err = run("noise", run_of, *short, "--data", data)
        assert len(json.loads(out)["rows"]) == 2 and "not kept" in err, (out, err)
        assert not (WORK / "drawn/noise.jsonl").exists()
    _, err = run("noise", "drawn", *short, "--data", "digits")  # its own set, by name
    assert "not kept" not in err and read("drawn/noise.jsonl").count(b"\n") == 2, err
    os.remove(f"{WORK}/drawn/noise.jsonl")
    for words, *arguments in (
            (["'readout'"], "--sweep", "readot"), (["one --sweep"], "--points", "1"),
            (["numbers"], "--sweep", "t1", "--points", "1,x"),
            (["numbers"], "--sweep", "t1", "--points", "1,"),
            (["T2 = 3 T1 > 2 T1"], "--sweep", "t2", "--points", "1,3"),
            (["[0, 2/3]"], "--sweep", "gate", "--points", "-0.1"),
            (["[0, 1]"], "--sweep", "readout", "--points", "nan"),
            (["above 0"], "--sweep", "t1", "--points", "0"),
            (["at most 32"], "--sweep", "t1", "--points", ",".join(["1"] * 33)),
            (["estimate or history"], "--membrane", "x"), (["ideal"], "--noise", "idael")):
        fails(words, *sweep, *arguments, code=2)
    fails(["no T1"], *sweep, "--noise", "ideal", "--sweep", "t1")
    fails(["stage 1", "lif"], "noise", "classical")
    write("leaky/noise.jsonl", b"{}\n")
    fails(["noise.jsonl:1"], "report", "leaky")
    fails(["noise.jsonl:1"], *sweep)  # before a row is measured: none is told
    os.remove(f"{WORK}/leaky/noise.jsonl")


def rows_of(folder):
    """What a sweep left, by value."""
    rows = map(json.loads, read(f"{folder}/noise.jsonl").splitlines())
    return {row["value"]: row for row in rows}


def a_sweep_that_is_killed_keeps_its_points():
    """what was told is kept, and so are the points of before that were not measured again"""
    run("noise", "leaky", "--limit", 200, "--sweep", "gate", "--points", "0.01,0.5")
    before = rows_of("leaky")
    points = ",".join(f"0.01{i:02}" for i in range(32))
    for number in (signal.SIGKILL, signal.SIGINT):
        process = start("noise", "leaky", "--limit", 200, "--sweep", "gate", "--points", points)
        told = [process.stdout.readline() for _ in range(4)]  # the titles, and three rows
        process.send_signal(number)
        _, err = process.communicate(timeout=120)
        assert process.returncode == (-number if number == signal.SIGKILL else 1), err
        rows = rows_of("leaky")
        assert all(rows[value]["test_accuracy"] == before[value]["test_accuracy"]
                   for value in (None, 0.01, 0.5)), rows
        assert "0.0101" in told[3] and rows[0.0101]["membrane"] == "estimate", (told, rows)
    assert "which are kept" in err, err
    os.remove(f"{WORK}/leaky/noise.jsonl")


def some_of_the_classes_are_remembered():
    """a network of two classes remembers which they are, in test, resume and report"""
    first = run_json("train", "qsnn-small", "--data", "digits", "--classes", "7,1", "--limit", 100,
                     "--epochs", 1, "--out", "two", "--set", "stages.0.units=16")
    assert first["data"] == "digits:7,1", first
    tested = run_json("test", "two")
    assert tested["data"] == "digits:7,1", tested
    assert all(not any(row) for row in tested["confusion"][2:]), tested  # two true classes
    run("report", "two", "--out", "two.html")
    run("train", "--resume", "two", "--quiet")
    chosen, _ = run("train", "qsnn-small", "--data", "digits:3,4", "--limit", 50, "--epochs", 0,
                    "--set", "stages.0.units=16")
    assert (WORK / "run/qsnn-small-digits-3-4-s1").is_dir(), chosen
    for word, classes in (("twice", "1,1"), ("only one", "4"), ("0 to 9", "1,10"),
                          ("numbers", "a,b")):
        fails([word], "train", "qsnn-small", "--data", "digits", "--classes", classes, code=2)
    fails(["already"], "train", "qsnn-small", "--data", "digits:1,2", "--classes", "1,2", code=2)
    fails(["own settings"], "train", "--resume", "two", "--classes", "1,2", code=2)


main([every_command_has_a_help_with_an_example, wrong_usage_ends_with_2_and_the_nearest_right_name,
      models_and_info_tell_what_is_there, output_that_is_lost_is_a_failure,
      training_leaves_checkpoint_log_and_report, a_run_stays_in_its_folder,
      a_test_equals_the_one_at_the_end_of_training, a_report_is_the_same_when_written_again,
      predictions_agree_with_the_test, a_png_is_predicted_as_the_same_picture_elsewhere,
      pictures_that_do_not_fit_are_refused, a_mean_over_runs_is_predicted,
      a_neuron_is_exported_as_its_circuit, qubits_that_leak_are_tested_as_circuits,
      a_network_is_swept_over_noise, a_sweep_that_is_killed_keeps_its_points,
      a_network_is_tested_as_circuits, some_of_the_classes_are_remembered])
