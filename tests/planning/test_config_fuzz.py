"""Whatever stands in config.yaml: a plan of runs, or a LabError of one line, before any job."""

import copy
from pathlib import Path

import pytest
import yaml
from fuzzing import fuzzed
from hypothesis import given
from hypothesis import strategies as st

from backprop_lab.errors import LabError
from backprop_lab.planning.config_file import parse_config
from backprop_lab.planning.validation import plan
from backprop_lab.runs import grid
from backprop_lab.runs.run import Run

ROOT = Path(__file__).parents[2]
#: A config with one of everything, in few runs.
TEXT = """\
dataset: auto
preset: full
data:
  folder: null  # none
  split: random
  split_seed: 3
  mirrors: {mnist: ["https://a.org/b/"], kmnist: []}
device: cpu
seeds: [0, 1]
experiments:
  matrix:
    grid:
      - &first
        backend: [numpy, torch]
        hidden_sizes: [[16], [16, 8]]
        activation: [relu]
        optimizer: [sgd]
        learning_rate: [0.1]
        batch_size: [32]
        epochs: [2]
      - <<: *first
        optimizer: [adam]
        learning_rate: [0.001, 1.0e-3]
  task1_final: &final
    seeds: [0]
    grid: &grid
      <<: *first
      hidden_sizes: [[16]]
      init_seed: [7]
  task2_final:
    <<: *final
  learning_rate_transfer:
    grid:
      <<: [*grid, *first]
      shuffle: [false, true]
      init: [he]
presets:
  full: {}
  quick:
    seeds: [0]
    epochs: 1
    skip: [other]
report:
  languages: [en]
  benchmarks: no
""".replace("[0.001, 1.0e-3]", "[0.001]")
CONFIG = parse_config(TEXT).content
#: Pieces of YAML, of which most break a file where they are put.
PIECES = (
    *(
        ":",
        ": ",
        "- ",
        "\n",
        "\n  ",
        "\t",
        "[",
        "]",
        "{",
        "}",
        ",",
        "'",
        '"',
        "#",
        "&first ",
        "&x ",
    ),
    *(
        "*first",
        "*x",
        "<<: ",
        "<<: *first",
        "!!int ",
        "!x ",
        "---\n",
        "...\n",
        "? ",
        "| ",
        "> ",
        "%",
    ),
    *("no", "on", "yes", "~", "null", "2024", "2024-01-01", "010", "0x1f", "1:30", ".inf", ".nan"),
    *("1e-3", "1e400", "1.0e+400", "-1", "0", "9" * 30, "9" * 5000, "10000000", "1e308", "0.1"),
    *("\ufeff", "\x00", "\x07", "\x85", "\u2028", "é", "\U0001f600", '"\\ud800"', '"\\0"', "\r"),
    *("seeds: ", "epochs: [1]\n", "experiments:\n", "  matrix:\n", "__use_yte__: true\n", "@", "`"),
)
values = st.recursive(
    st.sampled_from((None, True, 0, 1, -1, 10**12, 2**63, 10**400, 1.0, 0.5, 1e300, 1e-300))
    | st.sampled_from((float("nan"), float("inf"), "", "no", "1e-3", "1e400", "a\0b", "\ud800"))
    | st.sampled_from(("numpy", "relu", "adam", "auto", "full", "quick", "en", "..", "a\n", "he"))
    | st.integers(-3, 60_000)
    | st.floats()
    | st.text(max_size=4),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(list(grid.GRID_KEYS)) | st.text(max_size=3), inner, max_size=4
        )
    ),
    max_leaves=8,
)
keys = st.sampled_from((*grid.GRID_KEYS, "seeds", "grid", "skip", "matrix", "total", "no", 1, None))


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    """Return a project of schemas, an English text and no criteria, which plans few runs."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "workflow").symlink_to(ROOT / "workflow")
    (folder / "report").mkdir()
    for name in ("text", "original"):
        (folder / "report" / name).symlink_to(ROOT / "report" / name)
    (folder / "report/claims.yaml").write_text(
        "settings: {}\nclaims: {C1: {where: {section: '1'}, printed: [], untestable: not_tried}}\n"
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(grid, "MAX_RUNS", 500)
        yield folder


def outcome(text_or_config, root):
    """Return a plan's experiments, or the line that refuses the config."""
    sources = []
    try:
        if isinstance(text_or_config, str):
            sources = [parse_config(text_or_config)]
            text_or_config = sources[0].content
        return plan(text_or_config, sources, root).experiments
    except LabError as error:
        return str(error)


def check(found):
    """Check that a config became runs with names, or that one line says what is wrong."""
    if isinstance(found, str):
        assert found.isprintable()
        assert len(found) < 1000
    else:
        assert all(Run.from_id(run.id) == run for runs in found.values() for run in runs)


def containers(value):
    """Yield each list and mapping below a value, itself first."""
    if isinstance(value, dict | list):
        yield value
        for part in value.values() if isinstance(value, dict) else value:
            yield from containers(part)


@st.composite
def configs(draw):
    """Draw a config of which a few values are others, missing, or too many."""
    config = copy.deepcopy(CONFIG)
    for _ in range(draw(st.integers(1, 3))):
        here = draw(st.sampled_from(list(containers(config))))
        places = list(here) if isinstance(here, dict) else list(range(len(here)))
        change = draw(st.sampled_from(("set", "add", "remove", "repeat")))
        if change == "add" or not places:
            if isinstance(here, dict):
                here[draw(keys)] = draw(values)
            else:
                here.insert(0, draw(values))
        elif change == "remove":
            here.pop(draw(st.sampled_from(places)))
        elif change == "repeat" and isinstance(here, list):
            here *= draw(st.integers(2, 30))
        else:
            here[draw(st.sampled_from(places))] = draw(values)
    return config


@st.composite
def texts(draw):
    """Draw a text of a config file in which pieces are put in, taken out, or put twice."""
    text = TEXT
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 30)))
        new = draw(st.sampled_from(PIECES) | st.text(max_size=3) | st.just(text[start:end] * 2))
        text = text[:start] + new + text[end:]
    return text


def test_the_config_that_is_changed_can_be_used(root):
    assert len(outcome(TEXT, root)["matrix"]) == 16
    assert outcome(CONFIG, root) == outcome(TEXT, root)


@fuzzed(300)
@given(config=configs())
def test_a_config_is_planned_or_refused_in_one_line(root, config):
    check(outcome(config, root))


@fuzzed(300)
@given(text=texts())
def test_a_config_file_is_planned_or_refused_in_one_line(root, text):
    found = outcome(text, root)
    check(found)
    if not isinstance(found, str):
        assert yaml.load(text, yaml.FullLoader) == parse_config(text).content


@fuzzed(500)
@given(text=st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=20).map("".join))
def test_any_text_is_a_config_or_refused_with_a_reason(root, text):
    check(outcome(text, root))
