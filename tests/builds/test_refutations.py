"""The verdicts ask git whether it refutes the register, where the history is there."""

import json
import shutil

import pytest
from criterion_repository import CLAIMS, CONFIG, edited

from backprop_lab.builds.refutations import REGISTER, compare_with_git
from backprop_lab.builds.registration import Told, write_register
from backprop_lab.errors import LabError


def forged(repository, **changes):
    """Write a register with something else in its only seal; return its path."""
    path = write_register(repository.folder, Told())
    content = json.loads(path.read_text())
    content["criteria"]["C1.reaches"]["seals"][0] |= changes
    path.write_text(json.dumps(content))
    return path


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"digest": "0" * 64}, "git has .* with another digest or date; commit"),
        ({"date": "2020-01-01T00:00:00+00:00"}, "with another digest or date; commit"),
        ({"commit": "0" * 40, "date": "2020-01-01T00:00:00+00:00"}, "has no commit 0000000000"),
        ({"results_existed": "no"}, "says that no results existed at .* write unknown or yes"),
    ],
)
def test_a_register_that_git_refutes_labels_nothing(repository, changes, words):
    repository.write(CONFIG, {"settings": {}, "claims": {}})
    repository.commit()
    repository.write(CONFIG, CLAIMS)
    repository.commit()
    assert compare_with_git(write_register(repository.folder, Told()))
    with pytest.raises(LabError, match=rf"register\.json: C1\.reaches: .*{words}"):
        compare_with_git(forged(repository, **changes))


def test_a_seal_that_is_moved_to_an_amendment_is_refuted(repository):
    repository.commit()
    repository.write(CONFIG, edited(CLAIMS, 0.97, "claims", "C1", "parts", "reaches", "above"))
    repository.commit()
    path = write_register(repository.folder, Told())
    assert compare_with_git(path)
    content = json.loads(path.read_text())
    del content["criteria"]["C1.reaches"]["seals"][0]
    path.write_text(json.dumps(content))
    with pytest.raises(LabError, match=r"C1\.reaches: the register has commit"):
        compare_with_git(path)


def test_what_has_changed_since_is_not_refuted(repository):
    repository.commit()
    path = write_register(repository.folder, Told())
    repository.write(CONFIG, edited(CLAIMS, 0.97, "claims", "C1", "parts", "reaches", "above"))
    assert compare_with_git(path)
    repository.commit()
    assert compare_with_git(path)


def test_a_register_without_its_history_is_not_compared(repository, tmp_path_factory):
    repository.commit()
    repository.write(edited(CONFIG, [0, 1], "seeds"), CLAIMS)
    repository.commit()
    write_register(repository.folder, Told())
    repository.commit()
    clone = tmp_path_factory.mktemp("clone") / "shallow"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(clone))
    assert not compare_with_git(clone / REGISTER)
    shutil.rmtree(clone / ".git")
    assert not compare_with_git(clone / REGISTER)
    # Begun anew with all that there is.
    shutil.rmtree(repository.folder / ".git")
    (repository.folder / ".git").mkdir()
    repository.git("init", "--quiet", "--initial-branch=main")
    repository.commit()
    assert not compare_with_git(repository.folder / REGISTER)
