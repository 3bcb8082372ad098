"""What bench/networks.py measures, in an environment that has torch and snntorch."""
import argparse
import gzip
import json
import math
import os
import pathlib
import re
import statistics
import subprocess
import sys
import time

import torch
from torch.nn import functional

import networks
import rows

ROOT = rows.ROOT
FOLDER = ROOT / "build/networks"
WITHIN = 0.3  # points
FILES = {"train": ("train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"),
         "test": ("t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz")}


def read_idx(path):
    """The numbers of a packed IDX file of bytes; header: 0, 0, 8, dimensions, then their sizes."""
    raw = gzip.decompress(path.read_bytes())
    n = raw[3]
    shape = [int.from_bytes(raw[4 + 4 * i:8 + 4 * i], "big") for i in range(n)]
    return torch.frombuffer(bytearray(raw[4 + 4 * n:]), dtype=torch.uint8).reshape(shape)


def load(data, part, limit):
    """Pictures from 0 to 1 and labels, where our own programs find them."""
    folders = [pathlib.Path(f) for f in os.environ.get("SPIQE_DATA", "").split(":") if f]
    folders += [pathlib.Path.home() / ".cache/spiqe", ROOT / "../shared/data"]
    for folder in folders:
        files = [folder / data / name for name in FILES[part]]
        if all(file.exists() for file in files):
            images, labels = map(read_idx, files)
            n = limit or len(labels)
            return images[:n].float() / 255, labels[:n].long()
    sys.exit(f"networks: no data set {data} here (spiqe data fetch {data})")


def settings_of(name, key):
    """The line `key: {option: value, ...}` of a description, numbers as numbers."""
    text = (ROOT / f"models/{name}.yaml").read_text()
    found = re.search(rf"^{key}: \{{(.*)\}}$", text, re.M)
    pairs = [pair.split(": ") for pair in found[1].split(", ")]
    return {k: float(v) if re.fullmatch(r"[0-9.e-]+", v) else v for k, v in pairs}


def steps_of(name):
    """Of the encoder."""
    text = (ROOT / f"models/{name}.yaml").read_text()
    return int(re.search(r"^encode: .*steps: (\d+)", text, re.M)[1])


def dropout_of(name):
    """The rate of the stage dropout; 0 where there is none."""
    text = (ROOT / f"models/{name}.yaml").read_text()
    found = re.search(r"^  - dropout: \{rate: ([0-9.]+)\}$", text, re.M)
    return float(found[1]) if found else 0.0


def rate_at(step, n_steps, rate):
    """Our schedule `cosine`, down to 0, without warm-up."""
    return rate * (1 + math.cos(math.pi * step / n_steps)) / 2


class Training:
    """One network with one seed; a file keeps it after each epoch."""

    def __init__(self, name, data, seed, epochs, limit):
        self.learn = {"rate": 1e-3, "batch": 200, "clip": 1} | settings_of(name, "train")
        self.smoothing = settings_of(name, "loss").get("label_smoothing", 0.0)
        self.epochs, self.done, self.seconds = epochs, 0, []
        self.data, self.limit = data, limit
        torch.manual_seed(seed)
        self.net = networks.make(name, steps_of(name), dropout_of(name))
        self.optimiser = torch.optim.Adam(self.net.parameters(), lr=self.learn["rate"])
        self.path = FOLDER / f"{name}-{data}-e{epochs}-n{limit}-s{seed}.pt"
        if self.path.exists():
            kept = torch.load(self.path)
            self.net.load_state_dict(kept["net"])
            self.optimiser.load_state_dict(kept["optimiser"])
            torch.set_rng_state(kept["random"])
            self.done, self.seconds = kept["done"], kept["seconds"]

    def save(self):
        beside = self.path.with_suffix(".new")
        torch.save({"net": self.net.state_dict(), "optimiser": self.optimiser.state_dict(),
                    "random": torch.get_rng_state(), "done": self.done, "seconds": self.seconds},
                   beside)
        beside.replace(self.path)

    def learn_epoch(self, images, labels):
        self.net.train()
        order, batch = torch.randperm(len(labels)), int(self.learn["batch"])
        per_epoch = math.ceil(len(labels) / batch)
        for i in range(per_epoch):
            at = order[i * batch:(i + 1) * batch]
            rate = rate_at(self.done * per_epoch + i, self.epochs * per_epoch, self.learn["rate"])
            for group in self.optimiser.param_groups:
                group["lr"] = rate
            logits, _ = self.net(images[at])
            loss = functional.cross_entropy(logits, labels[at], label_smoothing=self.smoothing)
            self.optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(self.net.parameters(), self.learn["clip"])
            self.optimiser.step()

    def run(self):
        if self.done < self.epochs:
            images, labels = load(self.data, "train", self.limit)
        while self.done < self.epochs:
            start = time.perf_counter()
            self.learn_epoch(images, labels)
            self.seconds.append(time.perf_counter() - start)
            self.done += 1
            self.save()
            print(f"  epoch {self.done}/{self.epochs}: {self.seconds[-1]:.1f} s", flush=True)
        return self.test()

    def test(self):
        """Percent right."""
        self.net.eval()
        images, labels = load(self.data, "test", self.limit)
        right = 0
        with torch.no_grad():
            for first in range(0, len(labels), 200):
                _, predicted = self.net(images[first:first + 200])
                right += (predicted == labels[first:first + 200]).sum().item()
        return 100 * right / len(labels)


def ours_of_bench(name, data, epochs, seed):
    """A training of bench_accuracy: its row."""
    training = f"{name}-{data}-{epochs}-s{seed}"
    done = subprocess.run([rows.PROGRAMS / "bench/bench_accuracy", training], cwd=ROOT, text=True)
    if done.returncode:
        sys.exit(f"networks: bench_accuracy {training} failed")
    lines = (ROOT / "build/bench/accuracy.jsonl").read_text().splitlines()
    row = next(row for row in map(json.loads, lines) if row["name"] == training)
    return row["measured"], row["details"]["seconds_per_epoch"], row


def ours_of_trial(name, data, epochs, seed, limit):
    """A training of spiqe train, kept as its JSON."""
    kept = FOLDER / f"ours-{name}-{data}-e{epochs}-n{limit}-s{seed}.json"
    if not kept.exists():
        limits = ["--limit", limit] if limit else []
        command = [rows.PROGRAMS / "spiqe", "train", name, "--data", data, "--epochs", epochs,
                   "--seed", seed, *limits, "--json", "--out", kept.with_suffix("")]
        done = subprocess.run([*map(str, command)], text=True, capture_output=True, cwd=ROOT)
        if done.returncode:
            sys.exit(f"networks: {done.stderr}")
        kept.write_text(done.stdout)
    result = json.loads(kept.read_text())
    machine = {"processor": "unknown", "processors": os.cpu_count()}
    own = {"threads": result["threads"], "device": "", "machine": machine}
    return 100 * result["test_accuracy"], result["seconds_per_epoch"], own


def compare(out, name, arguments):
    data, limit = arguments.data, arguments.limit
    epochs = arguments.epochs or int(settings_of(name, "train")["epochs"])
    own, theirs, own_seconds, seconds = [], [], [], []
    for seed in range(1, arguments.seeds + 1):
        if arguments.epochs or limit:
            measured = ours_of_trial(name, data, epochs, seed, limit)
        else:
            measured = ours_of_bench(name, data, epochs, seed)
        own.append(measured[0])
        own_seconds.append(measured[1])
        print(f"{name}, seed {seed}: ours {own[-1]:.2f} %", flush=True)
        training = Training(name, data, seed, epochs, limit)
        theirs.append(training.run())
        seconds.append(statistics.mean(training.seconds))
        print(f"{name}, seed {seed}: theirs {theirs[-1]:.2f} %", flush=True)
    details = {"ours_each": own, "peer_each": theirs, "seconds_per_epoch": own_seconds,
               "peer_seconds_per_epoch": seconds, "epochs": epochs, "limit": limit,
               "threads_of_peer": torch.get_num_threads(),
               "using": f"torch {torch.__version__}, {networks.using(name)}"}
    out.add(f"{name}-{data}-{epochs}-torch",
            f"models/{name} on {data}, {epochs} epochs, accuracy of PyTorch less ours",
            statistics.mean(theirs) - statistics.mean(own), None if out.is_trial else WITHIN,
            measured[2], details)


def main():
    parser = argparse.ArgumentParser(prog="networks.py")
    parser.add_argument("name", nargs="*", help="ann, cnn, snn, scnn")
    parser.add_argument("--data", default="mnist")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=0)
    parser.add_argument("--limit", type=int, default=0)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    FOLDER.mkdir(parents=True, exist_ok=True)
    command = rows.command_of(sys.argv[1:], "networks")
    out = rows.File(bool(arguments.epochs or arguments.limit), command, "networks", "points")
    for name in arguments.name or networks.NAMES:
        compare(out, name, arguments)
    return out.n_missed > 0


if __name__ == "__main__":
    sys.exit(main())
