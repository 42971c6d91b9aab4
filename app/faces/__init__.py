"""What a face sample is: values only, no Qt, no files, no undo.

Glossary (one word per thing, on every floor of the house)

sample        One face in all its modalities, known by its *sample id* (``"17"``). Avoid: image, item, record.
modality      One kind of data about a sample: photo, mask, sketch, captions, attributes, pose.
photo         The picture of the face; never written by us. Avoid: image (says nothing), img.
class         One of the 19 kinds of thing a mask tells apart; *official id* 0…18, *name* as in file suffixes
              (``l_brow``), *title* for people ("Left eyebrow"). Variables: ``face_class``, ``class_id``.
mask          All layers of one sample. Avoid: segmentation, annotation.
layer         Where one class is, in one sample; layers may overlap. Avoid: channel, plane.
bits          The mask as one uint32 per pixel: bit *k−1* = class *k*. Background is "no bit".
exclusive     Said of masks that keep at most one class per pixel because their file is an index map.
index map     A picture whose values are class ids under a *scheme*. Avoid: label map, segmap.
scheme        A table of ids and classes; eight circulate for these nineteen classes.
paint order   The classes from the bottom to the top of the pile; decides what *flattening* shows and loses.
caption       One line of a sample's caption file; ten are usual. Numbered from 1 for people, from 0 in code.
attribute     One of forty yes/no/unknown facts about a sample, kept in one table for the whole dataset.
split         A named part of the dataset (train, test) that its own files define.
store         A dataset on disk in one layout (``SampleStore``): reads values, plans saves, never writes.
edit          A change that can be taken back; a *stroke* is an edit in the making, under the hand.
change        What an edit tells the world: which sample, which modality, which region.
mark          What a person decided about a sample (a *review*: state, tags, note); the user's work, not the dataset's.
problem       Something about a file that the user should know: what, where, what now.
finding       What a check says about a sample: message, evidence, how sure it is, and what could be done about it.
"""
