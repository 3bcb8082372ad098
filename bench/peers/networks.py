"""The networks of models/ in PyTorch and snnTorch. Each gives logits, of which the loss is the
cross-entropy, and the classes it predicts. Weights begin as PyTorch's do, and so do ours."""
import snntorch
import torch
from snntorch import surrogate
from torch import nn

NAMES = ("ann", "cnn", "snn", "scnn")
COUNT_SCALE, MEMBRANE_SCALE = 10, 1  # of the loss count_membrane


def using(name):
    return f"snntorch {snntorch.__version__}" if name.startswith("s") else "torch.nn"


class Plain(nn.Module):
    """A chain without spikes."""

    def __init__(self, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)

    def forward(self, images):
        logits = self.layers(images.unsqueeze(1))
        return logits, logits.argmax(1)


class Spiking(nn.Module):
    """Synapses with a LIF population behind each; the picture is the current at every step, so what
    the first synapse makes of it is made once. Dropout, before the last synapse, has one mask for
    all steps."""

    def __init__(self, steps, dropout, *synapses):
        super().__init__()
        self.steps, self.dropout = steps, nn.Dropout(dropout)
        self.synapses = nn.ModuleList(synapses)
        self.lif = nn.ModuleList(
            snntorch.Leaky(beta=0.9, threshold=1.0, reset_mechanism="subtract",
                           spike_grad=surrogate.atan(alpha=2.0)) for _ in synapses)

    def forward(self, images):
        states = [lif.init_leaky() for lif in self.lif]
        first = self.synapses[0](images.unsqueeze(1))
        counts, membranes, mask = 0, 0, None
        for _ in range(self.steps):
            spikes, states[0] = self.lif[0](first, states[0])
            for i in range(1, len(self.lif)):
                if i + 1 == len(self.lif):
                    mask = self.dropout(torch.ones_like(spikes)) if mask is None else mask
                    spikes = spikes * mask
                spikes, states[i] = self.lif[i](self.synapses[i](spikes), states[i])
            counts, membranes = counts + spikes, membranes + states[-1]
        logits = (COUNT_SCALE * counts + MEMBRANE_SCALE * membranes) / self.steps
        return logits, self.predict(counts, membranes)

    @staticmethod
    def predict(counts, membranes):
        """The class with most spikes, of equal ones that with the largest membrane."""
        is_most = counts == counts.max(1, keepdim=True).values
        return torch.where(is_most, membranes, torch.full_like(membranes, -torch.inf)).argmax(1)


def make(name, steps, dropout):
    if name == "ann":
        return Plain(nn.Flatten(), nn.Linear(784, 1000), nn.ReLU(), nn.Dropout(dropout),
                     nn.Linear(1000, 10))
    if name == "cnn":
        return Plain(nn.Conv2d(1, 12, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(12, 64, 5),
                     nn.MaxPool2d(2), nn.ReLU(), nn.Flatten(), nn.Dropout(dropout),
                     nn.Linear(1024, 10))
    if name == "snn":
        return Spiking(steps, dropout, nn.Sequential(nn.Flatten(), nn.Linear(784, 1000)),
                       nn.Linear(1000, 10))
    if name == "scnn":
        return Spiking(steps, dropout, nn.Sequential(nn.Conv2d(1, 12, 5), nn.MaxPool2d(2)),
                       nn.Sequential(nn.Conv2d(12, 64, 5), nn.MaxPool2d(2)),
                       nn.Sequential(nn.Flatten(), nn.Linear(1024, 10)))
    raise SystemExit(f"networks: no network '{name}'; there are {', '.join(NAMES)}")
