"""An archive is known to be as it was packed, and refused if it was edited or is none."""

import zipfile
from io import BytesIO

import pytest
from archive_sample import CRATE, FACTS, SUMS, refused, rewrite, unpacked

from backprop_lab.cli.main import main


def test_an_archive_and_its_folder_are_as_they_were_packed(packed, capsys):
    folder = unpacked(packed)
    assert main(["check-archive", str(packed)]) == 0
    (folder / "results/quick/more.csv").write_text("")  # a build there goes on
    assert main(["check-archive", str(folder)]) == 0
    assert capsys.readouterr().out.count("all as they were packed") == 2


def edit_of(name, old, new):
    def edit(path, content):
        assert path != name or old in content
        return content.replace(old, new) if path == name else content

    return edit


@pytest.mark.fault("an archive edited after it was packed")
@pytest.mark.parametrize(
    ("edit", "named"),
    [
        (edit_of(FACTS, b"0.9", b"0.8"), f"{FACTS} is not as it was packed"),
        (edit_of("Snakefile", b"all", b"one"), "Snakefile is not as it was packed"),
        (edit_of(CRATE, b"contributors", b"friends"), f"{CRATE} is not as it was packed"),
        (edit_of(SUMS, b"Snakefile", b"../../etc/x"), f"{SUMS} is not as it was packed"),
        (edit_of(SUMS, b"  Snakefile", b"  Snakefiles"), "Snakefiles is missing"),
        (lambda name, content: None if name == "run" else content, "run is missing"),
        (lambda name, content: None if name == SUMS else content, f"it has no {SUMS}"),
        (lambda name, content: b"" if name == SUMS else content, f"{SUMS} is not as it was"),
    ],
)
def test_an_edited_archive_is_refused(packed, capsys, edit, named):
    rewrite(packed, edit)
    error = refused(capsys, main(["check-archive", str(packed)]))
    assert named in error


@pytest.mark.fault("an archive edited after it was packed")
@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("name", ["evil.py", "Snakefile"])
def test_what_was_added_to_an_archive_is_refused(packed, capsys, name):
    with zipfile.ZipFile(packed) as archive:
        content = archive.read("Snakefile")
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr(name, content)
    error = refused(capsys, main(["check-archive", str(packed)]))
    assert f"{name} was added after packing" in error


@pytest.mark.fault("an archive edited after it was packed")
def test_an_edited_folder_is_refused(packed, capsys):
    folder = unpacked(packed)
    (folder / FACTS).write_text("{}")
    assert f"{FACTS} is not as it was packed" in refused(
        capsys, main(["check-archive", str(folder)])
    )


@pytest.mark.fault("an archive damaged on its way")
def test_a_damaged_archive_is_refused(packed, capsys):
    whole = packed.read_bytes()
    packed.write_bytes(whole[: len(whole) // 2])
    assert "is no ZIP file" in refused(capsys, main(["check-archive", str(packed)]))
    with zipfile.ZipFile(BytesIO(whole)) as file:
        first = file.start_dir  # where the list of files begins; its first entry has 46 bytes
    damaged = bytearray(whole)
    damaged[7] |= 8  # where the first file begins, its name is said to be UTF-8 ...
    damaged[30] = 0xFF  # ... and is not
    packed.write_bytes(damaged)
    assert "is damaged" in refused(capsys, main(["check-archive", str(packed)]))
    for place in (*range(200, len(whole), len(whole) // 50), *range(first, first + 46)):
        damaged = bytearray(whole)
        damaged[place] ^= 0xFF
        packed.write_bytes(damaged)
        status = main(["check-archive", str(packed)])
        printed = capsys.readouterr()
        if status == 0:  # a byte that says nothing of a file's content
            assert "all as they were packed" in printed.out
        else:
            assert status == 1
            assert printed.err.count("\n") == 1


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("none.zip", "is not there"),
        ("text.zip", "is no ZIP file"),
        ("other.zip", "is no archive of a build, it has no ro-crate-metadata.json"),
        ("folder", "is no archive of a build, it has no ro-crate-metadata.json"),
    ],
)
def test_what_is_no_archive_is_refused(tmp_path, capsys, path, named):
    (tmp_path / "text.zip").write_text("PK")
    (tmp_path / "folder").mkdir()
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("a.txt", "a")
    assert named in refused(capsys, main(["check-archive", str(tmp_path / path)]))


def test_a_run_that_the_archive_has_not_is_named(packed, capsys):
    run = "numpy_16_relu_sgd_lr0.1_b32_e1/seed0"
    status = main(["check-archive", str(packed), "--repeat", run])
    assert f"has no results/runs/{run}/result.json" in refused(capsys, status)
