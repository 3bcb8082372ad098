"""spiqe energy: the whole is its parts, joules are counts times prices, bad input is told."""
import copy
import functools

from program import fails, main, read, run, run_json, write

NET = b"name: net\ninput: [28, 28]\nencode: {rate: {steps: 5}}\nstages:\n" \
      b"  - dense: {units: 20}\n  - %s: {}\n  - dense: {units: 10}\n  - %s: {}\n" \
      b"train: {epochs: 1, batch: 50}\n"
COUNTED = ("--data", "digits", "--limit", 200)


@functools.cache
def counted(kind):
    return run_json("energy", kind, *COUNTED)


def make_runs():
    """two networks are trained to be counted"""
    for kind in ("lif", "sqs"):
        write(f"{kind}.yaml", NET % (kind.encode(), kind.encode()))
        run("train", f"{kind}.yaml", *COUNTED, "--out", kind, "--threads", 2)


def the_whole_is_the_sum_of_the_stages():
    """the whole is the sum of the stages, and spikes are those of the test"""
    for kind in ("lif", "sqs"):
        told = copy.deepcopy(counted(kind))
        stages = told["stages"]
        names = [stage.pop("stage") for stage in stages]
        assert names == ["input", "0 dense", f"1 {kind}", "2 dense", f"3 {kind}"], names
        assert told["sample"].pop("stage") == "all" and told["test_samples"] == 200
        for key, value in told["sample"].items():  # doubles: some units in the last place
            assert abs(value - sum(stage[key] for stage in stages)) <= 1e-12 * value, (key, told)
        tested = run_json("test", kind, *COUNTED)
        emitted = stages[2]["spikes"] + stages[4]["spikes"]
        assert emitted > 0 and abs(emitted - tested["spikes_per_sample"]) < 1e-9 * emitted
        assert abs(told["sample"]["spikes"] - emitted) < 1e-9 * emitted  # none of the input
        assert stages[0]["spikes"] == 0 and stages[0]["input_spikes"] > 0
        assert stages[0]["draws"] == 784 * 5
        assert stages[1]["synaptic_operations"] == stages[0]["input_spikes"] * 20
        assert told["sample"]["macs"] == 0


def joules_are_counts_times_prices():
    """joules are counts times prices, with and without memory"""
    told = counted("sqs")
    sample = told["sample"]
    moved = sample["weight_bytes"] + sample["state_bytes"] + sample["event_bytes"]
    for row in told["energy"]:
        prices = {price["of"]: price["joules"] for price in row["prices"]}
        sum_ = sum(sample.get(key, 0) * joules for key, joules in prices.items())
        figures = {"joules": sum_, "joules_on_chip": sum_ + moved * prices.get("on_chip_byte", 0),
                   "joules_off_chip": sum_ + moved * prices.get("off_chip_byte", 0)}
        assert any(row[key] is not None for key in figures), row
        for key, value in figures.items():
            assert row[key] is None or abs(row[key] - value) < 1e-9 * value, (key, value, row)
    by_name = {row["technology"]: row for row in told["energy"]}
    full = by_name["45nm"]
    assert full["joules"] < full["joules_on_chip"] < full["joules_off_chip"]
    assert by_name["loihi"]["joules"] is None  # its prices hold its memory
    assert by_name["analogue-28nm"]["left_out"] == ["synaptic_operations", "functions", "draws"]
    classical = {row["technology"]: row for row in counted("lif")["energy"]}
    assert classical["superconducting"]["joules"] is None
    assert by_name["superconducting"]["joules"] > 0
    told = {row["technology"]: row for row in counted("lif")["energy"]}
    assert by_name["loihi"]["left_out"] == ["functions", "draws"]
    assert told["loihi"]["left_out"] == ["draws"]  # of the encoder
    assert by_name["proxy"]["left_out"] == []


def threads_change_nothing():
    """the number of threads changes nothing"""
    assert run_json("energy", "sqs", *COUNTED, "--threads", 1) == counted("sqs")


def the_table_says_what_it_holds():
    """the table says what its figures hold"""
    out, _ = run("energy", "lif/last.safetensors", *COUNTED, "--technology", "45nm",
                 "--technology", "truenorth")
    for words in ("net on 200 test samples of digits, 5 steps", "arithmetic", "+ on chip",
                  "+ off chip", "synapses and neurons", "docs/energy.md"):
        assert words in out, out
    assert "loihi" not in out


def the_page_of_a_run_shows_it():
    """the page of a run shows its operations and their energy"""
    page = read("sqs/report.html").decode()
    told = counted("sqs")
    assert 'id="energy"' in page and "test samples went through the network" in page
    assert f"<td>{round(told['sample']['synaptic_operations']):,}</td>" in page


def bad_input_is_told():
    """bad input is told, with the nearest right name"""
    fails(["nowhere"], "energy", "nowhere", *COUNTED)
    fails(["expected"], "energy", code=2)
    fails(["45nn", "did you mean '45nm'"], "energy", "lif", "--technology", "45nn", code=2)
    fails(["digts", "digits"], "energy", "lif", "--data", "digts", code=2)
    fails(["--lmit", "--limit"], "energy", "lif", "--lmit", 3, code=2)
    for runs in (0, 1000001):
        fails([f"{runs} runs"], "energy", "lif", *COUNTED, "--runs", runs, code=2)
    write("broken.safetensors", b"no checkpoint")
    fails(["broken.safetensors"], "energy", "broken.safetensors", *COUNTED)


if __name__ == "__main__":
    main([make_runs, the_whole_is_the_sum_of_the_stages, joules_are_counts_times_prices,
          threads_change_nothing, the_table_says_what_it_holds,
          the_page_of_a_run_shows_it, bad_input_is_told])
