"""The data set of one's own that a build is for: is it chosen, and have its images changed?"""

import json
import os
import shutil
from pathlib import Path

import pytest
import yaml
from PIL import Image

from backprop_lab.data import own as own_data
from backprop_lab.data.archives import SOURCE
from backprop_lab.errors import LabError
from backprop_lab.planning.own_data import images_digest, own_set, settings
from backprop_lab.planning.validation import plan

ROOT = Path(__file__).parents[2]
EXPERIMENTS = {"matrix", "task1_final", "task2_final"}


@pytest.fixture
def folder(tmp_path):
    for number in range(20):
        place = tmp_path / "images" / "ab"[number % 2]
        place.mkdir(parents=True, exist_ok=True)
        Image.new("L", (3, 3), number + 1).save(place / f"{number}.png")
    return tmp_path / "images"


@pytest.fixture
def config(folder):
    whole = yaml.safe_load((ROOT / "config.yaml").read_text())
    whole["data"]["sets"] = {"mine": {"folder": str(folder), "title": "My images"}}
    return whole | {"dataset": "mine"}


@pytest.fixture
def chosen(config):
    return own_set(plan(config, root=ROOT).config)


def test_the_data_set_that_config_yaml_names(config, chosen, folder):
    assert (chosen.name, chosen.title, chosen.folder) == ("mine", "My images", folder)
    assert own_set(plan(config | {"dataset": "mnist"}, root=ROOT).config) is None


def test_on_own_images_experiments_about_the_original_are_left_out(config):
    made = plan(config, root=ROOT)
    on_own, on_mnist = made.on("mine"), made.on("mnist")
    left_out = set(on_mnist.experiments) - set(on_own.experiments)
    assert left_out == set(config["embedded"]["skip"])
    assert set(on_own.experiments) > EXPERIMENTS
    assert on_own.kernels == {}
    assert on_mnist.kernels


def test_the_place_of_the_folder_is_no_reason_to_read_the_images_again(config, chosen):
    moved = config["data"]["sets"]["mine"] | {"folder": "elsewhere"}
    other = own_set(plan(config | {"data": {"sets": {"mine": moved}}}, root=ROOT).config)
    assert settings(other) == settings(chosen)


@pytest.fixture
def counted(monkeypatch):
    """The paths of the files that were read for a digest."""
    read = []
    digest = own_data.file_digest
    monkeypatch.setattr(
        own_data, "file_digest", lambda path: read.append(path.name) or digest(path)
    )
    return read


def test_images_are_read_again_only_if_their_listing_has_changed(folder, chosen, tmp_path, counted):
    notes, raw = tmp_path / "notes.json", tmp_path / "raw"

    def digest():
        counted.clear()
        return images_digest(chosen, raw, notes)

    before = digest()
    assert len(counted) == 20
    assert (digest(), counted) == (before, [])
    os.utime(folder / "a" / "0.png")
    assert digest() == before  # touched, and the same
    assert len(counted) == 20
    Image.new("L", (3, 3), 77).save(folder / "a" / "0.png")
    changed = digest()
    assert changed != before
    (folder / "a" / "0.png").unlink()
    assert digest() not in (before, changed)
    notes.write_text("{")
    assert len(digest()) == 64


def test_archives_stand_for_a_folder_that_has_gone(folder, chosen, tmp_path):
    notes, raw = tmp_path / "notes.json", tmp_path / "raw"
    own_data.gather(chosen, raw)
    before = images_digest(chosen, raw, notes)
    folder.rename(tmp_path / "gone")
    assert images_digest(chosen, raw, notes) == before
    source = json.loads((raw / SOURCE).read_text())
    (raw / SOURCE).write_text(json.dumps(source | {"name": "another"}))
    with pytest.raises(LabError, match=r"data\.sets\.mine\.folder in config\.yaml: there is no"):
        images_digest(chosen, raw, notes)


@pytest.mark.parametrize("name", ["Größe", "ж", "鞋", "カ", "신발", "→"])
def test_a_class_may_have_a_name_in_another_script(config, folder, tmp_path, name):
    (folder / "a").rename(folder / name)
    own = own_set(plan(config, root=ROOT).config)
    assert images_digest(own, tmp_path, tmp_path / "notes.json")


@pytest.mark.fault("a class of own images whose name no font has")
@pytest.mark.parametrize("sign", ["😀", "ก", "ع", "\U00020021"])
def test_a_class_whose_name_no_font_has_is_refused_before_the_first_job(
    config, folder, tmp_path, sign
):
    (folder / "a").rename(folder / f"cat {sign}")
    own = own_set(plan(config, root=ROOT).config)
    with pytest.raises(LabError) as error:
        images_digest(own, tmp_path, tmp_path / "notes.json")
    assert str(error.value) == (
        f"{folder} (data set mine): class 'cat {sign}': no font of the report has "
        f"{sign} (U+{ord(sign):04X}); give its folder another name"
    )


def test_names_of_labels_that_no_font_has_are_refused_by_their_key(config, folder, tmp_path):
    for place in list(folder.iterdir()):
        shutil.rmtree(place)
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        (folder / name).write_bytes(b"")
    config["data"]["sets"]["mine"]["classes"] = ["cat", "ก"]
    own = own_set(plan(config, root=ROOT).config)
    with pytest.raises(LabError, match=r"data\.sets\.mine\.classes in config\.yaml: class 'ก'"):
        images_digest(own, tmp_path, tmp_path / "notes.json")
