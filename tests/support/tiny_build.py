"""A made-up build of few files, with the notes that Snakemake would have left beside them.

Each step's output is computed from its inputs, its code, its settings and the machine, as in a
real build, so that one change of the world reaches just the files that it would reach there.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from whole import document, table

OUT = "results/quick"
CLAIMS = "report/claims.yaml"
TEMPLATE = "report/text/en/lab-report.md"
WORDS = "report/text/en/words.yaml"
STYLE = "report/page/style.css"
PUBLISHED = "report/original/published_curves.csv"


@dataclass(frozen=True)
class World:
    """All that a build depends on."""

    dataset: str = "digits"
    images: str = ""  # other archives under the same name
    split_seed: int = 0
    seeds: Sequence[int] = (0,)
    epochs: int = 2
    code: Mapping[str, str] = field(default_factory=dict)
    margin: float = 0.9
    sentence: str = "The network learns."
    words: str = "accuracy: accuracy"
    style: str = "body{}"
    published: str = "epoch,loss\n1,0.5\n"
    python: str = "CPython 3.12.0"
    numpy: str = "2.4.0"
    kernel: str = "Haswell"
    capability: str = "AVX2"
    device: str = "CPU"
    cpu: str = "A processor"
    blas: str = "0.3.30"
    system: str = "Debian GNU/Linux 12 (Linux 6.1)"
    commit: str = "a" * 40
    seconds: float = 1.0


def build(folder: Path, world: World = World()) -> Path:
    """Write the build of a world, and return its OUT."""
    tiny = _Tiny(folder, world)
    tiny.write()
    return folder / OUT


class _Tiny:
    def __init__(self, folder: Path, world: World) -> None:
        self.folder, self.world = folder, world

    def write(self) -> None:
        world = self.world
        for path, text in {
            CLAIMS: f"margin: {world.margin}\n",
            TEMPLATE: world.sentence,
            WORDS: world.words,
            STYLE: world.style,
            PUBLISHED: world.published,
        }.items():
            self._put(path, text)
        images = _number(world.dataset, world.images)
        raw = self.made("data/raw/images.gz", "fetch_mnist", [], str(images), [world.dataset])
        about = {
            "name": world.dataset,
            "archives": {"images.gz": {"sha256": _sha(str(images))}},
            "sha256": _sha(f"{images} {world.split_seed}"),
        }
        dataset = self.made(
            "results/dataset.json",
            "prepare",
            [raw],
            _whole("dataset.json", about),
            [world.split_seed],
        )
        runs = [self._run(f"numpy_8_e{world.epochs}/seed{seed}", dataset) for seed in world.seeds]
        self._collected([Path(run).parent for run in runs], runs)

    def _run(self, name: str, dataset: str) -> str:
        """Write the files of a run; return the path of its result."""
        world = self.world
        machine = (world.numpy, world.kernel, world.capability, world.device, world.cpu, world.blas)
        learned = (*machine, world.system, world.epochs, self._code("train"))
        accuracy = 0.9 + _number(name, self._text(dataset), *learned)
        folder = f"results/runs/{name}"
        self.made(
            f"{folder}/history.csv", "train", [dataset], f"epoch,val_accuracy\n2,{accuracy}\n"
        )
        for file in ("model.npz", "predictions.npz"):
            self.made(f"{folder}/{file}", "train", [dataset], f"{file} {accuracy}")
        result = {
            "status": "completed",
            "final": {"val_loss": 1 - accuracy, "val_accuracy": accuracy},
            "test": {"loss": 1 - accuracy, "accuracy": accuracy},
        }
        text = _whole("result.json", result)
        return self.made(f"{folder}/result.json", "train", [dataset], text)

    def _collected(self, folders: Sequence[Path], results: Sequence[str]) -> None:
        world = self.world
        files = [path.parent / "history.csv" for path in map(Path, results)]
        values = {
            folder: json.loads(self._text(result))["final"]["val_accuracy"]
            for folder, result in zip(folders, results, strict=True)
        }
        ids = {"/".join(folder.parts[-2:]): value for folder, value in values.items()}
        if self._code("collect_runs"):
            ids = {name: round(value, 4) for name, value in ids.items()}
        rows = [
            {"id": name, "val_accuracy": value, "seconds_per_epoch": world.seconds}
            for name, value in ids.items()
        ]
        inputs = [*results, *map(str, files)]
        runs = self.made(
            f"{OUT}/runs.csv", "collect_runs", inputs, table("runs.csv", rows), [list(ids)]
        )
        self.made(f"{OUT}/experiments.csv", "collect_runs", inputs, "experiment,id\n", [list(ids)])
        mean = sum(ids.values()) / len(ids)
        own = self._code("table"), world.published
        text = f"n,mean,seconds_per_epoch\n{len(ids)},{mean + _number(*own)},{world.seconds}\n"
        finals = self.made(f"{OUT}/tables/finals.csv", "table", [runs, PUBLISHED], text)
        self.made(
            f"{OUT}/tables/speed.csv", "speed", [], f"round,numpy_seconds\n1,{world.seconds}\n"
        )
        drawn = (
            f"<svg>{self._text(finals).split(',')[3]} {world.words} {self._code('figure')}</svg>"
        )
        figure = self.made(f"{OUT}/figures/en/final.svg", "figure", [finals, WORDS], drawn)
        shown = float(self._text(finals).splitlines()[1].split(",")[1])
        judged = shown + (0.001 if self._code("claims") else 0)
        verdict = "reproduced" if judged > world.margin else "contradicted"
        part = {
            "measure": {"quantity": "val_accuracy"},
            "outcome": "not_run",
            "experiment": "matrix",
            "estimate": judged,
        }
        claims = {
            "criteria": {"sha256": _sha(f"margin: {world.margin}\n")},
            "claims": {"C1": {"verdict": verdict, "parts": {"a": part}}},
        }
        judging = [runs, finals, CLAIMS]
        claims_json = self.made(
            f"{OUT}/claims.json", "claims", judging, _whole("claims.json", claims)
        )
        source = {"unit": "fraction", "source": "tables/finals.csv"}
        facts = {
            "finals.mean": {"value": shown, **source},
            "finals.twice": {"value": shown * (3 if self._code("facts") else 2), **source},
            "claims.C1.estimate": {"value": judged, "unit": "fraction", "source": "claims.json"},
            "finals.seconds": {"value": world.seconds, **source, "clock": True},
        }
        made_from = [finals, claims_json, f"{OUT}/tables/speed.csv"]
        facts_json = self.made(f"{OUT}/facts.json", "facts", made_from, _whole("facts.json", facts))
        described = _whole("environment.json", self._environment())
        environment = self.made(f"{OUT}/environment.json", "environment", [runs], described)
        said = self._report(facts, verdict)
        inputs = [facts_json, claims_json, environment, figure, finals, TEMPLATE, STYLE]
        self.made(f"{OUT}/report/lab-report.en.html", "render", inputs, said)

    def _environment(self) -> dict:
        world = self.world
        return {
            "git": {"commit": world.commit, "date": None, "dirty": False},
            "python": world.python,
            "packages": {"numpy": world.numpy},
            "operating_system": world.system,
            "cpu": {"model": world.cpu, "architecture": "x86_64", "cores": 2},
            "blas": [{"package": "numpy", "version": world.blas, "architecture": world.kernel}],
            "torch": {
                "blas": "MKL",
                "cuda": None,
                "capability": world.capability,
                "device": world.device,
            },
        }

    def _report(self, facts: Mapping[str, Mapping[str, object]], verdict: str) -> str:
        """Write a report with prose, facts, times, a table and a section about times."""
        spans = {
            key: f'<span class="fact" data-key="{key}">{fact["value"]:.6f}</span>'
            for key, fact in facts.items()
        }
        seconds = self.world.seconds
        by_code = "Rounded. " if self._code("render") else ""
        return (
            f"<html><head><style>{self.world.style}</style></head><body><main>"
            f"<p>{self.world.sentence} {by_code}Its accuracy is {spans['finals.mean']}. "
            f"The claim is {verdict}. An epoch takes {spans['finals.seconds']} s.</p>"
            f"<table><tbody><tr><td>{seconds}</td></tr></tbody></table>"
            f'<section id="sec-speed"><p>It took {seconds} s.</p></section>'
            f"<p>Made by {self.world.python} and NumPy {self.world.numpy}.</p>"
            "</main></body></html>"
        )

    def made(
        self, path: str, rule: str, inputs: Sequence[str], text: str, settings: Sequence = ()
    ) -> str:
        """Write a file as the output of a rule, and note how it was made."""
        self._put(path, text)
        mark = f"'code of {rule}: {_sha(self._code(rule))[:16]}'"
        note = {
            "rule": rule,
            "input": sorted(inputs),
            "params": sorted([*map(repr, settings), mark]),
            "code": f"backprop-lab {rule}",
            "input_checksums": {one: f"sha256:{_sha(self._text(one))}" for one in inputs},
        }
        name = base64.urlsafe_b64encode(path.encode()).decode()
        self._put(f".snakemake/metadata/{name}", json.dumps(note))
        return path

    def _code(self, rule: str) -> str:
        """Return how the code of a rule was changed; "" if it was not."""
        return self.world.code.get(rule, "")

    def _put(self, path: str, text: str) -> None:
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)

    def _text(self, path: str) -> str:
        return (self.folder / path).read_text()


def _whole(name: str, known: Mapping[str, object]) -> str:
    """Write a JSON file of a declared form; what is not known is filled in."""
    return json.dumps(document(name, dict(known)))


def _sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _number(*parts: object) -> float:
    """Return a number from 0 to 0.001 that depends on all parts."""
    return int(_sha(repr(parts))[:8], 16) / 2**32 / 1000
