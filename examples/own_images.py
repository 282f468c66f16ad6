"""Write a folder of images by class, to try a data set of your own with.

The images are those of five digits that come with scikit-learn, 8 x 8 pixels.  In the project's
folder:

    python examples/own_images.py own-images

writes own-images/zero/0000.png and so on; docs/how-to/own-data.md says how to go on.
"""

import sys
from pathlib import Path

from PIL import Image
from sklearn.datasets import load_digits

CLASSES = ("zero", "one", "two", "three", "four")

if len(sys.argv) != 2:
    sys.exit(f"give the folder to write: python {sys.argv[0]} own-images")
folder = Path(sys.argv[1])
if folder.exists():
    sys.exit(f"{folder}: is there already; take it away, or name another folder")
digits = load_digits()
for number, (image, label) in enumerate(zip(digits.images, digits.target, strict=True)):
    if label < len(CLASSES):
        place = folder / CLASSES[label]
        place.mkdir(parents=True, exist_ok=True)
        grey = (image * 255 / 16).round().astype("uint8")  # 0 background to 255 ink
        Image.fromarray(grey).save(place / f"{number:04}.png")
print(f"{folder}: {sum(label < len(CLASSES) for label in digits.target)} images")
