"""From the archives of images to one data set of training, validation and test images."""
