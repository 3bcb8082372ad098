"""docs/energy.md, from the tables of technologies and prices in src/train/technology.c and of what
is counted in include/spiqe/work.h."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/train/technology.c"
WORK = ROOT / "include/spiqe/work.h"
STRING = r'"(?:[^"\\]|\\.)*"(?:\s*"(?:[^"\\]|\\.)*")*'
TECHNOLOGY = re.compile(rf'\{{({STRING}),\s*({STRING}),\s*({STRING}),\s*([01]), [01]\}}')
PRICE = re.compile(rf'\{{({STRING}),\s*(?:OF\((\w+)\)|(\w+_BYTE)),\s*([\d.e-]+),\s*({STRING})\}}')
KIND = re.compile(rf'X\((\w+), ({STRING}), ({STRING})\)')
PREFIXES = {0: "J", -3: "mJ", -6: "uJ", -9: "nJ", -12: "pJ", -15: "fJ"}
ABOUT = """# Energy

`spiqe energy RUN` counts what a trained network does while test samples go through it, and what
that costs by technology. Nothing is estimated from mean firing rates: each unit's spikes are
counted, and each kind of stage says from its own file (`count`, [add a
synapse](howto/add_a_synapse.md)) what they cause, so that the fan-out of a spike may depend on
its place. Encoders say in the same way what they do. The tables of this page are those of
`include/spiqe/work.h` and `src/train/technology.c`. Made by `make docs`; do not edit.

## What is counted
All counts are means of a sample; numbers have 4 bytes.

"""
RULES = """
* **Synapses.** A sequence in which every number is 0 or 1 is one of spikes: each of them adds a
  weight along each of its connections. Any other sequence (pictures, means over shots,
  activations) is one of real numbers, all of which are multiplied, also zeros. An input that does
  not change over the steps meets the weights once, not at each step, and columns that no neuron
  looks at are not made (the waiting times of a first QLIF layer with such an input).
* **Spikes.** `spikes` are those of neurons, as `spiqe test` and `spiqe compare` show them; they are
  what a price of a spike is for. Those of the encoder are `input_spikes`: they have no price of
  their own, as no neuron made them, but they move, and the synaptic operations that they cause are
  counted like all others.
* **Encoders** are the row `input`. `direct`, and `frames` without draws, give the sample's
  numbers themselves, which move once, as the input of the first synapse. All others fetch what
  they encode: 4 bytes for each number, 8 for each event of a recording (a time and an address).
  `rate` makes the probabilities once, writes them, and reads them at each step. Of a factor that
  is 1 and an offset of 0 nothing is counted; comparisons count as additions.

  | of one | additions | multiplications | functions | draws | bytes kept |
  |---|---|---|---|---|---|
  | direct: number, gain | | 1 | | | |
  | rate: number | 2; offset: 3 | gain: 1 | | | 4 |
  | rate: number and step that draws | 1 | | | 1 | 4 |
  | frames, spikes: drawn: number | 1 | | | 1 | |
  | latency: number that spikes | 4; linear: 3 | tau or normalize: 1 | 2; linear: 0 | | |
  | latency, first_spike_time: more | 1 | | | | |
  | latency, clip: more, for each number | 1 | | | | |
  | delta: number, fetched with the one before | 2; off_spike: 3 | | | | |
  | events: event, count or binary | 2 | 1 | | | 8 |
  | events, time_surface: event | 1 | 1 | | | 8 |
  | events, time_surface: number of a place that had an event | 1 | 1 | 1 | | 8 |
  | events, denoise: more, for each event | 3 | | | | 4, and 4 for each neighbour |
  | events, binary or cap: number; gain | 2 | gain: 1 | | | |

  An event that is left out as noise costs only its step and the denoiser, and without `bin` each
  recording costs a quotient. In the first step `delta` compares only.
* **Convolutions**: a spike reaches as many places as kernels lie over its own, fewer at the edges.
* **Pooling** of k numbers is k - 1 comparisons, or k - 1 additions and a multiplication. It emits
  nothing of its own: pooled spikes move, but are not counted again.
* **Neurons** run at each step, spike or no spike. A step is counted by its formulas as they stand
  in `src/device/reference`; comparisons count as additions. What depends on parameters alone is
  known before. For ansaetze of SQS other than crx it is the compiled program of a step.

  | a step of | additions | multiplications | functions | draws |
  |---|---|---|---|---|
  | relu (linear: nothing) | 1 | | | |
  | lif, reset subtract | 3 | 1 | | |
  | lif, mode stochastic: more | 2 | 1 | 2 | 1 |
  | qlif, one plane | 6 | 7 | 3 | |
  | qlif, two planes | 7 | 8 | 4 | |
  | qlif, modes shots and single-shot: more, for each shot | 2 | | | 1 |
  | sqs, crx, single-shot | 14 | 24 | 4 | 1 |
  | sqs, crx, expected | 10 | 16 | 2 | |

* **Recurrence**: each spike goes along its connections to its own population, also that of the
  last step, though nobody waits for it.
* **Memory.** Each weight is fetched for each operation that takes it: nothing is kept from one
  sample, step or neuron to the next. So the off-chip figure of a convolution, whose few weights
  any machine would keep, is an upper bound. A current is written once by its synapse and read
  once a step by its neuron; partial sums stay where they are added. States are read and written
  at each step. What an encoder keeps is state too. A spike moves as an address of 4 bytes.
* **Quantum devices.** A QLIF neuron is a circuit of one qubit at each step; an SQS neuron is one
  circuit over all steps, as its memory is not measured. Shots: 1 in mode single-shot, else the
  option `shots`; modes exact and expected know their mean without, but a device does not.

## What it costs
Three figures, and it is always said which:

| | |
|---|---|
| arithmetic | operations alone, nothing moves: what most papers give |
| + on chip | all bytes come from and go to a memory on the chip that holds all weights |
| + off chip | all bytes come from and go to DRAM: no cache |

Papers mostly give 4.6 pJ for each multiply-accumulate and 0.9 pJ for each addition of a synapse,
and leave out neurons and memory: that is the technology `proxy`. Memory is the larger part, so
`45nm` has both. Prices of a neuromorphic chip hold its own memory, so they have one figure, on
chip.

Work of synapses (`synaptic_operations`, `macs`) that a technology cannot do or has no price for is
named behind its row, all of it, and the figure is a lower bound: Loihi and TrueNorth multiply no
real numbers, as a first layer that is fed pictures does; the analogue neuron has no synapses; the
quantum processor does not do what the computer beside it does. Of a chip with neurons of its own
(Loihi, TrueNorth, the analogue neuron) `functions` and `draws` are named too: its neurons are LIF,
and QLIF and SQS neurons, which need sines and random numbers, would have to be approximated there.
What else has no price there (additions, multiplications) is part of the price of a step, a spike
or a synaptic event; what `covers` does not name below is not in the figure and is not told again.

The figures tell orders of magnitude. They are of different years and processes, exclude training,
and scale no network to a chip's precision or size.

"""


def joined(literals):
    """The text of C string literals that stand side by side."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', literals))


def rows_of(text, name, rule):
    """The rows of a table, all of them."""
    table = re.search(name + r"\[\] = \{\n(.*?)\n\};", text, re.S)[1]
    rows = rule.findall(table)
    if len(rows) != len(re.findall(r"^    \{", table, re.M)):
        sys.exit(f"{SOURCE}: a row of {name} has a form that is not known here")
    return rows


def joules(value):
    number = float(value)
    power = max(p for p in PREFIXES if number >= 0.9995 * 10.0 ** p)
    return f"{number / 10.0 ** power:.4g} {PREFIXES[power]}"


def page():
    text, work = SOURCE.read_text(), WORK.read_text()
    kinds = {name: (joined(key), joined(title)) for name, key, title in KIND.findall(work)}
    if len(kinds) != len(re.findall(r"^  X\(", work, re.M)):
        sys.exit(f"{WORK}: a row of SPIQE_WORK has a form that is not known here")
    out = ["| key | what |", "|---|---|"]
    out += [f"| {key} | {title} |" for key, title in kinds.values()]
    costs = ["| technology | what it is | covers |", "|---|---|---|"]
    costs += [f"| {joined(name)} | {joined(summary)} | {joined(covers)}"
              f"{'; its memory included' if memory == '1' else ''} |"
              for name, summary, covers, memory in rows_of(text, "technologies", TECHNOLOGY)]
    costs += ["", "| technology | of one | costs | source |", "|---|---|---|---|"]
    for name, kind, byte, price, source in rows_of(text, "prices", PRICE):
        what = kinds[kind][0] if kind else byte.lower()
        costs.append(f"| {joined(name)} | {what} | {joules(price)} | {joined(source)} |")
    return ABOUT + "\n".join(out) + "\n" + RULES + "\n".join(costs) + "\n"
