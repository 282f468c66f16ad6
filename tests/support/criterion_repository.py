"""A project of one criterion in git, to be sealed, amended and forged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import yaml

from backprop_lab.builds.refutations import REGISTER
from backprop_lab.builds.seals import replay
from backprop_lab.measurements.environment import git_output

ROOT = Path(__file__).parents[2]
GRID = {
    "backend": ["numpy"],
    "hidden_sizes": [[360]],
    "activation": ["relu"],
    "optimizer": ["sgd"],
    "learning_rate": [0.1, 1],
    "batch_size": [32],
    "epochs": [10],
}
CONFIG = {
    "seeds": [0, 1, 2],
    "data": {"split": "last_10000"},
    "experiments": {"sweep": {"grid": GRID}},
}
PART = {
    "kind": "value",
    "setting": "best",
    "measure": {"quantity": "val_accuracy"},
    "above": "stated.target_accuracy",
}
SETTING = {"experiments": ["sweep"], "over": "learning_rate", "pick": "best"}
CLAIMS = {"settings": {"best": SETTING}, "claims": {"C1": {"parts": {"reaches": PART}}}}


class Repository:
    """A project of one criterion, in git."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "report/original").mkdir(parents=True)
        (folder / "report/text/en").mkdir(parents=True)
        for name in ("published_curves.csv", "stated.csv"):
            shutil.copy(ROOT / "report/original" / name, folder / "report/original")
        shutil.copy(ROOT / "report/text/en/labels.yaml", folder / "report/text/en")
        (folder / ".git").mkdir()
        self.git("init", "--quiet", "--initial-branch=main")
        self.write(CONFIG, CLAIMS)

    def git(self, *arguments):
        """Call git as somebody; return what it prints."""
        who = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
        found = git_output(self.folder, *who, *arguments)
        assert found is not None, arguments
        return found

    def write(self, config, claims):
        """Write what decides."""
        (self.folder / "config.yaml").write_text(yaml.safe_dump(config))
        (self.folder / "report/claims.yaml").write_text(yaml.safe_dump(claims))

    def commit(self):
        """Commit all there is; return the commit's name."""
        self.git("add", "--all")
        self.git("commit", "--quiet", "--message", "x")
        return self.git("rev-parse", "HEAD")

    def changes(self):
        """What git knows: (commit, criterion, whether it was withdrawn)."""
        found = replay(self.folder).changes
        return [(one.commit, one.criterion, one.content is None) for one in found]

    def register(self):
        """What the register says of the criterion."""
        return json.loads((self.folder / REGISTER).read_text())["criteria"]["C1.reaches"]


def edited(tree, value, *keys):
    """A copy of a tree with one value changed; None removes the key."""
    copy = json.loads(json.dumps(tree))
    place = copy
    for key in keys[:-1]:
        place = place[key]
    if value is None:
        del place[keys[-1]]
    else:
        place[keys[-1]] = value
    return copy
