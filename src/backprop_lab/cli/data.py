"""Commands of the images: fetch and verify them, split them."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from backprop_lab.cli.arguments import Commands, add, at_least
from backprop_lab.errors import LabError

#: The variable that tells jobs for which images their build was planned; see `planning.images`.
PLANNED = "BACKPROP_LAB_PLANNED"
#: The variable that tells the job where the images of a data set of one's own lie: as a
#: parameter of its rule, another place of the same images would have every run trained again.
OWN_FOLDER = "BACKPROP_LAB_OWN_FOLDER"


def add_commands(commands: Commands) -> None:
    """Add `fetch` and `prepare`."""
    fetch = add(commands, "fetch", _fetch, "get the four archives of a data set and verify them")
    fetch.add_argument("dataset", choices=["auto", "mnist", "fashion_mnist", "kmnist"])
    fetch.add_argument("raw", type=Path, help="folder to put them into")
    fetch.add_argument("--folder", default="", help="local folder instead of MNIST_DIR")
    fetch.add_argument("--mirrors", nargs="*", default=[], help="base addresses, tried in order")

    own = add(commands, "own-images", _own_images, "make the archives of a data set of one's own")
    own.add_argument("settings", help="the entry of config.yaml as JSON, with its name and seed")
    own.add_argument("raw", type=Path, help="folder to put them into")
    own.add_argument("--folder", default="", help=f"where the images lie (default: ${OWN_FOLDER})")

    about = "split the images into training, validation and test"
    prepare = add(commands, "prepare", _prepare, about)
    prepare.add_argument("raw", type=Path, help="folder with the archives and source.json")
    prepare.add_argument("npz", type=Path)
    prepare.add_argument("json", type=Path)
    prepare.add_argument("--split", default="last_10000", choices=["last_10000", "random"])
    prepare.add_argument("--split-seed", type=at_least(0), default=0)


def _fetch(arguments: argparse.Namespace) -> None:
    from backprop_lab.data.download import fetch, local_folder

    name, raw = arguments.dataset, arguments.raw
    folder = local_folder(arguments.folder, os.environ, raw, name)
    fetch(name, raw, folder=folder, mirrors=arguments.mirrors)


def _own_images(arguments: argparse.Namespace) -> None:
    import json

    from backprop_lab.data.own import gather
    from backprop_lab.data.own_set import OwnSet

    about = json.loads(arguments.settings)
    about["folder"] = arguments.folder or os.environ.get(OWN_FOLDER, "")
    gather(OwnSet.of(about["name"], about, seed=about["seed"]), arguments.raw)


def _prepare(arguments: argparse.Namespace) -> None:
    from backprop_lab.data.archives import TITLES
    from backprop_lab.data.datasets import prepare, read_source

    name, planned = read_source(arguments.raw)["name"], os.environ.get(PLANNED)
    if planned and planned != name:
        raise LabError(
            f"{arguments.raw}: the images are {TITLES.get(name, name)} now, and this build was "
            f"planned for {TITLES.get(planned, planned)}; give the same command again"
        )
    prepare(
        arguments.raw,
        arguments.npz,
        arguments.json,
        split=arguments.split,
        split_seed=arguments.split_seed,
    )
