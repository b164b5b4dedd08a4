"""Filters of the list under a name: whose they are, who may change them, and how many orders they have."""

import re
import secrets
from collections.abc import Hashable, Iterator
from typing import Any
from urllib.parse import quote_plus

import pytest

from printalma.accounts.policy import DASHBOARD, RIGHTS, Rights, Role
from printalma.db import Connection
from printalma.saved_views import counting
from printalma.saved_views.models import MAX_NAME, MAX_OF_SCOPE
from tests.accounts.people import admin, customer
from tests.orders.test_placing import at_once
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.forms import form, forms
from tests.support.inside import Inside

PATH = "/dashboard/views"
PENDING = "status=PENDING"


@pytest.fixture(scope="module")
def shop(common_shop: Inside) -> Inside:
    return common_shop


@pytest.fixture(autouse=True)
def _time_to_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a busy machine a number would be told later; what is tried here is the number."""
    monkeypatch.setattr(counting, "BUDGET_SECONDS", 60.0)


@pytest.fixture(autouse=True)
def _no_views(shop: Inside) -> Iterator[None]:
    yield
    db.execute(shop.database_url, "DELETE FROM saved_views")


def save(who: Client, name: str = "Dakar", query: str = PENDING, whose: str = "mine", **more: str) -> Answer:
    return who.form(PATH, {"name": name, "query": query, "whose": whose, **more}, Cookie=who.cookie)


def tabs(who: Client, query: str = "") -> str:
    answer = who.get(f"{PATH}/tabs?{query}", Cookie=who.cookie, HX_Request="true")
    assert answer.status == 200, answer.text
    return answer.text


def names(text: str) -> list[str]:
    return re.findall(r'<a href="/dashboard\?[^>]*>\s*<svg[^>]*><use[^>]*/></svg><bdi>([^<]*)</bdi>', text)


def number_of(name: str, text: str) -> str:
    found = re.search(rf'<bdi>{name}</bdi>.*?<span class="n">([^<]*)</span>', text, re.S)
    assert found, text
    return found[1]


def saved(shop: Inside) -> dict[str, int]:
    return {row.name: row.id for row in db.select(shop.database_url, "SELECT id, name FROM saved_views")}


def change(who: Client, view_id: int, name: str, whose: str) -> Answer:
    return who.form(f"{PATH}/{view_id}", {"name": name, "whose": whose}, Cookie=who.cookie)


def remove(who: Client, view_id: int) -> Answer:
    return who.form(f"{PATH}/{view_id}/remove", {"form_key": secrets.token_hex()}, Cookie=who.cookie)


def test_one_s_own_is_a_tab_of_one_s_own_list(shop: Inside) -> None:
    awa, moussa = admin(shop), admin(shop)
    answer = save(awa, "Dakar", "status=PENDING&q=dakar&after=nonsense&size=100&unknown=1")
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard?q=dakar&status=PENDING")
    assert names(awa.get("/dashboard", Cookie=awa.cookie).text) == ["Dakar"]
    assert names(moussa.get("/dashboard", Cookie=moussa.cookie).text) == []
    assert "Dakar" not in moussa.get(PATH, Cookie=moussa.cookie).text


def test_the_team_s_is_everybody_s(shop: Inside) -> None:
    awa, moussa = admin(shop), admin(shop)
    save(awa, "Dakar", whose="team")
    assert names(moussa.get("/dashboard", Cookie=moussa.cookie).text) == ["Dakar"]
    assert names(tabs(moussa)) == ["Dakar"]


def test_the_tab_of_the_list_that_is_shown_says_so(shop: Inside) -> None:
    awa = admin(shop)
    save(awa, "En retard", PENDING + "&sort=oldest")
    here = re.compile(r'<a href="[^"]*" aria-current="true">\s*<svg.*?<bdi>En retard</bdi>')
    for query in ("status=PENDING&sort=oldest", "status=PENDING&size=100"):
        page = awa.get(f"/dashboard?{query}", Cookie=awa.cookie).text
        assert here.search(page), "in whatever order, whichever page"
        assert "Enregistrer la vue" not in page
    other = awa.get("/dashboard?status=PENDING&q=x", Cookie=awa.cookie).text
    assert not here.search(other)
    assert "Enregistrer la vue" in other


def test_a_view_is_given_the_filter_that_the_list_has_now(shop: Inside) -> None:
    awa, moussa, guest = admin(shop), admin(shop), customer(shop)
    save(awa, "Dakar", "q=dakar", whose="team")
    view = saved(shop)["Dakar"]
    page = moussa.get("/dashboard?q=thies", Cookie=moussa.cookie).text
    assert "avec le filtre actuel" not in page, "it is not his to change"
    other = awa.get("/dashboard?q=thies&sort=oldest&page=1", Cookie=awa.cookie).text
    offered = next(each for each in forms(other, "/dashboard") if each.path == PATH)
    assert f'formaction="{PATH}/{view}/filter"' in other
    fields = dict(offered.fields)
    answer = awa.form(f"{PATH}/{view}/filter", fields, Cookie=awa.cookie)
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard?q=thies&sort=oldest")
    assert '<a href="/dashboard?q=thies&amp;sort=oldest"' in tabs(moussa), "everybody's tab leads there"
    assert names(tabs(moussa)) == ["Dakar"], "under the name it had"
    for who, query in ((moussa, "q=x"), (guest, "q=x"), (awa, ""), (awa, "unknown=1")):
        who.form(f"{PATH}/{view}/filter", {"query": query}, Cookie=who.cookie)
    who_else = save(moussa, "Sienne", "q=x") and saved(shop)["Sienne"]
    awa.form(f"{PATH}/{who_else}/filter", {"query": "q=y"}, Cookie=awa.cookie)
    kept = {row.name: row.query for row in db.select(shop.database_url, "SELECT name, query FROM saved_views")}
    assert kept == {"Dakar": "q=thies&sort=oldest", "Sienne": "q=x"}


def test_another_filter_is_taken_back_by_a_press(shop: Inside) -> None:
    awa, moussa = admin(shop), admin(shop)
    save(awa, "Dakar", "q=dakar&sort=oldest", whose="team")
    view = saved(shop)["Dakar"]
    path = f"{PATH}/{view}/filter"
    page = pressed(awa, path, {"query": "q=thies", "form_key": "thies"})
    assert query_of(shop, view) == "q=thies"
    back = form(page, path)
    assert "Vue mise à jour." in page
    again = pressed(awa, path, dict(back.fields))
    assert query_of(shop, view) == "q=dakar&sort=oldest"
    assert "La vue montre de nouveau" in again
    assert path not in [each.path for each in forms(again)], "and that is that"
    assert 'href="/dashboard?q=dakar&amp;sort=oldest" aria-current="true"' in again
    pressed(awa, path, dict(back.fields))
    assert query_of(shop, view) == "q=dakar&sort=oldest", "pressed twice, it is taken back once"
    page = pressed(awa, path, {"query": "q=mbour", "form_key": "mbour"})
    moussa.form(path, {"query": "q=touba", "form_key": "touba"}, Cookie=moussa.cookie)
    awa.form(path, {"query": "q=touba", "form_key": "touba"}, Cookie=awa.cookie)
    late = pressed(awa, path, dict(form(page, path).fields))
    assert "a changé entre-temps" in late
    assert query_of(shop, view) == "q=touba", "what came since stays"


def pressed(who: Client, path: str, fields: dict[str, str]) -> str:
    """The page to which a form leads, with its last words."""
    answer = who.form(path, fields, Cookie=who.cookie)
    assert answer.status == 303, answer.text
    session = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    return who.get(answer.headers["Location"], Cookie=f"{who.cookie}; {session}").text


def query_of(shop: Inside, view: int) -> str:
    return str(db.select(shop.database_url, "SELECT query FROM saved_views WHERE id = :id", id=view)[0].query)


def test_its_number_follows_what_happens(shop: Inside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "AGAIN_SECONDS", 0.0)
    monkeypatch.setattr(counting, "SHARE", 0)
    awa = admin(shop)
    name = f"Zaratou{awa.user['id']}"
    address = {"firstName": name, "lastName": "Sow", "street": "1 rue", "city": "Thiès", "country": "SN"}
    orders = [shop.client().place(shippingDetails=address) for _ in range(3)]
    save(awa, "Siennes", f"q={name}&status=PENDING")
    assert number_of("Siennes", tabs(awa)) == "3"
    move(awa, orders[0], "CONFIRMED")
    assert number_of("Siennes", tabs(awa)) == "2"
    assert number_of("Siennes", awa.get("/dashboard", Cookie=awa.cookie).text) == "2"


def test_a_number_is_counted_once_for_all_and_not_while_nothing_happens(
    shop: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[Hashable] = []
    count = counting.Numbers._count

    def watched(numbers: counting.Numbers[Any], connection: Connection, what: Hashable, *rest: Any) -> bool:
        counted.append(what)
        return count(numbers, connection, what, *rest)

    monkeypatch.setattr(counting.Numbers, "_count", watched)
    awa, moussa = admin(shop), admin(shop)
    save(awa, "Une", "q=une&status=PENDING", "team")
    shop.client().place()
    for who in (awa, moussa, awa):
        tabs(who)
    assert len(counted) == 1
    shop.client().place()
    answer = awa.get(f"{PATH}/tabs", Cookie=awa.cookie)
    assert (len(counted), answer.headers["Retry-After"]) == (1, "3"), "a moment ago it was counted: later"


def test_a_search_says_how_many_each_status_has(shop: Inside) -> None:
    awa = admin(shop)
    name = f"Sokhna{awa.user['id']}"
    address = {"firstName": name, "lastName": "Fall", "street": "1 rue", "city": "Thiès", "country": "SN"}
    orders = [shop.client().place(shippingDetails=address) for _ in range(3)]
    move(awa, orders[0], "CONFIRMED")
    query = f"q={name}&status=CONFIRMED"
    told = dict(re.findall(r'hx-target="#n-(\w+)"[^>]*>(\d*)</hx-partial>', tabs(awa, query)))
    assert told == {**dict.fromkeys(told, "0"), "PENDING": "2", "CONFIRMED": "1"}
    assert len(told) == 7
    assert '<span class="n" id="n-PENDING">2</span>' in awa.get(f"/dashboard?{query}", Cookie=awa.cookie).text
    by_payment = dict(re.findall(r'"#n-(\w+)"[^>]*>([^<]*)<', tabs(awa, "payment=WAVE&status=PENDING")))
    assert len(by_payment) == 7
    assert by_payment["PENDING"].isdigit()


def test_who_may_change_the_team_s(shop: Inside) -> None:
    owner, awa, moussa = shop.admin_once(), admin(shop), admin(shop)
    save(awa, "Dakar", whose="team")
    view = saved(shop)["Dakar"]
    assert change(moussa, view, "Thiès", "team").status == 403
    assert remove(moussa, view).status == 403
    assert "Seuls" in moussa.get(PATH, Cookie=moussa.cookie).text
    assert saved(shop) == {"Dakar": view}
    assert change(awa, view, "Thiès", "team").status == 303
    assert change(owner, view, "Kaolack", "team").status == 303
    assert remove(owner, view).status == 303
    assert saved(shop) == {}
    assert remove(awa, view).status == 404


def test_nobody_reaches_a_colleague_s_own(shop: Inside) -> None:
    owner, awa = shop.admin_once(), admin(shop)
    save(awa, "À moi")
    view = saved(shop)["À moi"]
    assert (change(owner, view, "À lui", "mine").status, remove(owner, view).status) == (404, 404)


def test_a_role_that_sees_less_counts_what_it_sees_and_saves_for_itself(
    shop: Inside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(RIGHTS, Role.VENDEUR, Rights(frozenset((DASHBOARD,)), {"status": ("PROCESSING",)}))
    some = customer(shop)
    db.execute(shop.database_url, "UPDATE users SET role = 'VENDEUR' WHERE id = :id", id=some.user["id"])
    shop.client().place()
    save(admin(shop), "Attente", PENDING, "team")
    assert number_of("Attente", tabs(some)) == "0"
    assert save(some, "Équipe", whose="team").status == 403
    assert save(some, "Miennes").status == 303
    assert set(saved(shop)) == {"Attente", "Miennes"}


def test_names_are_one_each_and_bounded(shop: Inside) -> None:
    awa, moussa = admin(shop), admin(shop)
    save(awa, "Dakar")
    again = save(awa, "  DAKAR ", "status=SHIPPED")
    assert again.status == 400
    assert "Une vue porte déjà ce nom." in again.text
    [there] = [each for each in forms(again.text) if each.path == PATH]
    assert dict(there.fields)["query"] == "status=SHIPPED", "what was asked is not lost"
    assert save(moussa, "Dakar").status == 303, "somebody else's is another"
    assert save(awa, "Dakar", whose="team").status == 303
    assert change(awa, saved(shop)["Dakar"], "", "mine").status in (400, 404)
    assert save(awa, "x" * (MAX_NAME + 1)).status == 400
    assert save(awa, "  ").status == 400
    assert save(awa, "Toutes", "").status == 400
    assert save(awa, "Toutes", "sort=oldest").status == 400


def test_there_are_not_too_many_even_when_two_save_at_once(shop: Inside) -> None:
    awa = admin(shop)
    for n in range(MAX_OF_SCOPE - 1):
        assert save(awa, f"Vue {n}", whose="team").status == 303
    at_once(3, lambda n: save(awa, f"À la fois {n}", whose="team"))
    assert len(saved(shop)) == MAX_OF_SCOPE
    assert save(awa, "Une de trop", whose="team").status == 409
    assert save(awa, "Une à moi").status == 303


def test_an_old_page_never_changes_the_view_that_came_after(shop: Inside) -> None:
    awa = admin(shop)
    save(awa, "Une")
    old = saved(shop)["Une"]
    assert remove(awa, old).status == 303
    save(awa, "Autre")
    assert change(awa, old, "Changée", "mine").status == 404
    assert set(saved(shop)) == {"Autre"}


def test_two_at_once_never_take_one_name(shop: Inside) -> None:
    awa = admin(shop)
    for name in ("Une", "Deux"):
        save(awa, name, whose="team")
    found = saved(shop)
    answers = at_once(2, lambda n: change(awa, found[("Une", "Deux")[n]], "Trois", "team"))
    assert sorted(answer.status for answer in answers) == [303, 400]


def test_what_is_sent_twice_is_saved_once(shop: Inside) -> None:
    awa = admin(shop)
    answers = [save(awa, "Dakar", form_key="the same") for _ in range(2)]
    assert [answer.status for answer in answers] == [303, 303]
    assert len(saved(shop)) == 1


@pytest.mark.parametrize("query", ["status=PENDING&status=LOST", "holder=&status=PENDING&colour=blue", "colour=blue"])
def test_a_filter_that_does_not_read_any_more_says_so_and_can_be_removed(shop: Inside, query: str) -> None:
    awa = admin(shop)
    save(awa, "Ancienne", whose="team")
    db.execute(shop.database_url, "UPDATE saved_views SET query = :q", q=query)
    shown = awa.get("/dashboard", Cookie=awa.cookie).text
    assert names(shown) == []
    assert "Ce filtre ne se lit plus" in shown
    page = awa.get(PATH, Cookie=awa.cookie).text
    assert "ne se lit plus" in page
    assert "Ce filtre ne se lit plus" in tabs(awa)
    assert remove(awa, saved(shop)["Ancienne"]).status == 303
    assert saved(shop) == {}


BAD = ["%00", "a" * 100_000, "%ED%A0%80", "q=%00x", "&".join(f"status={n}" for n in range(2000)), "status=PENDING%00"]


@pytest.mark.parametrize("text", BAD, ids=range(len(BAD)))
def test_bad_input_is_refused_or_read_as_the_list_reads_it(shop: Inside, text: str) -> None:
    awa = admin(shop)
    body = f"name={quote_plus('Une')}&whose=mine&query={text}".encode()
    headers = [
        ("Content-Type", "application/x-www-form-urlencoded"),
        ("Cookie", awa.cookie),
        ("Sec-Fetch-Site", "same-origin"),
    ]
    assert shop.ask("POST", PATH, headers, body).status in (303, 400, 413)
    for body in (
        f"name={text}&query=status%3DPENDING".encode(),
        f"name=a&whose={text}&query=status%3DPENDING".encode(),
    ):
        assert shop.ask("POST", PATH, headers, body).status in (303, 400, 413)
    assert awa.get(f"{PATH}/tabs?{text[:5000]}", Cookie=awa.cookie).status in (200, 400, 414)
    assert awa.get("/dashboard", Cookie=awa.cookie).status == 200


def test_a_name_is_text(shop: Inside) -> None:
    awa = admin(shop)
    save(awa, "<img src=x> & \u202eolé", whose="team")
    for path in ("/dashboard", PATH, f"{PATH}/tabs"):
        assert "<img src=x>" not in awa.get(path, Cookie=awa.cookie).text
