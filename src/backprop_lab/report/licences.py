"""The licences of the data sets that the project can fetch or brings along.

They stand here, not in dataset.json, which training reads.  Who states each is said in the
report's text, beside it.  A data set of one's own has `licence` in config.yaml.
"""

#: Name of a data set -> the licence of its images.
LICENCES = {
    "mnist": "CC BY-SA 3.0",
    "fashion_mnist": "MIT",
    "kmnist": "CC BY-SA 4.0",
    "digits": "CC BY 4.0",
}
