"""What stops a training run leaves a checkpoint to go on from, bit for bit: a kill at any moment,
Ctrl-C, a full or read-only disk, data that vanished, numbers that are not finite."""
import os
import random
import resource
import signal
import subprocess
import time

from program import (WORK, fails, main, make_set, read, run, run_json, start)

# The thread sanitizer is slow and looks for something else; its own files must not be small.
IS_THREADS = "thread" in os.environ.get("SPIQE_SANITIZE", "")
N_KILLS = 4 if IS_THREADS else 20
N_EPOCHS = 7
# About a second of steps; a checkpoint takes a good part of that, so kills hit its writing too.
RUN = ("qsnn-small", "--data", "digits", "--limit", 400, "--batch", 20, "--epochs", N_EPOCHS,
       "--set", "stages.0.units=24", "--set", "encode.steps=5", "--set", "train.validation=0.1",
       "--checkpoint-every", 3, "--no-report", "--quiet")
FILES = ("last.safetensors", "best.safetensors")
reference = {}


def same_as_reference(folder):
    for name in FILES:
        assert read(f"{folder}/{name}") == reference[name], f"{folder}/{name} differs"


def wait_for(condition, process):
    """Poll until condition() holds while the process runs."""
    end = time.monotonic() + 60
    while not condition() and process.poll() is None:
        assert time.monotonic() < end, "nothing happened for a minute"
        time.sleep(0.005)
    if process.poll() is not None and not condition():
        raise AssertionError("ended too early: " + process.communicate()[1])


def has_checkpoint(folder):
    return (WORK / folder / "last.safetensors").exists()


def is_under_way(folder):
    log = WORK / folder / "log.jsonl"
    return log.exists() and log.read_bytes().count(b'"step"') > 20


def equal_seeds_give_equal_bits_on_any_number_of_threads():
    """equal seeds give equal bits on any number of threads"""
    begin = time.monotonic()
    run("train", *RUN, "--out", "one", "--threads", 1)
    middle = time.monotonic()
    for name in FILES:
        reference[name] = read(f"one/{name}")
    run("train", *RUN, "--out", "two", "--threads", 2)
    reference["seconds"] = min(middle - begin, time.monotonic() - middle)
    same_as_reference("two")
    run("train", *RUN, "--out", "other", "--seed", 2)
    assert read("other/last.safetensors") != reference["last.safetensors"]


def a_run_killed_at_any_moment_goes_on_to_the_same_bits():
    """a run killed at any moment goes on to the same bits"""
    seed = time.time_ns()
    draw = random.Random(seed)
    kills = chain = 0
    while kills < N_KILLS:
        chain += 1
        folder, finished = f"chain{chain}", False
        while not finished:
            how = ("--resume", folder, "--no-report", "--quiet", "--checkpoint-every", 3)
            if not has_checkpoint(folder):
                how = (*RUN, "--out", folder)
            process = start("train", *how, "--threads", draw.choice((1, 2)))
            if kills < N_KILLS:
                try:
                    process.wait(timeout=draw.uniform(0, reference["seconds"]))
                except subprocess.TimeoutExpired:
                    process.kill()
                    kills += 1
            _, err = process.communicate(timeout=120)
            finished = process.returncode == 0
            assert finished or process.returncode == -signal.SIGKILL, f"seed {seed}: {err}"
        same_as_reference(folder)
    print(f"{kills} kills in {chain} runs")


def a_new_run_in_a_folder_is_not_taken_for_the_old_one():
    """a new run in a folder is not taken for the old one"""
    again = (*RUN, "--epochs", 1, "--set", "train.validation=0")
    result = run_json("train", *again, "--out", "two")
    tested = run_json("test", "two", "--limit", 400)
    assert tested["checkpoint"] == result["checkpoint"] == "two/last.safetensors"
    assert tested["test_loss"] == result["test_loss"]


def an_interrupt_ends_with_a_checkpoint_to_go_on_from():
    """an interrupt ends with a checkpoint to go on from"""
    for number in (signal.SIGINT, signal.SIGTERM):
        folder = f"stopped{number}"
        process = start("train", *RUN, "--out", folder, "--json")
        wait_for(lambda: is_under_way(folder), process)
        process.send_signal(number)
        out, err = process.communicate(timeout=60)
        assert process.returncode == 1 and out == "", (process.returncode, out, err)
        assert f"spiqe train --resume {folder}" in err, err
        before = read(f"{folder}/last.safetensors")
        assert before != reference["last.safetensors"], "it had ended before the signal"
        run("test", folder)
        run("report", folder)
        assert read(f"{folder}/last.safetensors") == before
        result = run_json("train", "--resume", folder, "--no-report", "--quiet")
        assert result["epochs"] == N_EPOCHS and result["data"] == "digits"
        same_as_reference(folder)


def runs_that_begin_at_once_do_not_share_a_folder():
    """of runs that begin at once in one folder one trains, and no other touches it"""
    processes = {seed: start("train", *RUN, "--seed", seed, "--out", "both/of/them", "--threads", 1)
                 for seed in (1, 2, 3)}
    ended = {seed: (process.communicate(timeout=120)[1], process.returncode)
             for seed, process in processes.items()}
    winners = [seed for seed, (_, code) in ended.items() if code == 0]
    for seed, (err, code) in ended.items():
        assert seed in winners or (code == 1 and "another training or comparison" in err), err
    told = run_json("train", "--resume", "both/of/them", "--no-report", "--quiet")
    assert told["seed"] in winners, (told, ended)
    names = sorted(path.name for path in (WORK / "both/of/them").iterdir())
    assert names == ["best.safetensors", "last.safetensors", "log.jsonl"], names


def a_resume_asks_for_a_run_and_keeps_its_settings():
    """a resume asks for a run, and for its own settings"""
    fails(["nowhere"], "train", "--resume", "nowhere")
    fails(["--resume"], "train", "--resume", "one", "--epochs", 3, code=2)
    fails(["--resume"], "train", "--resume", "one", "--set", "train.rate=1", code=2)
    with open(WORK / "one/last.safetensors", "r+b") as file:
        file.truncate(1000)
    fails(["one/last.safetensors"], "train", "--resume", "one")


def small_files_only():
    """As a full disk looks to a program; Python ignores the signal, and the child shall as well."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, 40_000))


def stopped_run(folder):
    """A run that was interrupted. Returns the bytes of its checkpoint."""
    process = start("train", *RUN, "--out", folder)
    wait_for(lambda: is_under_way(folder), process)
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    return read(f"{folder}/last.safetensors")


def a_write_that_fails_leaves_the_last_checkpoint():
    """a write that fails leaves the last checkpoint"""
    (WORK / "file").write_text("in the way")
    fails(["file"], "train", *RUN, "--out", "file/run")
    if IS_THREADS:
        return
    before = stopped_run("full")
    fails(["full/", "File too large"], "train", "--resume", "full", "--quiet",
          preexec_fn=small_files_only, restore_signals=False)
    assert read("full/last.safetensors") == before
    run("train", "--resume", "full", "--quiet", "--no-report")
    same_as_reference("full")
    fails(["small/", "File too large"], "train", *RUN, "--out", "small",
          preexec_fn=small_files_only, restore_signals=False)


def mounted(folder, options):
    (WORK / folder).mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(WORK / folder)]
    return os.geteuid() == 0 and subprocess.run(command, stderr=subprocess.DEVNULL).returncode == 0


def a_full_or_read_only_disk_leaves_the_last_checkpoint():
    """a full or read-only disk leaves the last checkpoint (where a disk can be mounted)"""
    if not mounted("disk", "size=8m"):
        print("no disk can be mounted here")
        return
    try:
        before = stopped_run("disk/run")
        subprocess.run(["mount", "-o", "remount,ro", str(WORK / "disk")], check=True)
        fails(["disk/run", "Read-only"], "train", "--resume", "disk/run", "--quiet")
        assert read("disk/run/last.safetensors") == before
        subprocess.run(["mount", "-o", "remount,rw", str(WORK / "disk")], check=True)
        with open(WORK / "disk/filler", "wb", buffering=0) as filler:
            try:
                while filler.write(b"x" * 4096):
                    pass
            except OSError:
                pass
        fails(["disk/run", "No space"], "train", "--resume", "disk/run", "--quiet")
        assert read("disk/run/last.safetensors") == before
        (WORK / "disk/filler").unlink()
        run("train", "--resume", "disk/run", "--quiet", "--no-report")
        same_as_reference("disk/run")
    finally:
        subprocess.run(["umount", str(WORK / "disk")], check=True)


def data_that_vanished_is_missed():
    """data that vanished is missed, and the checkpoint stays"""
    make_set("data")
    run("train", "qsnn-small", "--data", "kmnist-6k", "--data-dir", "data", "--limit", 100,
        "--epochs", 1, "--out", "kept", "--quiet")
    before = read("kept/last.safetensors")
    (WORK / "data/kmnist-6k/train-images-idx3-ubyte").unlink()
    for arguments in (("train", "--resume", "kept"), ("test", "kept"), ("report", "kept")):
        fails(["kmnist-6k", "data"], *arguments, "--data-dir", "data")
    assert read("kept/last.safetensors") == before


def a_loss_that_is_not_finite_ends_the_run():
    """a loss that is not finite ends the run, naming step and layer"""
    settings = ("optimizer=sgd", "weight_decay=1", "rate=1000", "momentum=0", "clip=0")
    explode = [word for setting in settings for word in ("--set", "train." + setting)]
    fails(["epoch 1, step ", "stage 0 (dense)", "not finite"], "train", "snn", "--data", "digits",
          "--limit", 300, "--epochs", 2, "--batch", 10, "--set", "encode.steps=5", "--set",
          "stages.0.units=16", "--checkpoint-every", 3, "--out", "diverged", "--quiet", *explode)
    run("test", "diverged", "--limit", 100)  # its checkpoint holds finite numbers


def a_network_larger_than_the_machine_is_refused_at_once():
    """a network larger than the machine is refused at once"""
    huge = [f"stages.{i}.units={2**20}" for i in (0, 2)]
    fails(["buffers of", "MB", "left"], "train", "qsnn-small", "--data", "digits", "--limit", 10,
          "--set", huge[0], "--set", huge[1], "--out", "huge/and/deep")
    assert not (WORK / "huge").exists()


main([equal_seeds_give_equal_bits_on_any_number_of_threads,
      a_run_killed_at_any_moment_goes_on_to_the_same_bits,
      a_new_run_in_a_folder_is_not_taken_for_the_old_one,
      an_interrupt_ends_with_a_checkpoint_to_go_on_from,
      runs_that_begin_at_once_do_not_share_a_folder,
      a_resume_asks_for_a_run_and_keeps_its_settings,
      a_write_that_fails_leaves_the_last_checkpoint,
      a_full_or_read_only_disk_leaves_the_last_checkpoint,
      data_that_vanished_is_missed, a_loss_that_is_not_finite_ends_the_run,
      a_network_larger_than_the_machine_is_refused_at_once])
