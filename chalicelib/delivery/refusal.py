"""How far a no reaches: which brands, and all texts, a category or a campaign. Pure.

A no reaches as far as its words say, else as far as each brand's rule (`opt_out_scope`) says; a rule about
the category or the campaign needs a text that is answered. Brands that text from one number say what a no to
it means (`shared_originators`): `answered`, the brand whose text was answered; `all`, each of them. A no of
somebody unknown that answers nothing is to each of them, too. A yes is always to one. Where the law makes any
no one to every brand, the brands' rules do not matter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chalicelib.delivery.consent import EVERY_BRAND, scope_of
from chalicelib.delivery.policy import Kind
from chalicelib.store.records import Brand

RULES: Mapping[str, Kind] = {"all": "all", "category": "category", "campaign": "campaign"}


def meant(
    brand: Brand | None, originator: str, brands: Mapping[str, Brand], some_unread: bool = False
) -> Sequence[Brand]:
    """The brands that a no is to, written to `originator` about a text of `brand`. Where that is not known
    (`brand` None: nothing was sent, and nobody known wrote) each of those that text from there; none where
    nobody does, and where one that cannot be read now (`some_unread`) may be among them: it has to know."""
    if brand is not None and brand.shared_originators != "all":
        return (brand,)
    if some_unread:
        return ()
    there = sorted(
        (one for one in brands.values() if originator.lstrip("+") in identities(one)), key=lambda one: one.id
    )
    return there if brand is None else (brand, *(one for one in there if one.id != brand.id))


def identities(brand: Brand) -> frozenset[str]:
    """The numbers and sender IDs that a brand texts from, without their +, which networks put before short
    codes and leave out before numbers."""
    return frozenset(one.identity.lstrip("+") for one in brand.originators)


def refused(
    proof_id: str, brands: Sequence[Brand], said: Kind | None, category: str, campaign: str
) -> Iterator[tuple[str, str]]:
    """The scopes of a no, each with the id of its proof. `said` is what its words reach, None for what the
    brand's rule says; without brands the no is to every brand."""
    if not brands:
        yield _scope(EVERY_BRAND, said or "all", category, campaign), proof_id
    for number, brand in enumerate(brands):
        kind = said or RULES[brand.opt_out_scope]
        yield (
            _scope(brand.id, kind, category, campaign),
            f"{proof_id}/{brand.id}" if number else proof_id,
        )


def _scope(brand: str, kind: Kind, category: str, campaign: str) -> str:
    if (kind == "category" and not category) or (kind == "campaign" and not campaign):
        kind = "all"
    return scope_of(brand, kind, category, campaign)
