"""config.yaml as the report shows it means the same, and names no folder of the machine."""

from pathlib import Path

import pytest
import yaml

from backprop_lab.runs.config_text import shown_text, without_places

CONFIG = Path(__file__).parents[2] / "config.yaml"


@pytest.mark.parametrize(
    "text",
    [
        CONFIG.read_text(encoding="utf-8"),
        "a: 'x # y'  # z\nb: \"# no comment\"\nc: d#e\n",
        "a: |\n  text # kept\n\n  more\nb: >-\n  folded\n\n  text\n# end\n",
        "# only a comment at first\n\n\na:\n  # between\n\n  - 1\n\n  - {b: [2, # in\n 3]}\n",
        "a: &x {b: 1}\nc: # behind a key\n  <<: *x\n  d: 類別  # 註解\n",
        '"a": "two\n  lines"\n',
        "\ufeffa: 1\n",
        "",
    ],
)
def test_it_means_the_same_without_comments_and_blank_lines(text):
    assert yaml.safe_load(shown_text(text)) == yaml.safe_load(text)
    assert shown_text(shown_text(text)) == shown_text(text)


def test_comments_and_blank_lines_are_gone():
    shown = shown_text(CONFIG.read_text(encoding="utf-8"))
    assert "#" not in shown
    assert "" not in shown.split("\n")
    assert len(shown) < CONFIG.stat().st_size * 2 / 3


@pytest.mark.parametrize("written", ["{}", "'{}'", '"{}"', "{}  # of Anna", "&x {}"])
@pytest.mark.parametrize("folder", ["/home/anna/my mnist", "~/my mnist", "~anna/a/my mnist"])
def test_a_folder_of_the_machine_has_its_last_name_alone(written, folder):
    shown = shown_text(f"# /home/anna\ndata:\n  folder: {written.format(folder)}\n  split: x\n")
    assert yaml.safe_load(shown) == {"data": {"folder": "…/my mnist", "split": "x"}}
    assert "anna" not in shown


def test_a_path_in_escaped_letters_is_shortened_too():
    shown = shown_text('folder: "\\x2Fhome\\x2Fanna\\u002Fmnist"\nwindows: C:\\Users\\anna\\m\n')
    assert yaml.safe_load(shown) == {"folder": "…/mnist", "windows": "…/m"}


def test_what_is_no_place_of_this_machine_stays():
    whole = {"mirror": "https://a.org/b/", "own": "own-images", "up": "../x", "n": [1, None, "a:b"]}
    assert without_places(whole) == whole
