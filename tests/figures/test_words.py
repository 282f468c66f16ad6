"""Words: every language file is complete, and every mistake in one is named."""

from pathlib import Path

import pytest

from backprop_lab.errors import LabError
from backprop_lab.figures.words import Words, load_words

TEXTS = Path(__file__).parents[2] / "report/text"


def _write(folder, text):
    path = folder / "xx/words.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return load_words("xx", folder)


def test_words_are_found_by_dotted_key_and_filled_in(tmp_path):
    words = _write(tmp_path, 'axis:\n  epoch: "epoch"\n  n: "{n} of {total}"\n')
    assert words.language == "xx"
    assert words("axis.epoch") == "epoch"
    assert words("axis.n", n=1, total=3) == "1 of 3"


@pytest.mark.parametrize("key", ["axis.loss", "epoch", "axis.epoch.more"])
def test_a_missing_word_names_the_file_and_the_key(tmp_path, key):
    words = _write(tmp_path, 'axis:\n  epoch: "epoch"\n')
    with pytest.raises(LabError, match=rf"xx/words\.yaml: no word '{key}'"):
        words(key)


def test_a_word_that_is_no_text_is_an_error():
    words = Words(Path("xx/words.yaml"), {"axis": {"n": 3}})
    for key in ("axis.n", "axis"):
        with pytest.raises(LabError, match=f"{key}: must be a text"):
            words(key)


def test_a_placeholder_without_a_value_is_an_error(tmp_path):
    words = _write(tmp_path, 'n: "{n} of {all}"\n')
    with pytest.raises(LabError, match="n: cannot fill in"):
        words("n", n=1, total=3)


def test_a_missing_language_lists_those_there_are(tmp_path):
    _write(tmp_path, 'a: "b"\n')
    with pytest.raises(LabError, match=r"fr/words\.yaml: .* there are: xx"):
        load_words("fr", tmp_path)


@pytest.mark.parametrize("text", ["a: [", "- a\n- b\n", ""])
def test_a_broken_file_is_one_line_of_error(tmp_path, text):
    with pytest.raises(LabError, match=r"xx/words\.yaml") as caught:
        _write(tmp_path, text)
    assert "\n" not in str(caught.value)


def test_all_languages_have_the_same_keys():
    def keys(tree, prefix=""):
        for key, value in tree.items():
            yield from (
                keys(value, f"{prefix}{key}.") if isinstance(value, dict) else [prefix + key]
            )

    languages = [path.parent.name for path in sorted(TEXTS.glob("*/words.yaml"))]
    assert "en" in languages
    english = sorted(keys(load_words("en", TEXTS)._tree))
    for language in languages:
        assert sorted(keys(load_words(language, TEXTS)._tree)) == english, language
