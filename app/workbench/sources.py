"""Where the datasets are kept, what each place holds and lacks, under which terms, and what to cite.

Dead links and uploads that are not what their name says are what people lose days with. Nothing here is fetched: these
are facts about places, gathered from the publishers' own pages and from reading what others found there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.faces.errors import FaceDataError

_TERMS = """\
* For non-commercial research and educational purposes only.
* You agree not to reproduce, duplicate, copy, sell, trade, resell or exploit for any commercial purposes any portion of
  the images and any portion of derived data.
* You agree not to further copy, publish or distribute any portion of the dataset, except that copies may be made for
  internal use at a single site within the same organisation.
* The photos are not the property of the publishers; the people in them have rights of their own."""

_CELEBA = """\
@inproceedings{CelebA,
  title={Deep Learning Face Attributes in the Wild},
  author={Liu, Ziwei and Luo, Ping and Wang, Xiaogang and Tang, Xiaoou},
  booktitle={IEEE International Conference on Computer Vision (ICCV)},
  year={2015}
}"""
_CELEBA_HQ = """\
@inproceedings{CelebA-HQ,
  title={Progressive Growing of GANs for Improved Quality, Stability, and Variation},
  author={Karras, Tero and Aila, Timo and Laine, Samuli and Lehtinen, Jaakko},
  booktitle={International Conference on Learning Representations (ICLR)},
  year={2018}
}"""
_MASK = """\
@inproceedings{CelebAMask-HQ,
  title={MaskGAN: Towards Diverse and Interactive Facial Image Manipulation},
  author={Lee, Cheng-Han and Liu, Ziwei and Wu, Lingyun and Luo, Ping},
  booktitle={IEEE Conference on Computer Vision and Pattern Recognition (CVPR)},
  year={2020}
}"""
_MULTI_MODAL = """\
@inproceedings{TediGAN,
  title={TediGAN: Text-Guided Diverse Face Image Generation and Manipulation},
  author={Xia, Weihao and Yang, Yujiu and Xue, Jing-Hao and Wu, Baoyuan},
  booktitle={IEEE Conference on Computer Vision and Pattern Recognition (CVPR)},
  year={2021}
}"""


@dataclass(frozen=True, slots=True)
class Source:
    """One place. ``holds`` and ``lacks`` are beside CelebAMask-HQ with everything; ``layout`` is what it opens as.

    ``fetch`` is the name that ``facewright fetch`` knows it by, empty where it is fetched by hand.
    """

    name: str
    title: str
    url: str
    dataset: str
    kind: str
    holds: str
    lacks: str
    size: str
    layout: str
    citation: str
    fetch: str = ""
    terms: str = _TERMS

    def as_json(self) -> dict[str, Any]:
        """Every fact under its name."""
        return {
            "name": self.name,
            "title": self.title,
            "url": self.url,
            "dataset": self.dataset,
            "kind": self.kind,
            "holds": self.holds,
            "lacks": self.lacks,
            "size": self.size,
            "layout": self.layout,
            "fetch": self.fetch,
            "terms": self.terms,
            "citation": self.citation,
        }


_RELEASE = "30,000 photos (1024 px), 372,767 masks (512 px, 18 classes, one file each), attributes, pose, CelebA ids"
_NO_CAPTIONS = "captions, sketches, splits"
_NATIVE_SIZE = "3.15 GB zip, 4.2 GB unpacked"
_MASK_CITATION = f"{_MASK}\n\n{_CELEBA_HQ}\n\n{_CELEBA}"

_SOURCES: tuple[Source, ...] = (
    Source(
        name="celebamask-hq",
        title="CelebAMask-HQ, official page",
        url="https://github.com/switchablenorms/CelebAMask-HQ",
        dataset="CelebAMask-HQ",
        kind="official",
        holds="the publishers' terms, news and links to the archive",
        lacks="the files themselves: they are on the two drives below",
        size=_NATIVE_SIZE,
        layout="celebamask-hq",
        citation=_MASK_CITATION,
    ),
    Source(
        name="google-drive",
        title="CelebAMask-HQ, Google Drive of the publishers",
        url="https://drive.google.com/open?id=1badu11NqxGf6qM3PTTooQDJvQbejgbTv",
        dataset="CelebAMask-HQ",
        kind="official",
        holds=_RELEASE,
        lacks=f"{_NO_CAPTIONS}; at busy times Google answers with a web page instead of the archive",
        size=_NATIVE_SIZE,
        layout="celebamask-hq",
        citation=_MASK_CITATION,
    ),
    Source(
        name="baidu",
        title="CelebAMask-HQ, Baidu Drive of the publishers",
        url="https://pan.baidu.com/s/1wN1E-B1bJ7mE1mrn9loj5g",
        dataset="CelebAMask-HQ",
        kind="official",
        holds=_RELEASE,
        lacks=f"{_NO_CAPTIONS}; it asks for a Baidu account",
        size=_NATIVE_SIZE,
        layout="celebamask-hq",
        citation=_MASK_CITATION,
    ),
    Source(
        name="kaggle",
        title="CelebAMask-HQ, Kaggle ipythonx/celebamaskhq",
        url="https://www.kaggle.com/datasets/ipythonx/celebamaskhq",
        dataset="CelebAMask-HQ",
        kind="re-upload",
        holds=f"{_RELEASE}; the release tree unchanged",
        lacks=f"{_NO_CAPTIONS}; it asks for a Kaggle account",
        size=_NATIVE_SIZE,
        layout="celebamask-hq",
        citation=_MASK_CITATION,
        fetch="kaggle",
    ),
    Source(
        name="huggingface",
        title="CelebAMask-HQ, Hugging Face liusq/CelebAMask-HQ",
        url="https://huggingface.co/datasets/liusq/CelebAMask-HQ",
        dataset="CelebAMask-HQ",
        kind="re-upload",
        holds=f"{_RELEASE}; one archive, CelebAMask-HQ.zip, with the release tree",
        lacks=f"{_NO_CAPTIONS}; load_dataset() would mix photos and masks in one column: fetch the archive",
        size=_NATIVE_SIZE,
        layout="celebamask-hq",
        citation=_MASK_CITATION,
        fetch="huggingface",
    ),
    Source(
        name="v-xchen-v",
        title="CelebAMask-HQ as parquet, Hugging Face v-xchen-v/celebamask_hq",
        url="https://huggingface.co/datasets/v-xchen-v/celebamask_hq",
        dataset="CelebAMask-HQ",
        kind="derived",
        holds="30,000 photos with one index map each, id2label.json (an order of its own)",
        lacks="overlapping masks, attributes, pose, captions; rows are not in the order of the CelebA-HQ ids",
        size="6 parquet shards",
        layout="huggingface",
        citation=_MASK_CITATION,
    ),
    Source(
        name="frsecm",
        title="CelebAMask-HQ as parquet, Hugging Face FrsECM/CelebAHQ_mask",
        url="https://huggingface.co/datasets/FrsECM/CelebAHQ_mask",
        dataset="CelebAMask-HQ",
        kind="derived",
        holds="photos with one index map each and their ids; 28,500 train and 1,500 test rows, shuffled",
        lacks="overlapping masks, attributes, pose, captions, the official split",
        size="parquet shards",
        layout="huggingface",
        citation=_MASK_CITATION,
    ),
    Source(
        name="eurecom-ds",
        title="CelebAMask-HQ as parquet, Hugging Face eurecom-ds/celeba_hq_mask",
        url="https://huggingface.co/datasets/eurecom-ds/celeba_hq_mask",
        dataset="CelebAMask-HQ",
        kind="derived",
        holds="photos with one index map each (512 px) in the official split: 24,183, 2,993 and 2,824 rows",
        lacks="overlapping masks, attributes, pose, captions; its class order is not documented",
        size="parquet shards",
        layout="huggingface",
        citation=_MASK_CITATION,
    ),
    Source(
        name="pogzyb",
        title="CelebAMask-HQ as parquet, Hugging Face pogzyb/CelebHQ-face-segmentation",
        url="https://huggingface.co/datasets/pogzyb/CelebHQ-face-segmentation",
        dataset="CelebAMask-HQ",
        kind="derived",
        holds="22,500 train and 7,500 validation rows with index maps of fewer classes, id2label.json",
        lacks="most classes, overlapping masks, attributes, pose, captions, the official split",
        size="parquet shards",
        layout="huggingface",
        citation=_MASK_CITATION,
    ),
    Source(
        name="limsanky",
        title="CelebAMask-HQ at 256 px, Hugging Face limsanky/celebamask-hq-256",
        url="https://huggingface.co/datasets/limsanky/celebamask-hq-256",
        dataset="CelebAMask-HQ",
        kind="derived",
        holds="a copy at 256 px",
        lacks="the released resolution; what else it leaves out is not documented",
        size="1.42 GB",
        layout="",
        citation=_MASK_CITATION,
    ),
    Source(
        name="dataset-ninja",
        title="CelebAMask-HQ in Supervisely's format, Dataset Ninja",
        url="https://github.com/dataset-ninja/celebamask-hq",
        dataset="CelebAMask-HQ",
        kind="derived",
        holds="30,000 photos, masks of 18 classes as bitmaps, true attributes as tags, statistics of the set",
        lacks="masks at their own size (they are enlarged to 1024 px), pose, CelebA ids, captions",
        size="2.57 GB tar",
        layout="supervisely",
        citation=_MASK_CITATION,
    ),
    Source(
        name="tfds",
        title="CelebA-HQ, TensorFlow Datasets celeb_a_hq",
        url="https://www.tensorflow.org/datasets/catalog/celeb_a_hq",
        dataset="CelebA-HQ",
        kind="derived",
        holds="a recipe that makes TFRecord shards of photos from a tar that you make yourself (data1024x1024.tar …)",
        lacks="the photos themselves, masks, attributes, pose, captions",
        size="none: nothing is downloaded",
        layout="tfds",
        citation=f"{_CELEBA_HQ}\n\n{_CELEBA}",
    ),
    Source(
        name="celeba",
        title="CelebA, official page",
        url="http://mmlab.ie.cuhk.edu.hk/projects/CelebA.html",
        dataset="CelebA",
        kind="official",
        holds="202,599 photos (aligned: 178 × 218 px), 40 attributes, landmarks, boxes, 10,177 identities, the split",
        lacks="masks, captions, sketches, the high resolution of CelebA-HQ",
        size="img_align_celeba.zip and text files",
        layout="celeba",
        citation=_CELEBA,
    ),
    Source(
        name="mm-celeba-hq",
        title="Multi-Modal-CelebA-HQ, official page",
        url="https://github.com/IIGROUP/MM-CelebA-HQ-Dataset",
        dataset="Multi-Modal-CelebA-HQ",
        kind="official",
        holds="30,000 photos (512 px, 2 GB), ten captions each (11 MB), train and test lists, scripts",
        lacks="masks (they are CelebAMask-HQ's) and sketches: their links were removed in 2024",
        size="about 2 GB",
        layout="mm-celeba-hq",
        citation=f"{_MULTI_MODAL}\n\n{_MASK}\n\n{_CELEBA_HQ}\n\n{_CELEBA}",
    ),
)


def sources() -> tuple[Source, ...]:
    """Every place, the publishers' own of each dataset before what others made of it."""
    return _SOURCES


def source(name: str) -> Source:
    """The place with that name. Raises FaceDataError naming what there is."""
    for each in _SOURCES:
        if each.name == name:
            return each
    known = ", ".join(each.name for each in _SOURCES)
    raise FaceDataError(f"there is no source {name!r}; known are {known}")


def facts_of(each: Source) -> tuple[tuple[str, str], ...]:
    """The facts of a place in the order a person asks for them."""
    facts = (
        ("page", each.url),
        ("dataset", f"{each.dataset} ({each.kind})"),
        ("holds", each.holds),
        ("lacks", each.lacks),
        ("size", each.size),
        ("opens as", each.layout),
        ("fetch", f"facewright fetch {each.fetch} FOLDER" if each.fetch else ""),
    )
    return tuple((what, text) for what, text in facts if text)
