"""What every file of the data sets is known by, so that no other file is taken for it.

A file is known twice: as the archive that was published, and by the images or labels
inside, unpacked.  The second makes a copy count that was compressed anew, or unpacked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from backprop_lab.data.archives import TEST_IMAGES, TEST_LABELS, TRAIN_IMAGES, TRAIN_LABELS


@dataclass(frozen=True)
class Pin:
    """The digests and sizes of one file of a data set.

    Attributes:
        archive: hexadecimal SHA-256 of the .gz file as it was published.
        size: bytes of that archive.
        contents: hexadecimal SHA-256 of the IDX file inside; None if it is not known.
        contents_size: bytes of the IDX file.
    """

    archive: str
    size: int
    contents: str | None
    contents_size: int


#: Data set -> archive -> what it is known by.
Pinned = Mapping[str, Mapping[str, Pin]]

_IMAGES_SIZE = 16 + 28 * 28 * 60_000
_LABELS_SIZE = 8 + 60_000
_TEST_IMAGES_SIZE = 16 + 28 * 28 * 10_000
_TEST_LABELS_SIZE = 8 + 10_000

PINNED: Pinned = {
    # Computed from the archives of 1998; their MD5 digests are those that torchvision pins
    # (torchvision/datasets/mnist.py).
    "mnist": {
        TRAIN_IMAGES: Pin(
            "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
            9_912_422,
            "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
            _IMAGES_SIZE,
        ),
        TRAIN_LABELS: Pin(
            "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
            28_881,
            "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
            _LABELS_SIZE,
        ),
        TEST_IMAGES: Pin(
            "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
            1_648_877,
            "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
            _TEST_IMAGES_SIZE,
        ),
        TEST_LABELS: Pin(
            "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
            4_542,
            "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            _TEST_LABELS_SIZE,
        ),
    },
    # Computed from Debian's package dataset-fashion-mnist 0.0~git20200523.55506a9-1.  It
    # holds the published archives without the name and the time in their gzip headers; with
    # both put back (31 August 2017), all four have the MD5 digests that torchvision pins.
    "fashion_mnist": {
        TRAIN_IMAGES: Pin(
            "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
            26_421_880,
            "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
            _IMAGES_SIZE,
        ),
        TRAIN_LABELS: Pin(
            "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
            29_515,
            "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
            _LABELS_SIZE,
        ),
        TEST_IMAGES: Pin(
            "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
            4_422_102,
            "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
            _TEST_IMAGES_SIZE,
        ),
        TEST_LABELS: Pin(
            "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
            5_148,
            "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            _TEST_LABELS_SIZE,
        ),
    },
    # Computed from copies with the MD5 digests that torchvision pins, but for the training
    # images, of which no copy was at hand: their archive's digest is the one that
    # torchvision states in torchvision/prototype/datasets/_builtin/mnist.py, where those of
    # the other three agree with ours.
    "kmnist": {
        TRAIN_IMAGES: Pin(
            "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
            18_165_135,
            None,
            _IMAGES_SIZE,
        ),
        TRAIN_LABELS: Pin(
            "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
            29_497,
            "2a16eeae62da984b8bd24fa32e31d47291f01dac3fe84d5594f304f71e7d374b",
            _LABELS_SIZE,
        ),
        TEST_IMAGES: Pin(
            "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
            3_041_136,
            "76fbd229ce87db80dd281af5e6670de4ad0e42fb30a7bd643972994c47c1f42e",
            _TEST_IMAGES_SIZE,
        ),
        TEST_LABELS: Pin(
            "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
            5_120,
            "a11dc742be8e781a40a92f53d6a4957e7b7d36df2faa097659131ebfd8fd60c6",
            _TEST_LABELS_SIZE,
        ),
    },
}
