"""What figures are drawn from in tests, and what they then hold."""

import xml.etree.ElementTree as ElementTree
from pathlib import Path

import synthetic

from backprop_lab.figures import registry as figures
from backprop_lab.figures.words import load_words
from backprop_lab.tables import registry as tables

REPORT = Path(__file__).parents[2] / "report"
PUBLISHED = REPORT / "original/published_curves.csv"
WORDS = load_words("en", REPORT / "text")


def build(folder, *, quick):
    """Collected results, and the tables that are made from other files, in one folder."""
    synthetic.write_collected(folder, quick=quick)
    synthetic.write_test_outputs(folder)
    dataset = folder / "dataset.json"
    results = [folder / f"seed{seed}" / "result.json" for seed in range(3)]
    inputs = {"results": results, "dataset": dataset}
    tables.write("confusion_task1", inputs, folder / "confusion_task1.csv")
    inputs = {"predictions": folder / "seed0" / "predictions.npz", "dataset": dataset}
    tables.write("mistakes_task1", inputs, folder / "mistakes_task1.csv")
    return folder


def inputs_of(name, folder, *, published=True):
    """The files that a figure is drawn from."""
    if name.startswith("confusion"):
        return {"confusion": folder / "confusion_task1.csv"}
    if name == "mistakes":
        return images_of(folder) | {"mistakes": folder / "mistakes_task1.csv"}
    images = synthetic.trained_on(folder, "mnist" if published else "digits")
    files = synthetic.collected_files(folder) | {"published": PUBLISHED, "dataset": images}
    return {
        parameter: files[file] if file in files else table_of(file, folder, files)
        for parameter, file in figures.figures()[name].inputs.items()
    }


def images_of(folder):
    """The images, and what describes them."""
    return {"npz": folder / "dataset.npz", "dataset": folder / "dataset.json"}


def table_of(file, folder, files):
    """A table made from files by name, written where it is not there yet."""
    path = folder / f"{file.removeprefix('tables/')}.csv"
    if not path.is_file():
        takes = tables.tables()[path.stem].inputs
        tables.write(path.stem, {name: files[name] for name in takes}, path)
    return path


def draw(name, folder, output, **options):
    """Draw a figure; return the ids of its parts."""
    figures.draw(name, inputs_of(name, folder, **options), WORDS, output)
    return ids(output)


def ids(path):
    root = ElementTree.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    found = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(found) == len(set(found))
    return set(found)
