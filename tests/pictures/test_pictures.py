"""An order's pictures: cut out of its body, kept once, shown to the team."""

import json

from tests.pictures.bodies import data_url, hash_of, png, raw, with_pictures
from tests.support import database as db
from tests.support.inside import Inside

KINDS = {
    b"\x89PNG\r\n\x1a\n rest": "image/png",
    b"\xff\xd8\xff\xe0 rest of it": "image/jpeg",
    b"GIF89a and more": "image/gif",
    b"RIFF\x10\0\0\0WEBPVP8 ": "image/webp",
}
DOWNLOADS = (
    b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
    b"%PDF-1.7",
    b"RIFF....WAVE",
    b"x",
)


def post(shop: Inside, body: object, path: str = "/orders/guest", **headers: str) -> int:
    answer = shop.client().post(path, body, **headers)
    assert answer.status == 201, answer.text
    number: int = answer.data["id"]
    return number


def of_order(shop: Inside, order_id: int) -> list[str]:
    rows = db.select(
        shop.database_url, "SELECT hash FROM order_pictures WHERE order_id = :id ORDER BY hash", id=order_id
    )
    return [row.hash for row in rows]


def test_a_picture_is_cut_out_and_kept_once(common_shop: Inside) -> None:
    one, other = png(700_000, seed=1), png(300, seed=2)
    first = post(common_shop, with_pictures(*[data_url(one)] * 3, data_url(other)))
    second = post(common_shop, with_pictures(data_url(one)))
    assert of_order(common_shop, first) == sorted([hash_of(one), hash_of(other)])
    assert of_order(common_shop, second) == [hash_of(one)]
    kept = db.select(
        common_shop.database_url,
        "SELECT n, length(data) AS size FROM picture_pieces WHERE hash = :hash ORDER BY n",
        hash=hash_of(one),
    )
    assert [row.size for row in kept] == [256_000, 256_000, 188_000]
    answer = common_shop.admin_once().get(f"/pictures/{hash_of(one)}")
    assert answer.status == 200


def test_a_body_of_sixteen_megabytes_is_an_order(common_shop: Inside) -> None:
    pictures = [png(5_500_000, seed=n) for n in (11, 12)]
    body = raw(with_pictures(*map(data_url, pictures)))
    assert 14_000_000 < len(body) < 16_000_000
    order = post(common_shop, json.loads(body))
    assert of_order(common_shop, order) == sorted(map(hash_of, pictures))
