"""The training loop: what it records, on either backend, and what it does when a run diverges."""

import csv
import io
import json

import numpy as np
import pytest
from scipy.stats import ks_2samp, kstest
from sklearn.linear_model import LogisticRegression

from backprop_lab.data.datasets import Dataset
from backprop_lab.runs.columns import HISTORY_COLUMNS
from backprop_lab.runs.run import Run
from backprop_lab.training.initialization import (
    batch_orders,
    initial_parameters,
    label_generator,
    weight_std,
)
from backprop_lab.training.loop import train
from backprop_lab.training.outputs import confusion_matrix, summarize, write_run


@pytest.fixture(scope="module")
def dataset(small_dataset) -> Dataset:
    return small_dataset


def a_run(**changes) -> Run:
    parameters = {
        "backend": "numpy",
        "hidden_sizes": (32,),
        "activation": "relu",
        "optimizer": "sgd",
        "learning_rate": 0.1,
        "batch_size": 32,
        "epochs": 3,
        "seed": 0,
    }
    return Run(**parameters | changes)


def quietly(run, dataset):
    return train(run, dataset, device="cpu", log=io.StringIO())


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_run_learns_and_reports_every_epoch(dataset, backend):
    log = io.StringIO()
    trained = train(a_run(backend=backend, epochs=8), dataset, device="cpu", log=log)
    assert [row[0] for row in trained.history] == list(range(1, 9))
    losses = [row[1] for row in trained.history]
    assert losses == sorted(losses, reverse=True)
    baseline = LogisticRegression(max_iter=200).fit(
        dataset.train_images / 255, dataset.train_labels
    )
    linear = baseline.score(dataset.test_images / 255, dataset.test_labels)
    assert trained.test_accuracy > linear - 0.05
    assert log.getvalue().count("validation loss") == 8


def test_the_same_run_gives_the_same_bytes(dataset, tmp_path):
    for name in ("one", "two"):
        write_run(quietly(a_run(), dataset), tmp_path / name, dataset.sha256)
    for file in ("history.csv", "result.json", "model.npz", "predictions.npz"):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_both_backends_see_the_same_weights_and_batches(dataset):
    one = quietly(a_run(epochs=1), dataset).history[0]
    other = quietly(a_run(epochs=1, backend="torch"), dataset).history[0]
    assert one[1:] == pytest.approx(other[1:], abs=2e-3)


def test_what_is_written_agrees_with_itself(dataset, tmp_path):
    run = a_run()
    trained = quietly(run, dataset)
    write_run(trained, tmp_path, dataset.sha256)
    result = json.loads((tmp_path / "result.json").read_text())
    with (tmp_path / "history.csv").open(newline="") as file:
        history = list(csv.DictReader(file))
    predictions = np.load(tmp_path / "predictions.npz", allow_pickle=False)
    model = np.load(tmp_path / "model.npz", allow_pickle=False)

    assert list(history[0]) == list(HISTORY_COLUMNS)
    assert result["status"] == "completed"
    assert result["epochs_completed"] == len(history) == run.epochs
    assert result["final"]["val_accuracy"] == float(history[-1]["val_accuracy"])
    assert result["best"]["val_accuracy"] == max(float(row["val_accuracy"]) for row in history)
    correct = predictions["predicted"] == predictions["label"]
    assert result["test"]["accuracy"] == pytest.approx(correct.mean())
    assert np.trace(result["confusion_matrix"]) == correct.sum()
    assert np.sum(result["confusion_matrix"]) == result["test"]["n"] == len(dataset.test_labels)
    assert result["n_parameters"] == 784 * 32 + 32 + 32 * 10 + 10
    assert {name: model[name].shape for name in model} == {
        "W1": (784, 32),
        "b1": (32,),
        "W2": (32, 10),
        "b2": (10,),
    }
    # The stored weights are the ones that gave the stored predictions.
    hidden = np.maximum(dataset.test_images / np.float32(255) @ model["W1"] + model["b1"], 0)
    again = (hidden @ model["W2"] + model["b2"]).argmax(axis=1)
    assert (again == predictions["predicted"]).mean() > 0.999


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_divergence_is_a_result(dataset, tmp_path, backend):
    run = a_run(backend=backend, learning_rate=1e30, pixels="raw", epochs=5)
    trained = quietly(run, dataset)
    assert trained.diverged_epoch == 1
    assert len(trained.history) == 1
    write_run(trained, tmp_path, dataset.sha256)
    result = json.loads(
        (tmp_path / "result.json").read_text(),
        parse_constant=lambda name: pytest.fail(f"{name} is no JSON"),
    )
    assert result["status"] == "diverged"
    assert result["diverged_epoch"] == 1
    assert result["final"]["train_loss"] is None


def test_seeds_of_weights_and_order_can_be_set_apart():
    base = initial_parameters(a_run(seed=1))[0][0]
    same_weights = a_run(seed=2, init_seed=1)
    assert (initial_parameters(same_weights)[0][0] == base).all()
    assert not (initial_parameters(a_run(seed=2))[0][0] == base).all()
    order = next(batch_orders(a_run(seed=1), 100))
    assert (next(batch_orders(a_run(seed=2, order_seed=1), 100)) == order).all()
    assert not (next(batch_orders(same_weights, 100)) == order).all()


def test_every_epoch_has_a_new_order_unless_told_otherwise():
    orders = batch_orders(a_run(), 100)
    one, two = next(orders), next(orders)
    assert sorted(one) == list(range(100))
    assert not (one == two).all()
    fixed = batch_orders(a_run(shuffle=False), 100)
    assert list(next(fixed)) == list(next(fixed)) == list(range(100))


@pytest.mark.parametrize(
    ("init", "std"),
    [("he", (2 / 784) ** 0.5), ("xavier", (2 / 1144) ** 0.5), ("normal0.01", 0.01)],
)
def test_initial_weights_have_the_standard_deviation_of_their_rule(init, std):
    assert weight_std(init, 784, 360) == pytest.approx(std)
    weights, bias = initial_parameters(a_run(hidden_sizes=(360,), init=init))[0]
    assert weights.shape == (784, 360)
    assert weights.std() == pytest.approx(std, rel=0.01)
    assert abs(weights.mean()) < 0.01 * std * 3
    assert not bias.any()


def test_torch_init_has_the_distribution_of_pytorchs_linear():
    """Weights and biases of either lie in ±1/sqrt(n_in), with its variance, evenly."""
    torch = pytest.importorskip("torch")
    torch.manual_seed(0)
    theirs = torch.nn.Linear(784, 360)
    weights, biases = initial_parameters(a_run(hidden_sizes=(360, 2000), init="torch"))[0]
    _, many_biases = initial_parameters(a_run(hidden_sizes=(360, 2000), init="torch"))[1]
    assert weights.shape == (784, 360)
    assert weight_std("torch", 784, 360) == pytest.approx(1 / (3 * 784) ** 0.5)
    for ours, other, bound in (
        (weights, theirs.weight.detach().numpy(), 784**-0.5),
        (biases, theirs.bias.detach().numpy(), 784**-0.5),
        (many_biases, None, 360**-0.5),
    ):
        assert np.abs(ours).max() <= bound
        assert kstest(ours.ravel() / bound, "uniform", (-1, 2)).pvalue > 0.001
        if other is not None:
            assert np.abs(other).max() <= bound
            assert ks_2samp(ours.ravel(), other.ravel()).pvalue > 0.001
    assert weights.std() == pytest.approx(weight_std("torch", 784, 360), rel=0.01)
    assert (weights[0, :5] != weights[1, :5]).all()


@pytest.mark.parametrize("backend", ["numpy", "torch"])
def test_a_repeated_training_set_is_shown_in_order_again(dataset, backend):
    """Without shuffling, one epoch of two copies is two epochs of one."""
    options = {"backend": backend, "shuffle": False, "train_size": 320, "batch_size": 32}
    once = quietly(a_run(epochs=2, **options), dataset)
    twice = quietly(a_run(epochs=1, repeats=2, **options), dataset)
    for ours, theirs in zip(twice.parameters, once.parameters, strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])
        np.testing.assert_array_equal(ours[1], theirs[1])
    assert twice.history[0][2] == pytest.approx(np.mean([row[2] for row in once.history]))
    assert twice.history[0][3:] == once.history[1][3:]


def test_wrong_labels_are_drawn_by_the_seed_and_judged_on_right_test_labels(dataset):
    clean = quietly(a_run(epochs=12), dataset)
    noisy = quietly(a_run(epochs=12, label_noise=0.3), dataset)
    assert noisy.history[-1][4] < clean.history[-1][4] - 0.15  # validation labels, too
    assert noisy.test_accuracy > clean.test_accuracy - 0.15
    np.testing.assert_array_equal(noisy.labels, dataset.test_labels)
    one, two = (label_generator(a_run(seed=seed)).random(5) for seed in (1, 2))
    assert (one == label_generator(a_run(seed=1)).random(5)).all()
    assert not (one == two).any()


def test_confusion_matrix_counts_pairs():
    matrix = confusion_matrix(np.array([3, 3, 7], np.uint8), np.array([3, 5, 7], np.uint8), 10)
    assert matrix.sum() == 3
    assert matrix[3, 3] == matrix[3, 5] == matrix[7, 7] == 1


def test_best_epoch_is_the_first_of_equals(dataset):
    trained = quietly(a_run(epochs=2), dataset)
    trained.history = [(1, 1.0, 0.5, 1.0, 0.9), (2, 0.9, 0.6, 0.9, 0.9)]
    assert summarize(trained, "")["best"] == {"epoch": 1, "val_accuracy": 0.9}
