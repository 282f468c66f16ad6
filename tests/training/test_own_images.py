"""Runs on images of other sizes and numbers of classes than MNIST's, from their files to checks."""

import io
import json

import numpy as np
import pytest

from backprop_lab.data.datasets import Dataset, load, prepare
from backprop_lab.data.idx import write_idx
from backprop_lab.data.own import gather
from backprop_lab.data.own_set import OwnSet
from backprop_lab.errors import LabError
from backprop_lab.measurements import floors
from backprop_lab.results.check import KnownImages, check_run
from backprop_lab.runs.run import Run
from backprop_lab.training.initialization import Ends
from backprop_lab.training.job import write_job
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import write_run


def run(backend: str, **changed) -> Run:
    settings = {"learning_rate": 0.05, "batch_size": 16, "epochs": 4, "seed": 0} | changed
    return Run(backend, (24, 12), "relu", "sgd", **settings)


def make(folder, shape, n_classes) -> Dataset:
    """Make a data set in which each class lights its own pixel, before some noise."""
    rng = np.random.default_rng(0)
    labels = (np.arange(30 * n_classes) % n_classes).astype(np.uint8)
    images = rng.integers(0, 60, (len(labels), shape[0] * shape[1]), np.uint8)
    images[np.arange(len(labels)), labels] = 255
    (folder / "idx").mkdir()
    write_idx(folder / "idx/train-images-idx3-ubyte.gz", images.reshape(-1, *shape))
    write_idx(folder / "idx/train-labels-idx1-ubyte.gz", labels)
    gather(OwnSet.of("mine", {"folder": folder / "idx"}), folder / "raw")
    prepare(folder / "raw", folder / "dataset.npz", folder / "dataset.json")
    return load(folder / "dataset.npz", folder / "dataset.json")


@pytest.mark.parametrize(("shape", "n_classes"), [((8, 8), 3), ((5, 9), 30)])
def test_both_backends_learn_images_of_any_size_and_number_of_classes(tmp_path, shape, n_classes):
    data = make(tmp_path, shape, n_classes)
    assert Ends.of(data) == (shape[0] * shape[1], n_classes)
    found = {}
    for backend in ("numpy", "torch"):
        one = run(backend, epochs=12)
        trained = train(one, data, device="cpu", log=io.StringIO())
        folder = tmp_path / one.id
        write_run(trained, folder, data.sha256)
        write_job(folder / "job.json", started=1.0)
        known = KnownImages(tmp_path / "dataset.json")
        found[backend] = check_run(one, folder, known, digests=True).result
        weights = [W.shape for W, _ in trained.parameters]
        assert weights == [(data.n_inputs, 24), (24, 12), (12, n_classes)]
    assert found["numpy"]["test"]["accuracy"] > 2 / n_classes
    matrix = np.array(found["numpy"]["confusion_matrix"])
    assert matrix.shape == (n_classes, n_classes)
    assert matrix.sum() == data.metadata["sizes"]["test"]
    last = [found[backend]["final"]["train_loss"] for backend in found]
    assert last[0] == pytest.approx(last[1], rel=1e-4)


def test_a_run_on_images_of_another_size_is_refused(tmp_path):
    data = make(tmp_path, (8, 8), 3)
    one = run("numpy", epochs=1)
    write_run(train(one, data, log=io.StringIO()), tmp_path / one.id, data.sha256)
    write_job(tmp_path / one.id / "job.json", started=1.0)
    described = json.loads((tmp_path / "dataset.json").read_text())
    (tmp_path / "dataset.json").write_text(json.dumps(described | {"image_shape": [8, 9]}))
    with pytest.raises(LabError, match="has other layers"):
        check_run(one, tmp_path / one.id, KnownImages(tmp_path / "dataset.json"))
    with pytest.raises(LabError, match=r"train_images has images of 64 pixels, not 8 x 9"):
        load(tmp_path / "dataset.npz", tmp_path / "dataset.json")


def test_a_run_may_divide_the_images_anew(tmp_path):
    data = make(tmp_path, (4, 4), 3)
    trained = train(run("numpy", split_seed=2), data, log=io.StringIO())
    assert len(trained.history) == 4


def test_a_batch_may_be_larger_than_the_training_set(tmp_path):
    data = make(tmp_path, (4, 4), 3)
    losses = [
        train(run(backend, batch_size=512), data, device="cpu", log=io.StringIO()).history[-1][1]
        for backend in ("numpy", "torch")
    ]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)


def test_the_floor_has_the_products_of_the_images_size():
    shapes = [product().shape for product in floors.step("8", 3, Ends(64, 5))]
    assert shapes == [(3, 8), (3, 5), (64, 8), (8, 5), (3, 8)]
