"""What a call lays over config.yaml, found again from the config that comes of it."""

import copy
import json
import shutil
from pathlib import Path

import pytest
import yaml

from backprop_lab.errors import LabError
from backprop_lab.planning.laid_over import laid_over
from backprop_lab.planning.validation import plan

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def told():
    return yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


def checked(config):
    return plan(config, root=ROOT).config


def test_nothing_is_laid_over_the_file_itself(told):
    assert laid_over(checked(told), ROOT) == {}


def test_a_preset_of_the_command_line(told):
    assert laid_over(checked(told | {"preset": "quick"}), ROOT) == {"preset": "quick"}


def test_laid_over_again_it_gives_the_same_config(told):
    """As another --configfile: mappings are merged, all else replaced."""
    other = copy.deepcopy(told)
    other["seeds"] = [7]
    other["data"]["folder"] = "/somewhere"
    other["data"]["sets"] = {"mine": {"folder": "mine"}}
    other["experiments"]["matrix"]["grid"] = other["experiments"]["matrix"]["grid"][:1]
    other = checked(other)
    over = laid_over(other, ROOT)
    assert set(over) == {"seeds", "data", "experiments"}
    assert set(over["experiments"]) == {"matrix"}
    assert set(over["data"]) == {"folder", "sets"}
    assert checked(_merged(told, over)) == other
    assert json.loads(json.dumps(over)) == over


def _merged(below, above):
    both = isinstance(below, dict) and isinstance(above, dict)
    return {**below, **{k: _merged(below.get(k), v) for k, v in above.items()}} if both else above


def test_a_config_that_cannot_be_read_is_one_line(told, tmp_path):
    shutil.copytree(ROOT / "workflow/schemas", tmp_path / "workflow/schemas")
    with pytest.raises(LabError) as error:
        laid_over(checked(told), tmp_path)
    assert "config.yaml" in str(error.value)
    assert "\n" not in str(error.value)
