"""What bench/published.py measures, in an environment that has torch."""
import argparse
import math
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional

import rows

TRAIN_SAMPLES = 60000  # of MNIST: an epoch's samples
BATCH = 200
T1, TAU_SCALE, THRESHOLD = 60, 200, 0.75
# Network: steps, row of bench_epoch, and the ratio promised.
STEPS = {"qsnn": 25, "qscnn": 50, "qscnn-fast": 8}
OURS = {"qsnn": "epoch", "qscnn": "qscnn 50 steps epoch", "qscnn-fast": "qscnn epoch"}
LEAST = {"qscnn": 30}


class Neuron(torch.autograd.Function):
    """One step of the neuron, m its population before: docs/models.md, `leak: published`."""

    @staticmethod
    def forward(ctx, theta, tau, x, m):
        kept = m < THRESHOLD
        phi = torch.where(kept, 2 * torch.asin(torch.sqrt(m)), torch.zeros_like(m))
        gamma = -2 * torch.asin(torch.sqrt(m * torch.exp(-tau / T1)))
        after = (torch.sin((theta + phi) * x / 2) ** 2 +
                 torch.sin((gamma + phi) * (1 - x) / 2) ** 2) * kept
        ctx.save_for_backward(theta, tau, x, m)
        return after, (after > THRESHOLD).float()

    @staticmethod
    def backward(ctx, d_after, _):
        theta, tau, x, m = ctx.saved_tensors
        g = d_after / (1 + (math.pi * m) ** 2)
        phi = 2 * torch.asin(torch.sqrt(m))
        decay = torch.exp(-tau / T1)
        damped = torch.clamp(m * decay, max=1 - 1e-6)
        d_gamma = torch.sqrt(damped) / (T1 * torch.sqrt(1 - damped))
        gamma = -2 * torch.asin(torch.sqrt(damped))
        d_theta = g * x * torch.sin(x * (theta + phi)) / 2
        d_tau = g * (1 - x) * torch.sin((1 - x) * (gamma + phi)) / 2 * d_gamma
        return d_theta, d_tau, None, g


class Stage(nn.Module):
    """A synapse of two planes and its neurons."""

    def __init__(self, rotate, wait, size):
        super().__init__()
        self.rotate, self.wait, self.size = rotate, wait, size

    def begin(self, n):
        return torch.zeros(n, *self.size)

    def forward(self, spikes, m):
        a, c = self.rotate(spikes), self.wait(spikes)
        return Neuron.apply(math.pi * a.abs(), TAU_SCALE * c.abs(), (a > 0).float(), m)


def planes(make, size):
    return Stage(make(), make(), size)


def build(name):
    """Stages, and the shape of a picture."""
    if name == "qsnn":
        return nn.ModuleList([planes(lambda: nn.Linear(784, 1000), (1000,)),
                              planes(lambda: nn.Linear(1000, 10), (10,))]), (784,)
    return nn.ModuleList([
        planes(lambda: nn.Sequential(nn.Conv2d(1, 12, 5), nn.MaxPool2d(2)), (12, 12, 12)),
        planes(lambda: nn.Sequential(nn.Conv2d(12, 64, 5), nn.MaxPool2d(2)), (64, 4, 4)),
        planes(lambda: nn.Sequential(nn.Flatten(), nn.Linear(1024, 10)), (10,))]), (1, 28, 28)


class Peer:
    """Trains on drawn pictures: the time of its steps does not depend on them."""

    def __init__(self, name):
        torch.manual_seed(1)
        self.stages, shape = build(name)
        self.steps = STEPS[name]
        self.optimiser = torch.optim.Adam(self.stages.parameters(), lr=5e-3)
        self.pictures, self.labels = torch.rand(BATCH, *shape), torch.randint(10, (BATCH,))

    def batch(self):
        states = [stage.begin(BATCH) for stage in self.stages]
        total = 0
        for _ in range(self.steps):
            spikes = self.pictures
            for i, stage in enumerate(self.stages):
                states[i], spikes = stage(spikes, states[i])
            total = total + states[-1]
        self.optimiser.zero_grad()
        functional.cross_entropy(total, self.labels).backward()
        self.optimiser.step()

    def seconds(self, threads, n_batches):
        """Of an epoch."""
        torch.set_num_threads(threads)
        start = time.perf_counter()
        for _ in range(n_batches):
            self.batch()
        return (time.perf_counter() - start) / n_batches * TRAIN_SAMPLES / BATCH


def compare(out, name, arguments):
    peer = Peer(name)
    peer.seconds(1, 1)
    one, two, own = [], [], []
    for turn in range(arguments.rounds):
        one.append(peer.seconds(1, arguments.batches))
        two.append(peer.seconds(2, arguments.batches))
        row = rows.ours("epoch", OURS[name], "--model", name, "--rounds", 1, "--chunk", 4)
        own.append(row["measured"])
        print(f"{name}, round {turn + 1}: theirs {one[-1]:.0f} s on one thread, {two[-1]:.0f} s "
              f"on two, ours {own[-1]:.1f} s", flush=True)
    theirs = [min(pair) for pair in zip(one, two)]
    details = {"seconds_per_epoch": own, "peer_seconds_per_epoch_one_thread": one,
               "peer_seconds_per_epoch_two_threads": two, "steps": STEPS[name], "batch": BATCH,
               "using": f"torch {torch.__version__}"}
    out.add(f"{name} published epoch",
            f"one epoch of {name}, {STEPS[name]} steps, by the published rules in PyTorch, over "
            f"ours", rows.median_ratio(theirs, own),
            None if out.is_trial else LEAST.get(name), row, details, least=True)
    return theirs, own, row, details


def main():
    parser = argparse.ArgumentParser(prog="published.py")
    parser.add_argument("name", nargs="*", help=", ".join(STEPS))
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--batches", type=int, default=2)
    parser.add_argument("--trial", action="store_true")
    arguments = parser.parse_args()
    command = rows.command_of(sys.argv[1:], "published")
    out = rows.File(arguments.trial, command, "published")
    measured = {name: compare(out, name, arguments) for name in arguments.name or STEPS}
    if {"qscnn", "qscnn-fast"} <= measured.keys():
        theirs, own = measured["qscnn"][0], measured["qscnn-fast"][1]
        out.add("qscnn published epoch over qscnn-fast",
                "one epoch of qscnn as published, 50 steps in PyTorch, over one of our qscnn-fast, "
                "8 steps", rows.median_ratio(theirs, own), None, measured["qscnn-fast"][2],
                {"peer_seconds_per_epoch": theirs, "seconds_per_epoch": own}, least=True)
    return out.n_missed > 0


if __name__ == "__main__":
    sys.exit(main())
