"""The processor as a factor: which kernels are really loaded, and what is made of the results."""

import signal

import pandas as pd
import pytest
from kernels_sample import PLAIN, write_kernel_file

from backprop_lab.claims.kernels import KernelSpread
from backprop_lab.cli.main import main
from backprop_lab.errors import LabError
from backprop_lab.facts.book import FactBook
from backprop_lab.facts.registry import add_table
from backprop_lab.measurements import kernels
from backprop_lab.measurements.emulated import answers
from backprop_lab.runs.config_error import ConfigError
from backprop_lab.runs.grid import apply_preset, expand_kernels
from backprop_lab.runs.kernels import KERNELS, VARIABLES
from backprop_lab.tables.kernels import write_kernel_runs, write_kernels

RELU, DEEP = "numpy_360_relu_sgd_lr0.1_b32_e10", "numpy_360-100-40_relu_sgd_lr0.1_b32_e10"
SMALL = "numpy_8_relu_sgd_lr0.1_b32_e1/seed0"
SEEDS = [0.970, 0.971, 0.974]


# --- in another process -----------------------------------------------------------------


@pytest.fixture(scope="module")
def dataset(small_dataset, write_dataset, tmp_path_factory):
    """The `name=path` arguments of the small data set."""
    npz = write_dataset(tmp_path_factory.mktemp("kernels"), small_dataset)
    return [f"npz={npz}", f"json={npz.with_suffix('.json')}"]


def test_another_kernel_is_really_loaded_whatever_the_process_inherits(
    dataset, tmp_path, monkeypatch
):
    monkeypatch.setenv("OPENBLAS_CORETYPE", "Prescott")
    tables = {}
    for job in ("numpy-native", "numpy-Nehalem", "numpy-Prescott"):
        output = tmp_path / f"{job}.csv"
        assert main(["kernel", str(output), *dataset, "--job", job, "--runs", SMALL]) == 0
        tables[job] = pd.read_csv(output).iloc[0]
    native, other = tables["numpy-native"], tables["numpy-Nehalem"]
    if not other["emulated"]:
        assert pd.isna(other["val_accuracy"])  # and so it is recorded
        pytest.skip(f"this processor cannot load OpenBLAS Nehalem, only {other['loaded']}")
    assert other["loaded"] == "OpenBLAS Nehalem"
    assert tables["numpy-Prescott"]["loaded"] == "OpenBLAS Katmai"
    assert native["emulated"]
    assert native["loaded"] != "OpenBLAS Katmai"  # the variable that was set is not inherited
    assert native["weights_sha256"] != other["weights_sha256"]
    assert native["status"] == other["status"] == "completed"


def test_a_process_that_meets_an_unknown_instruction_is_recorded(dataset, tmp_path, monkeypatch):
    monkeypatch.setattr(kernels, "_run", lambda arguments, environ: -signal.SIGILL)
    output = tmp_path / "numpy-SkylakeX.csv"
    command = ["kernel", str(output), *dataset, "--job", "numpy-SkylakeX", "--runs", SMALL]
    assert main(command) == 0
    row = pd.read_csv(output).iloc[0]
    assert (row["loaded"], row["emulated"]) == ("none", False)
    assert pd.isna(row["val_accuracy"])


def test_a_process_that_fails_leaves_no_file(dataset, tmp_path, capfd):
    output = tmp_path / "numpy-Haswell.csv"
    command = ["kernel", str(output), *dataset, "--job", "numpy-Haswell", "--runs", "numpy_8"]
    assert main(command) == 1
    assert not output.exists()
    assert "numpy_8: not the name of a run" in capfd.readouterr().err
    assert main(["kernel", str(output), *dataset, "--job", "numpy-Foo", "--runs", SMALL]) == 1
    assert "numpy-Foo: no such kernels" in capfd.readouterr().err


def test_each_kernel_is_asked_for_alone(monkeypatch):
    for name in VARIABLES:
        monkeypatch.setenv(name, "x")
    for backend, known in KERNELS.items():
        for name, kernel in known.items():
            environ = kernels.environment(f"{backend}-{name}")
            assert set(environ) & set(VARIABLES) == {kernel.variable}
            assert environ[kernel.variable] == kernel.value
    assert not set(kernels.environment("torch-native")) & set(VARIABLES)


def test_what_a_library_answers_decides():
    assert answers("numpy", "Prescott", {"OpenBLAS": "Katmai"})
    assert not answers("numpy", "Haswell", {})
    assert answers("torch", "mkl-compatible", {"ATen": "AVX2", "MKL": "COMPATIBLE"})
    assert not answers("torch", "mkl-compatible", {"ATen": "AVX2", "MKL": "OFF"})


# --- tables, facts ----------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    """Two kernels and one that was not loaded, of two runs; three seeds of the first."""
    ids = [f"{RELU}/seed0", f"{DEEP}/seed0"]
    jobs = [
        write_kernel_file(tmp_path, "numpy-native", ids, loaded="OpenBLAS SkylakeX"),
        # The same kernels under their own name count once.
        write_kernel_file(tmp_path, "numpy-SkylakeX", ids, loaded="OpenBLAS SkylakeX"),
        write_kernel_file(
            tmp_path, "numpy-Haswell", ids, loaded="OpenBLAS Haswell", val_accuracy=0.973
        ),
        write_kernel_file(tmp_path, "numpy-Nehalem", ids),
    ]
    seeds = [PLAIN | {"variant": RELU, "status": "completed", "val_accuracy": v} for v in SEEDS]
    seeds.append(PLAIN | {"variant": RELU, "status": "diverged", "val_accuracy": 0.1})
    pd.DataFrame(seeds).to_csv(tmp_path / "runs.csv", index=False)
    return {"kernels": jobs, "runs": tmp_path / "runs.csv"}


def test_the_spread_over_kernels_beside_that_over_seeds(files, tmp_path):
    write_kernels(**files, output=tmp_path / "kernels.csv")
    table = pd.read_csv(tmp_path / "kernels.csv").set_index("variant")
    row = table.loc[RELU]
    assert (row["n_asked"], row["n"], row["n_weights"], row["n_seeds"]) == (4, 2, 2, 3)
    assert row["val_accuracy_range"] == pytest.approx(0.003)
    assert row["val_accuracy_std"] == pytest.approx(0.003 / 2**0.5)
    assert row["val_accuracy_seeds_range"] == pytest.approx(0.004)
    assert row["val_accuracy_seeds_std"] == pytest.approx(pd.Series(SEEDS).std())
    assert row["test_accuracy_range"] == 0
    assert row["accuracy_gap_range"] == pytest.approx(0.003)
    deep = table.loc[DEEP]
    assert deep["n_seeds"] == 0
    assert pd.isna(deep["val_accuracy_seeds_range"])


def test_facts_of_kernels(files, tmp_path):
    write_kernels(**files, output=tmp_path / "kernels.csv")
    write_kernel_runs(kernels=files["kernels"], output=tmp_path / "kernel_runs.csv")
    book = FactBook(tmp_path)
    for name in ("kernels", "kernel_runs"):
        add_table(book, tmp_path / f"{name}.csv")
    facts = book.facts
    assert (facts["kernels.n_asked"]["value"], facts["kernels.n_loaded"]["value"]) == (3, 2)
    assert facts["kernels.n_runs"]["value"] == 2
    spread = facts["kernels.numpy.360.relu.sgd.val_accuracy_range"]
    assert (spread["unit"], spread["n"]) == ("fraction", 2)
    prefix = "kernels.numpy.360.relu.sgd"
    assert facts[f"{prefix}.val_accuracy_seeds_range"]["unit"] == "fraction"
    assert facts[f"{prefix}.n_seeds"]["unit"] == "count"
    assert facts["kernels.largest.backend"]["value"] == "numpy"


# --- verdicts ---------------------------------------------------------------------------

PART = {"kind": "difference", "measure": {"quantity": "val_accuracy"}, "below": 0.002}
REGION = (-float("inf"), 0.002)


def entry(interval, first=RELU, second=RELU, **more):
    sides = {"first": {"variant": first}, "second": {"variant": second}}
    return {"decides": True, "interval": interval, **sides, **more}


@pytest.fixture
def spread(files, tmp_path):
    write_kernels(**files, output=tmp_path / "kernels.csv")
    return KernelSpread(tmp_path / "kernels.csv")


@pytest.mark.parametrize(
    ("interval", "distance", "within"),
    [
        ([-0.003, 0.001], 0.001, True),
        ([-0.009, -0.002], 0.004, False),
        ([0.0045, 0.009], 0.0025, True),  # opposed, by less than kernels move a run
        ([-0.009, 0.009], 0.007, False),  # undecided, and kernels would not decide it
    ],
)
def test_a_criterion_says_where_kernels_move_more_than_decides(spread, interval, distance, within):
    note = spread.note(PART, entry(interval), REGION)
    assert note["spread"] == pytest.approx(0.003)
    assert note["distance"] == pytest.approx(distance)
    assert (note["within"], note["variants"]) == (within, [RELU])


def test_a_setting_that_was_not_measured_takes_its_kind(spread):
    def measured(name):
        note = spread.note(PART, entry([0.0, 0.001], name, name), REGION)
        return note and note["variants"]

    assert measured("numpy_360_relu_sgd_lr0.1_b32_e40") == [RELU]
    assert measured("numpy_100_relu_sgd_lr0.1_b32_e10") == [RELU, DEEP]
    for other in ("torch_360_relu_sgd", "numpy_360_sigmoid_sgd", "numpy_360_relu_adam"):
        assert measured(f"{other}_lr0.1_b32_e10") is None
    assert measured("numpy_360_relu_sgd_lr0.1_b32_e10_raw") is None


def test_nothing_is_said_where_kernels_were_not_measured(spread):
    inside = [0.0, 0.001]
    assert spread.note(PART, entry(inside) | {"decides": False}, REGION) is None
    assert spread.note(PART, entry(None), REGION) is None
    for measure in ({"since": "half"}, {"at": "mean"}, {"quantity": "seconds_in_turn"}):
        other = PART | {"measure": PART["measure"] | measure}
        assert spread.note(other, entry(inside), REGION) is None
    for kind in ("trend", "ratio"):
        assert spread.note(PART | {"kind": kind}, entry(inside), REGION) is None


# --- config -----------------------------------------------------------------------------

GRID = {
    "backend": ["numpy", "torch"],
    "hidden_sizes": [[8]],
    "activation": ["relu"],
    "optimizer": ["sgd"],
    "learning_rate": [0.1],
    "batch_size": [32],
    "epochs": [10],
}


def asked(preset="full", **settings):
    """Expand a config with these settings of `kernels`."""
    kernels = {"numpy": ["Haswell"], "torch": [], "grid": GRID, "seeds": [0]} | settings
    presets = {"full": {}, "quick": {"epochs": 2}, "none": {"kernels": {"numpy": []}}}
    config = {"experiments": {}, "seeds": [0, 1], "presets": presets, "preset": preset}
    return expand_kernels(apply_preset(config | {"kernels": kernels}))


def test_each_backend_with_kernels_has_a_job_a_kernel_and_the_native_one():
    jobs = asked()
    assert list(jobs) == ["numpy-native", "numpy-Haswell"]
    assert [run.id for run in jobs["numpy-native"]] == ["numpy_8_relu_sgd_lr0.1_b32_e10/seed0"]
    assert [run.epochs for run in asked("quick")["numpy-Haswell"]] == [2]
    assert asked("none") == {}
    assert asked(grid=[]) == {}


def test_an_unknown_kernel_is_refused_in_one_line():
    with pytest.raises(ConfigError, match=r"kernels\.numpy\.1: 'Core2' is not one of SkylakeX, "):
        asked(numpy=["Haswell", "Core2"])
    with pytest.raises(ConfigError, match=r"kernels\.torch\.0: 'Haswell' is not one of aten-avx2"):
        asked(torch=["Haswell"])
    with pytest.raises(LabError, match=r"kernels\.grid\.0: backend is missing"):
        asked(grid=[{"epochs": [1]}])
