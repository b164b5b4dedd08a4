"""The code on a workshop's sheet: whoever holds a phone over it has the order's pieces."""

from markupsafe import Markup

from printalma.lib.i18n import t
from printalma.web import origin
from printalma.web.routing import url_for


def code_of(order_id: int) -> Markup:
    """A QR code that leads to an order on the page of the press, as an inline picture."""
    import segno  # at first use: it is half a megabyte that most processes never need

    made = segno.make(origin.address() + url_for("atelier.page", order=order_id), error="m", micro=False)
    drawn = made.svg_inline(omitsize=True, svgclass="code", lineclass=None, title=t("atelier.code"))
    return Markup(drawn)  # noqa: S704 - an address of ours as black squares, and a sentence of the catalogue
