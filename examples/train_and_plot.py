"""Train a small network, save it, open it again and draw its curves.

In the project's folder, after `snakemake --cores 1 results/dataset.npz`:

    python examples/train_and_plot.py
"""

import backprop_lab as lab

images = lab.load_images("results/dataset.npz")
run = lab.Run("numpy", (32,), "relu", "sgd", learning_rate=0.1, batch_size=32, epochs=3, seed=0)
saved = lab.save(lab.train(run, images), images)
lab.plot(saved, "curves.png")
print(f"{saved.folder}: test accuracy {100 * saved.result['test']['accuracy']:.2f} %")
