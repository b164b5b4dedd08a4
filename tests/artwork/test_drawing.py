"""Where the parts of a view stand, beside the same numbers reckoned by hand."""

import math
import re

import pytest

from printalma.artwork import Area, Image, Text, View, drawing
from printalma.artwork.drawing import Box, Picture, Words


def drawn(*elements: Image | Text) -> drawing.Drawing:
    return drawing.of(View("", "", None, Area(0.2, 0.25, 0.5, 0.4, 90), elements))


def words(text: Text) -> Words:
    [found] = drawn(text).parts
    assert isinstance(found, Words)
    return found


def test_boxes_are_turned_around_their_centre() -> None:
    found = drawn(Image("https://example.org/a.png", 0.5, 0.41, 0.35, 0.3235, 30, name="a.png"))
    assert found.area == Box(200, 250, 500, 400, "rotate(90 450.0 450.0)")
    assert found.parts == (
        Picture(Box(325, 248.25, 350, 323.5, "rotate(30 500.0 410.0)"), *("https://example.org/a.png", "a.png")),
    )


@pytest.mark.parametrize(
    ("align", "x", "anchor"), [("left", 350, "start"), ("center", 500, "middle"), ("right", 650, "end")]
)
def test_lines_of_a_text(align: str, x: float, anchor: str) -> None:
    found = words(Text("Équipe\n2026", 0.5, 0.6, 0.3, 0.12, font_size=0.05, align=align))
    assert (found.size, found.anchor) == (50, anchor)
    # Lines are 60 apart around the middle at 600, their letters stand 0.35 of their size below.
    assert [(line.text, line.x, line.y) for line in found.lines] == [("Équipe", x, 587.5), ("2026", x, 647.5)]
    assert all(line.arc is None for line in found.lines)


def test_a_text_without_words_is_not_drawn() -> None:
    assert drawn(Text("", 0.5, 0.5, 0.3, 0.1)).parts == ()


@pytest.mark.parametrize("curve", [355, 180, 60, 5, -5, -60, -180, -355])
def test_a_curved_text_takes_as_many_degrees_as_asked_for(curve: float) -> None:
    text = Text("Bonne fête", 0.5, 0.5, 0.4, 0.1, font_size=0.04, curve=curve)
    [line] = words(text).lines
    assert line.arc
    path = re.fullmatch(r"M500.0 (\S+)A(\S+) \S+ 0 0 [01] 500.0 (\S+)A.*", line.arc.path)
    assert path
    start, radius, end = map(float, path.groups())
    angle = math.radians(abs(curve))
    assert abs(start - end) == pytest.approx(2 * radius, abs=0.1)
    # Letters' middles are on a circle on which the box is as many degrees wide; its arc is in the middle of the box.
    middle = radius + 0.35 * 40 * (1 if curve > 0 else -1)
    assert middle == pytest.approx(400 / angle, abs=0.1)
    height = middle * (1 - math.cos(angle / 2))
    top = end - 0.35 * 40 if curve > 0 else end - 0.35 * 40 - height
    assert top + height / 2 == pytest.approx(500, abs=0.1)
    assert line.y == pytest.approx(end)


def test_a_curve_that_nobody_sees_is_straight() -> None:
    assert words(Text("Bonne fête", 0.5, 0.5, 0.4, 0.1, curve=0.5)).lines[0].arc is None


def test_what_is_longer_than_its_circle_is_squeezed_into_it() -> None:
    [short] = words(Text("Lion", 0.5, 0.5, 0.4, 0.1, font_size=0.04, curve=355)).lines
    [long] = words(Text("Lion" * 30, 0.5, 0.5, 0.4, 0.1, font_size=0.04, curve=355)).lines
    assert short.arc
    assert long.arc
    assert (short.arc.path, short.arc.id) == (long.arc.path, long.arc.id)
    assert short.arc.squeezed is None
    assert long.arc.squeezed == pytest.approx(0.97 * (400 / math.radians(355) - 14) * 2 * math.pi, abs=0.1)


def test_lines_of_a_curved_text_have_circles_of_their_own() -> None:
    for curve, is_smaller in ((120, True), (-120, False)):
        first, second = words(Text("Un\nDeux", 0.5, 0.5, 0.4, 0.1, font_size=0.04, curve=curve)).lines
        assert first.arc
        assert second.arc
        assert first.arc.id != second.arc.id
        radii = [float(line.arc.path.partition("A")[2].split()[0]) for line in (first, second) if line.arc]
        assert (radii[1] < radii[0]) is is_smaller
        assert abs(radii[0] - radii[1]) == pytest.approx(48, abs=0.1)


def test_a_circle_is_never_less_than_nothing() -> None:
    text = Text("\n".join("abcdefghij"), 0.5, 0.5, 0.01, 0.1, font_size=4, curve=355)
    for line in words(text).lines:
        assert line.arc
        assert re.fullmatch(r"[MA0-9. -]+", line.arc.path)
        assert float(line.arc.path.partition("A")[2].split()[0]) >= 800
