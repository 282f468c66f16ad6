"""A config file says clearly what it means, or one line says where it does not."""

from pathlib import Path

import pytest
import yaml

from backprop_lab.errors import LabError
from backprop_lab.planning.config_file import (
    located,
    parse_config,
    read_config,
    read_sources,
)
from backprop_lab.runs.config_error import ConfigError

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1\nb: 2\na: 3", "line 3: a: stands here again, and first in line 1; remove one"),
        ("x: {y: 1, y: 1}", "line 1: x.y: stands here again"),
        ("a: &x {p: 1, p: 2}\nb: {<<: *x}", "line 1: a.p: stands here again"),
        ("a: &a {}\nb: {<<: *a, <<: *a}", "line 2: b.<<: stands here again"),
        ("x:\n  no: 1", "line 2: x: the key no is read as true or false; put it in quotation"),
        ("on: 1", "line 1: top level: the key on is read as true or false"),
        ("2024: 1", "line 1: top level: the key 2024 is read as a number"),
        ("1.5: 1", "the key 1.5 is read as a number"),
        ("2024-01-01: 1", "the key 2024-01-01 is read as a date"),
        ("~: 1", "the key ~ is read as no value"),
        ("? [1]\n: 2", "line 1: top level: a key that is a list or a mapping; write a name"),
        ("a:\n\tb: 1", "line 2: a tab; indent with spaces instead"),
        ("a:\n  b: 1\n\tc: 1", "line 3: a tab; indent with spaces instead"),
        ("a: 1\n\ufeffb: 1\n\ufeffb: 2", r"line 3: '\ufeffb': stands here again"),
        ("a: *x", "line 1: *x stands for nothing, there is no &x; set it with &"),
        (
            "a: &sweep {}\n\nb: {<<: *sweeps}",
            "line 3: *sweeps stands for nothing, there is no &sweeps; did you mean *sweep?",
        ),
        (f"a: *{'9' * 5000}", "line 1: *999"),
        (f"a: !{'9' * 5000} 1", "line 1: a: is read as a YAML !999"),
        ("a: &x 1\nb: &x 2\nc: *x", "line 2: &x is set in line 1, too; take another name"),
        ("a: &x [1, *x]", "a.1: contains itself by an alias (*); write it out"),
        ("a: &x {b: {<<: *x}}", "a.b.<<: merges a mapping into itself; write it out"),
        ("a: &x [1]\nb: {<<: *x}", "line 1: b.<<: must be followed by the alias of a mapping"),
        ("a: 010", "line 1: a: 010 is read as 8; write 8, or put it in quotation marks"),
        ("a: [0x1f]", "line 1: a.0: 0x1f is read as 31"),
        ("a: 1:30", "line 1: a: 1:30 is read as 90"),
        ("a: .inf", "line 1: a: .inf is no number that can be computed with"),
        ("a: .nan", "line 1: a: .nan is no number that can be computed with"),
        ("a: 1.0e+400", "line 1: a: 1.0e+400 is no number that can be computed with"),
        (f"a: {'9' * 5000}", "999... is no number that can be computed with"),
        ("a: 2024-01-01", "line 1: a: is read as a date; put it in quotation marks"),
        ("a: =", "line 1: a: is read as a YAML value; put it in quotation marks"),
        ("a: !!python/name:os.system", "line 1: a: is read as a YAML python/name:os.system"),
        ("a: !!bool x", "line 1: a: x does not fit its tag; leave the tag out"),
        ("a: [1\nb: 2", "line 2: not valid YAML: expected"),
        (
            "a: 'b\n\nc: 1\n",
            "line 4: not valid YAML: found unexpected end of stream while "
            "scanning a quoted scalar that begins in line 1",
        ),
        ("a: b: c", "line 1: not valid YAML: mapping values are not allowed here"),
        ("a: 1\n---\nb: 1", "line 2: a second document begins; put all into one, without ---"),
        ("a: \x07", "line 1: the character '\\x07' is not allowed; remove it"),
        ("a: " + "[" * 5000, "line 1: lists or mappings lie too deep in each other"),
        ("__use_yte__: true\n?x: 1", "line 1: __use_yte__: this file is no template; remove"),
        ("", "config.yaml: empty; it must be a mapping of keys to values"),
        ("- a", "line 1: must be a mapping of keys to values"),
    ],
)
def test_what_yaml_would_take_in_silence_is_refused_with_its_line(text, expected):
    with pytest.raises(LabError) as caught:
        parse_config(text)
    message = str(caught.value)
    assert expected in message
    assert message.startswith("config.yaml")
    assert message.isprintable()
    assert len(message) < 400


@pytest.mark.parametrize("kind", ["[{}]", "{{<<: [{}]}}"], ids=["lists", "merges"])
def test_aliases_of_aliases_that_fill_the_memory_are_refused(kind):
    lines = ["a0: &a0 {x: 1}"]
    for depth in range(1, 20):
        aliases = ", ".join([f"*a{depth - 1}"] * 10)
        lines.append(f"a{depth}: &a{depth} {kind.format(aliases)}")
    with pytest.raises(LabError, match="more than 200000 values"):
        parse_config("\n".join(lines))


@pytest.mark.parametrize(
    "text",
    [
        (ROOT / "config.yaml").read_text(),
        "a: 1_000\nb: 1.0e-3\nc: .5\nd: yes\ne: ~\nf: '010'\ng: 08\nh: 1e-3\ni: -0",
        "a: &a {x: 1, y: 2}\nb: &b {y: 3, z: [4]}\nc: {<<: [*a, *b], x: 5}\nd: {<<: *b, <: 1}",
        "a: &a {x: 1}\nb: &b {<<: *a, y: 2}\nc: {z: {<<: *b}, '<<': 3}",
        '{"a": [1, 2.5, true, null, "x"]}',
        "a: |\n  text\n  text\nb: >-\n  folded\n  text",
    ],
)
def test_what_is_accepted_is_read_as_snakemake_reads_it(text):
    assert parse_config(text).content == yaml.load(text, yaml.FullLoader)


def test_files_that_windows_wrote_are_read(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_bytes("\ufeffa: 1\r\nb:\r\n  c: 2\r\n".encode())
    assert read_config(path).content == {"a": 1, "b": {"c": 2}}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("a: 1\n".encode("utf-16"), "line 1: not UTF-8; save the file as UTF-8"),
        ("a: 1\nb: é\n".encode("latin-1"), "line 2: not UTF-8; save the file as UTF-8"),
        (b"#" * 10**6 + b"#", "larger than 1000000 bytes; is it a config file?"),
    ],
    ids=["utf-16", "latin-1", "large"],
)
def test_a_file_that_is_no_text_is_named(tmp_path, data, expected):
    path = tmp_path / "config.yaml"
    path.write_bytes(data)
    with pytest.raises(LabError) as caught:
        read_config(path)
    assert str(caught.value).startswith(str(path))
    assert expected in str(caught.value)


def test_a_missing_file_is_named(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LabError, match=r"^config\.yaml: cannot be read \(No such file"):
        read_sources(Path("config.yaml"))
    Path("mine.yaml").write_text("a: 1")
    assert [s.name for s in read_sources(Path("config.yaml"), [tmp_path / "mine.yaml"])] == [
        "mine.yaml",
        "--config",
    ]


FIRST = """\
seeds: [0]
experiments:
  one: &one
    grid:
      epochs: [1,
               2]
  two:
    <<: *one
    seeds: [3]
"""


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (("seeds", 0), "config.yaml, line 1: seeds.0: wrong"),
        (("experiments", "one", "grid", "epochs", 1), "config.yaml, line 6: experiments.one."),
        (("experiments", "two", "grid", "epochs"), "config.yaml, line 5: experiments.two.grid"),
        (("experiments", "two", "grid", "batch_size"), "config.yaml, line 4: experiments.two.gr"),
        (("experiments", "three"), "mine.yaml, line 2: experiments.three: wrong"),
        (("experiments", "two", "seeds", 0), "mine.yaml, line 3: experiments.two.seeds.0: wrong"),
        (("preset",), "--config: preset: wrong"),
        (("report",), "config.yaml: report: wrong"),
        ((), "config.yaml: top level: wrong"),
    ],
)
def test_a_wrong_value_is_looked_up_where_it_was_set_last(tmp_path, monkeypatch, keys, expected):
    monkeypatch.chdir(tmp_path)
    Path("config.yaml").write_text(FIRST)
    Path("mine.yaml").write_text("# my seeds\nexperiments:\n  two: {seeds: [4]}\n")
    sources = read_sources(Path("config.yaml"), [tmp_path / "mine.yaml"], {"preset": "fast"})
    assert str(located(ConfigError(keys, "wrong"), sources)).startswith(expected)
    assert str(located(ConfigError(keys, "wrong"), [])).startswith("config.yaml: ")
