"""`make icons`: static/icon.svg as the PNG files that phones ask for."""

from PIL import Image, ImageDraw

from tests.support.server import ROOT

STATIC = ROOT / "static"
ACCENT, WHITE, NOTHING = "#0d6b60", "#ffffff", (0, 0, 0, 0)
VIEW, ROUND = 32, 8
SHAPES = (
    ((10, 7), (22, 7), (22, 12), (10, 12)),
    ((7, 13), (25, 13), (25, 22), (21, 22), (21, 18), (11, 18), (11, 22), (7, 22)),
    ((13, 20), (19, 20), (19, 25), (13, 25)),
)
FINER = 8  # drawn so much larger, then reduced: Pillow's polygons have hard edges


def main() -> None:
    for size in (192, 512):
        save(f"icon-{size}.png", icon(size, rounded=True))
    # Cut to a circle by some phones: the shape stays within the middle four fifths (W3C, "maskable").
    save("icon-maskable.png", icon(512, scale=0.8))
    save("icon-apple.png", icon(180))
    save("icon-badge.png", icon(96, scale=1.4, paper=NOTHING))  # Android shows only where there is colour


def icon(size: int, *, scale: float = 1.0, rounded: bool = False, paper: str | tuple[int, ...] = ACCENT) -> Image.Image:
    """The printer in its square; `scale` makes it smaller or larger around the middle."""
    unit = size * FINER / VIEW
    image = Image.new("RGBA", (size * FINER, size * FINER), NOTHING if rounded else paper)
    draw = ImageDraw.Draw(image)
    if rounded:
        draw.rounded_rectangle((0, 0, *image.size), ROUND * unit, fill=paper)
    for shape in SHAPES:
        draw.polygon([tuple((VIEW / 2 + (at - VIEW / 2) * scale) * unit for at in point) for point in shape], WHITE)
    return image.resize((size, size), Image.Resampling.LANCZOS)


def save(name: str, image: Image.Image) -> None:
    image.quantize(32).save(STATIC / name, optimize=True)


if __name__ == "__main__":
    main()
