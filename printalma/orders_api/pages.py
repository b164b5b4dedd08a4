"""A page of a list as JSON: its orders, how many there are, and what a search that finds none may have meant."""

from typing import NotRequired

from typing_extensions import TypedDict

from printalma.orders.listing.asked import Asked
from printalma.orders.listing.page import ListPage
from printalma.orders.listing.suggestions import Suggestion
from printalma.orders.schemas import OrderJSON


class PaginationJSON(TypedDict):
    total: int
    totalIsExact: bool
    page: int
    limit: int
    totalPages: int
    hasNext: bool
    hasPrevious: bool
    nextCursor: str | None
    sortBy: str


class PageJSON(TypedDict):
    orders: list[OrderJSON]
    pagination: PaginationJSON


class SuggestionJSON(TypedDict):
    search: str
    total: int
    totalIsExact: bool


class TeamPageJSON(PageJSON):
    """`suggestions` are where a search finds nothing."""

    suggestions: NotRequired[list[SuggestionJSON]]


def pagination_json(asked: Asked, page: ListPage) -> PaginationJSON:
    return {
        "total": page.total,
        "totalIsExact": not page.more,
        "page": asked.page,
        "limit": asked.limit,
        "totalPages": -(-page.total // asked.limit),
        "hasNext": page.next is not None,
        "hasPrevious": asked.page > 1 or asked.cursor is not None,
        "nextCursor": str(page.next) if page.next else None,
        "sortBy": asked.keyset.sort,
    }


def suggestion_json(meant: Suggestion) -> SuggestionJSON:
    return {"search": meant.filters.search, "total": meant.total, "totalIsExact": not meant.more}
