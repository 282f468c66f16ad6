"""Ways in which the files of a run are damaged, and what must be said of each."""

import json
import shutil

import numpy as np


def change(name, function):
    """A damage that changes the object in a JSON file."""

    def damage(folder):
        content = json.loads((folder / name).read_text())
        function(content)
        (folder / name).write_text(json.dumps(content))

    return damage


def lines(name, function):
    """A damage that changes the lines of a text file."""

    def damage(folder):
        text = (folder / name).read_text().splitlines()
        (folder / name).write_text("\n".join(function(text)) + "\n")

    return damage


def cell(name, row, column, text):
    """A damage that changes one cell of a table; row 0 is the header."""

    def edit(text_lines):
        cells = text_lines[row].split(",")
        cells[column] = text
        text_lines[row] = ",".join(cells)
        return text_lines

    return lines(name, edit)


def arrays(name, function):
    """A damage that changes the arrays of an .npz file."""

    def damage(folder):
        content = dict(np.load(folder / name))
        function(content)
        np.savez(folder / name, **content)

    return damage


def swap_columns(text_lines):
    cells = [line.split(",") for line in text_lines]
    return [",".join([row[0], row[2], row[1], *row[3:]]) for row in cells]


def swap_cells(text_lines):
    return text_lines[:1] + swap_columns(text_lines[1:])


def sibling(folder):
    """The folder of the other seed."""
    return folder.with_name("seed1")


def typed(*keys, value):
    def set_value(content):
        for key in keys[:-1]:
            content = content[key]
        content[keys[-1]] = value

    return set_value


def truncate(name, share):
    def damage(folder):
        content = (folder / name).read_bytes()
        (folder / name).write_bytes(content[: int(len(content) * share)])

    return damage


def fewer_images(content):
    content.update({name: array[:9] for name, array in content.items()})


def wide_labels(content):
    content["label"] = content["label"].astype(int)


def another_image(content):
    content["predicted"][3] = (content["predicted"][3] + 1) % 10


def flip_weights(content):
    content["W1"][0, 0] += 1


#: What is done to the folder of the first seed -> the file named, and what is said of it.
DAMAGES = {
    "a history cut after two epochs": (
        lines("history.csv", lambda text: text[:-1]),
        "history.csv: has 2 epochs, not 3",
    ),
    "a history with an epoch twice": (
        lines("history.csv", lambda text: [*text[:-1], text[-2]]),
        "history.csv: row 3 is of epoch 2",
    ),
    "epochs out of order": (
        lines("history.csv", lambda text: [text[0], text[2], text[1], text[3]]),
        "history.csv: row 1 is of epoch 2",
    ),
    "a history of more epochs": (
        lines("history.csv", lambda text: [*text, text[-1].replace("3,", "4,", 1)]),
        "history.csv: has 4 epochs, not 3",
    ),
    "columns swapped, with their names": (
        lines("history.csv", swap_columns),
        "history.csv: column 2 is 'train_accuracy'",
    ),
    "columns swapped, under the names": (
        lines("history.csv", swap_cells),
        "history.csv: row 1: train_accuracy is",
    ),
    "a column lost": (
        lines("history.csv", lambda text: [line.rpartition(",")[0] for line in text]),
        "history.csv: lacks the column val_accuracy",
    ),
    "a cell lost": (
        lines("history.csv", lambda text: [*text[:-1], text[-1].rpartition(",")[0]]),
        "history.csv: row 3 has 4 cells, not 5",
    ),
    "an accuracy of 9.3": (
        cell("history.csv", 2, 4, "9.3"),
        "history.csv: row 2: val_accuracy is '9.3'",
    ),
    "an accuracy of 0.99 in the last row": (
        cell("history.csv", 3, 4, "0.99"),
        "history.csv: ends with another val_accuracy",
    ),
    "an accuracy of 0.99 in the best row": (
        cell("history.csv", 1, 4, "0.999"),
        "history.csv: has its best epoch elsewhere",
    ),
    "a negative loss": (
        cell("history.csv", 1, 1, "-0.1"),
        "history.csv: row 1: train_loss is '-0.1'",
    ),
    "a loss that is no number": (
        cell("history.csv", 1, 1, "one"),
        "history.csv: row 1: train_loss is 'one'",
    ),
    "an infinite loss in a completed run": (
        cell("history.csv", 3, 1, "inf"),
        "history.csv: does not diverge where",
    ),
    "a NaN before the end": (
        cell("history.csv", 1, 3, "nan"),
        "history.csv: does not diverge where",
    ),
    "a history without its last line's end": (
        truncate("history.csv", 0.99),
        "history.csv: ends in the middle of a line",
    ),
    "an empty history": (truncate("history.csv", 0), "history.csv: is empty"),
    "bytes that are no text": (
        lambda folder: (folder / "history.csv").write_bytes(b"\xff\xfe"),
        "history.csv: not UTF-8",
    ),
    "no history": (lambda folder: (folder / "history.csv").unlink(), "history.csv: cannot be read"),
    "a folder in its place": (
        lambda folder: ((folder / "history.csv").unlink(), (folder / "history.csv").mkdir()),
        "history.csv: cannot be read",
    ),
    "a time below 0": (cell("timing.csv", 1, 1, "-1"), "timing.csv: row 1: train_seconds is '-1'"),
    "times of two epochs": (
        lines("timing.csv", lambda text: text[:-1]),
        "timing.csv: has 2 epochs, not 3",
    ),
    "no times": (lambda folder: (folder / "timing.csv").unlink(), "timing.csv: cannot be read"),
    "a job that ends before it starts": (
        change("job.json", typed("started", value=1e12)),
        "job.json: finished before it started",
    ),
    "a job without memory": (
        change("job.json", lambda job: job.pop("peak_memory_bytes")),
        "job.json: lacks peak_memory_bytes",
    ),
    "another run's files": (
        lambda folder: shutil.copytree(sibling(folder), folder, dirs_exist_ok=True),
        "result.json: is of another run",
    ),
    "another run's result under this name": (
        change("result.json", typed("run", "seed", value=1)),
        "result.json: run.seed is not what",
    ),
    "another run's history": (
        lambda folder: shutil.copy(sibling(folder) / "history.csv", folder),
        "history.csv: ends with another",
    ),
    "another run's predictions": (
        lambda folder: shutil.copy(sibling(folder) / "predictions.npz", folder),
        "result.json: confusion_matrix is not that of predictions.npz",
    ),
    "another data set": (
        change("result.json", typed("dataset_sha256", value="0" * 64)),
        "result.json: learned from other images",
    ),
    "a status that there is not": (
        change("result.json", typed("status", value="done")),
        "result.json: status is 'done'",
    ),
    "a status of a diverged run": (
        change("result.json", typed("status", value="diverged")),
        "result.json: diverged in epoch None",
    ),
    "a completed run of fewer epochs": (
        change("result.json", typed("epochs_completed", value=2)),
        "result.json: is completed after 2 of 3",
    ),
    "a final accuracy typed in": (
        change("result.json", typed("final", "val_accuracy", value=0.99)),
        "history.csv: ends with another val_accuracy",
    ),
    "a best accuracy typed in": (
        change("result.json", typed("best", "val_accuracy", value=0.999)),
        "history.csv: has its best epoch",
    ),
    "a test accuracy typed in": (
        change("result.json", typed("test", "accuracy", value=0.99)),
        "result.json: test.accuracy",
    ),
    "a test accuracy of 9.3": (
        change("result.json", typed("test", "accuracy", value=9.3)),
        "result.json: test.accuracy is 9.3, not a number from 0 to 1",
    ),
    "other test images": (
        change("result.json", typed("test", "n", value=10)),
        "result.json: test.accuracy or",
    ),
    "a confusion matrix typed in": (
        change("result.json", typed("confusion_matrix", 0, 0, value=0)),
        "result.json: confusion_matrix is not",
    ),
    "a row of the confusion matrix lost": (
        change("result.json", lambda result: result["confusion_matrix"].pop()),
        "result.json: confusion_matrix is [",
    ),
    "a number of parameters typed in": (
        change("result.json", typed("n_parameters", value=5)),
        "result.json: n_parameters is not",
    ),
    "a key lost": (
        change("result.json", lambda result: result.pop("best")),
        "result.json: lacks best",
    ),
    "a key too many": (change("result.json", typed("note", value="x")), "result.json: has 'note'"),
    "a format of later": (
        change("result.json", typed("format", value=2)),
        "result.json: has the format 2",
    ),
    "half a result": (truncate("result.json", 0.5), "result.json: not JSON"),
    "an array of weights lost": (
        arrays("model.npz", lambda model: model.pop("b2")),
        "model.npz: has other layers",
    ),
    "weights of another width": (
        arrays("model.npz", typed("W1", value=np.zeros((784, 8), np.float32))),
        "model.npz: has other layers",
    ),
    "weights of double precision": (
        arrays("model.npz", typed("b1", value=np.zeros(16))),
        "model.npz: has other layers",
    ),
    "half the weights": (truncate("model.npz", 0.5), "model.npz: not a whole .npz file"),
    "a prediction changed": (
        arrays("predictions.npz", another_image),
        "result.json: confusion_matrix is not that of",
    ),
    "predictions of fewer images": (
        arrays("predictions.npz", fewer_images),
        "predictions.npz: label is not 270 numbers",
    ),
    "labels of other images": (
        arrays("predictions.npz", lambda content: content["label"].fill(3)),
        "predictions.npz: is not of the test",
    ),
    "a class that there is not": (
        arrays("predictions.npz", lambda content: content["predicted"].fill(11)),
        "predictions.npz: predicts a class",
    ),
    "predictions of another type": (
        arrays("predictions.npz", wide_labels),
        "predictions.npz: label is not 270 numbers",
    ),
    "half the predictions": (
        truncate("predictions.npz", 0.5),
        "predictions.npz: not a whole .npz file",
    ),
}
