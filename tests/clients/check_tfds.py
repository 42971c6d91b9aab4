"""Does TensorFlow Datasets build celeb_a_hq of the tar that we export, and read the records that we write for it?

python tests/clients/check_tfds.py
"""

from __future__ import annotations

import os
import sys
import tarfile
from pathlib import Path

from environment import check

SIDE = "64"
EXPORTS = (
    ("tfds", {"side": SIDE, "files": "tar"}),
    ("tfds", {"side": SIDE, "files": "tfrecord", "shard_samples": 3}),
    ("tfds", {"side": SIDE, "files": "tar", "photo_kind": "png"}),
)
# TFDS 4.9.10 imports the last one without asking for it.
PACKAGES = "tensorflow-cpu tensorflow-datasets importlib_resources"


def probe(folder: Path) -> int:
    """Build of each tar, read the records; how many did not hold the photos they should."""
    os.environ |= {"TF_CPP_MIN_LOG_LEVEL": "3", "NO_GCE_CHECK": "true"}
    import tensorflow as tf
    import tensorflow_datasets as tfds

    print("tensorflow", tf.__version__, "tensorflow-datasets", tfds.__version__)
    failed = 0
    for place in sorted(folder.glob("tfds-*")):
        if "tfrecord" in place.name:
            builder = tfds.builder_from_directory(str(place / f"celeb_a_hq/{SIDE}/2.0.0"))
            expected = _pixels(tf, folder / f"tfds-{SIDE}-tar")
        else:
            expected = _pixels(tf, place)
            builder = tfds.builder(f"celeb_a_hq/{SIDE}", data_dir=str(folder / "built" / place.name))
            asked = tfds.download.DownloadConfig(manual_dir=str(place), register_checksums=False)
            builder.download_and_prepare(download_config=asked)
        rows = tfds.as_numpy(builder.as_dataset(split="train"))
        found = {row["image/filename"].decode(): row["image"].tobytes() for row in rows}
        is_same = bool(found) and found == expected
        print(f"{place.name}: {len(found)} examples, {'all as exported' if is_same else 'they differ'}")
        failed += not is_same
    return failed


def _pixels(tf: object, place: Path) -> dict[str, bytes]:
    """The decoded members of an exported tar, by name."""
    with tarfile.open(next(place.glob("*.tar"))) as file:
        members = {member.name: file.extractfile(member).read() for member in file.getmembers()}  # type: ignore[union-attr]
    return {name: tf.io.decode_image(data, channels=3).numpy().tobytes() for name, data in members.items()}  # type: ignore[attr-defined]


if __name__ == "__main__":
    sys.exit(probe(Path(sys.argv[2])) if sys.argv[1:2] == ["probe"] else check(__file__, PACKAGES, EXPORTS))
