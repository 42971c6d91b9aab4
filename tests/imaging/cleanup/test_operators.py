"""What holds for every operator there is, and for those to come: the rules are kept, nothing else is written."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.faces.classes import CLASSES
from app.faces.errors import InvalidEditError
from app.imaging.cleanup import OPERATOR_BY_NAME, OPERATORS, Amount, ClassChoice, OneOf, Operator, Parameter, clean
from app.imaging.compose import Area, Others, Rules, editable_sets
from app.jobs import Cancelled

EVERY = pytest.mark.parametrize("operator", OPERATORS, ids=lambda operator: operator.name)
SHAPE = (20, 23)


def random_bits(seed: int, *, exclusive: bool) -> np.ndarray:
    """Blobs of a few classes, so that there are borders, islands, holes and overlaps."""
    rng = np.random.default_rng(seed)
    bits = np.zeros(SHAPE, np.uint32)
    for class_id in rng.choice(np.arange(1, 19), size=6, replace=False):
        y, x = rng.integers(0, SHAPE[0]), rng.integers(0, SHAPE[1])
        height, width = rng.integers(1, 14, 2)
        blob = np.zeros(SHAPE, np.bool_)
        blob[y : y + height, x : x + width] = True
        blob ^= rng.random(SHAPE) < 0.05
        bit = np.uint32(1 << (int(class_id) - 1))
        bits = np.where(blob, bit, bits) if exclusive else np.where(blob, bits | bit, bits)
    return bits.astype(np.uint32)


def value_of(parameter: Parameter, draw: st.DrawFn) -> float | int | str:
    if isinstance(parameter, Amount):
        steps = int((min(parameter.most, parameter.least + 6 * parameter.step) - parameter.least) / parameter.step)
        value = parameter.least + draw(st.integers(0, steps)) * parameter.step
        return int(value) if float(parameter.step).is_integer() else value
    if isinstance(parameter, OneOf):
        return draw(st.sampled_from([word for word, _ in parameter.choices]))
    least = -1 if parameter.nothing else 0 if parameter.has_background else 1
    ids = [class_id for class_id in range(least, len(CLASSES)) if class_id or parameter.has_background]
    return draw(st.sampled_from(ids))


@st.composite
def situations(
    draw: st.DrawFn, operator: Operator
) -> tuple[np.ndarray, list[int], Rules, dict, np.ndarray | None, int]:
    exclusive = draw(st.booleans()) and not operator.layers_only
    seed = draw(st.integers(0, 10_000))
    rules = Rules(
        others=draw(st.sampled_from(list(Others))),
        locked=draw(st.integers(0, 2**18 - 1)) & draw(st.integers(0, 2**18 - 1)),
        background_locked=draw(st.booleans()),
        visible=draw(st.integers(0, 2**18 - 1)),
        exclusive=exclusive,
        area=draw(st.sampled_from(list(Area))),
        area_class=draw(st.integers(0, 18)),
    )
    targets = draw(st.lists(st.integers(0, 18), unique=True))
    given_values = {parameter.name: value_of(parameter, draw) for parameter in operator.parameters}
    within = np.random.default_rng(seed).random(SHAPE) < 0.7 if draw(st.booleans()) else None
    return random_bits(seed, exclusive=exclusive), targets, rules, given_values, within, seed


@EVERY
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_nothing_outside_the_editable_pixels_changes_and_no_locked_bit_ever(
    operator: Operator, data: st.DataObject
) -> None:
    bits, targets, rules, values, within, seed = data.draw(situations(operator))
    kept = bits.copy()
    rgb = np.random.default_rng(seed).integers(0, 256, (*SHAPE, 3), np.uint8)
    after = clean(operator, bits, targets, rules, given=values, within=within, rgb=rgb)
    assert np.array_equal(bits, kept), "an operator writes no bit itself"
    assert after.dtype == np.uint32
    changed = after != bits
    editable = editable_sets(rules)[bits]
    assert not (changed & ~editable).any()
    if within is not None:
        assert not (changed & ~within).any()
    locked = np.uint32(rules.locked)
    assert not ((after ^ bits) & locked).any()
    if rules.background_locked:
        assert not (changed & (bits == 0)).any()
    if rules.exclusive:
        assert not (after & (after - np.uint32(1)) & np.where(after == 0, np.uint32(0), np.uint32(0xFFFFFFFF))).any()


@EVERY
def test_it_says_what_it_is(operator: Operator) -> None:
    assert operator.hint.endswith(".")
    assert operator.name.split(".")[0].isidentifier()
    assert len({parameter.name for parameter in operator.parameters}) == len(operator.parameters)
    assert set(operator.values()) == {parameter.name for parameter in operator.parameters}
    for parameter in operator.parameters:
        if isinstance(parameter, Amount):
            assert parameter.least <= parameter.default <= parameter.most
        elif isinstance(parameter, ClassChoice):
            assert parameter.default == -1 or 0 <= parameter.default < len(CLASSES)


@EVERY
def test_no_target_no_change(operator: Operator) -> None:
    if operator.has_targets:
        bits = random_bits(1, exclusive=False)
        rgb = np.zeros((*SHAPE, 3), np.uint8)
        assert np.array_equal(clean(operator, bits, [0], Rules(), rgb=rgb), bits)


@EVERY
def test_a_mask_of_one_pixel_and_an_empty_one_are_no_trouble(operator: Operator) -> None:
    for shape in ((1, 1), (1, 9), (7, 1), (8, 8)):
        for value in (0, 1 << 12):
            bits = np.full(shape, value, np.uint32)
            after = clean(operator, bits, range(19), Rules(), rgb=np.zeros((*shape, 3), np.uint8))
            assert after.shape == shape


def test_the_names_are_the_operators() -> None:
    assert len(OPERATOR_BY_NAME) == len(OPERATORS)


@pytest.mark.parametrize(
    ("name", "given_values", "message"),
    [
        ("smooth.median", {"radius": 0}, "Radius is a number from 1 to 30, not 0"),
        ("smooth.median", {"freed": "nobody"}, "Freed pixels is one of neighbours, background, not 'nobody'"),
        ("smooth.median", {"size": 3}, "there is no parameter size"),
        ("logic.add", {"other": 19}, "Other class is the id of a class, not 19"),
        ("islands.split", {"to": 0}, "Others become cannot be the background"),
    ],
)
def test_impossible_values_are_refused(name: str, given_values: dict, message: str) -> None:
    with pytest.raises(InvalidEditError, match=message):
        clean(OPERATOR_BY_NAME[name], np.zeros((4, 4), np.uint32), [1], Rules(), given=given_values)


def test_it_stops_when_it_is_no_longer_wanted() -> None:
    class Impatient:
        def report(self, _done: int, _total: int, _note: str = "") -> None:
            raise Cancelled

    bits = random_bits(2, exclusive=False)
    with pytest.raises(Cancelled):
        clean(OPERATOR_BY_NAME["smooth.median"], bits, range(19), Rules(), progress=Impatient())
