"""A telephone number as somebody typed it, dialled and opened in WhatsApp: read where the order goes, else at home."""

import pytest

from printalma.lib import phones
from printalma.lib.phones import dialled, whatsapp


@pytest.mark.parametrize(
    ("typed", "country", "tel", "wa"),
    [
        ("+221 77 123 45 67", None, "+221771234567", "221771234567"),
        ("00221 77.123.45.67", "France", "+221771234567", "221771234567"),
        ("221771234567", None, "+221771234567", "221771234567"),
        ("77 123 45 67", "Sénégal", "+221771234567", "221771234567"),
        ("77 123 45 67", "senegal", "+221771234567", "221771234567"),
        ("\u202a77 123\u00a045\u201167\u202c", "SN", "+221771234567", "221771234567"),
        ("33 821 00 00", "Sénégal", "+221338210000", None),  # a landline
        ("77 123 45 67", "Wakanda", "771234567", None),
        ("77 123 45 67", None, "771234567", None),
        ("06 12 34 56 78", "France", "+33612345678", "33612345678"),
        ("+33 (0)6 12 34 56 78", "FR", "+33612345678", "33612345678"),
        ("01 23 45 67 89", "France", "+33123456789", None),
        ("07 08 09 10 11", "Côte d’Ivoire", "+2250708091011", "2250708091011"),
        ("+225 (0)7 08 09 10 11", None, "+2250708091011", "2250708091011"),
        ("65 12 34 56", "MLI", "+22365123456", "22365123456"),
        ("0470 12 34 56", "Belgique", "+32470123456", "32470123456"),
        ("77 123 45 67 / 78 765 43 21", "Sénégal", None, None),  # two numbers are none
        ("+0 123 456 789", None, "+0123456789", None),
        ("+1234567", None, "+1234567", None),
        ("1414", "Sénégal", "1414", None),
        ("77.123.45.67 (Awa)", "Sénégal", "+221771234567", "221771234567"),
        ("77 123 45 67 WhatsApp", "République du Sénégal", "+221771234567", "221771234567"),
        ("javascript:alert(1)", None, None, None),
        ("à demander", None, None, None),
        ("٠٦١٢٣٤٥٦٧٨", "France", "+33612345678", "33612345678"),
        ("9" * 200, "France", None, None),
    ],
)  # fmt: skip
def test_numbers(typed: str, country: str | None, tel: str | None, wa: str | None) -> None:
    region = phones.region(country)
    assert (dialled(typed, region), whatsapp(typed, region)) == (tel, wa)


def test_a_number_is_read_where_the_order_goes_and_else_where_the_shop_is() -> None:
    assert dialled("06 12 34 56 78", "FR", "SN") == "+33612345678"
    assert dialled("78 123 45 01", None, "SN") == "+221781234501"
    assert dialled("06 12 34 56 78", "SN", "FR") == "+33612345678", "no number of Senegal's begins so"


@pytest.mark.parametrize(
    ("names", "region"),
    [
        ("Sénégal,Senegal,SENEGAL, sénégal ,SN,sn,SEN", "SN"), ("France,FR,fra,FRANCE", "FR"),
        ("Côte d’Ivoire,cote d'ivoire,COTE D’IVOIRE,Ivory Coast,CI,CIV", "CI"), ("États-Unis,United States,USA", "US"),
        ("Sénégal 🇸🇳,République du Sénégal,Le Sénégal,Sénégal.", "SN"), ("République Française,La France", "FR"),
        ("COTE D IVOIRE,R.C.I.", "CI"), ("Laos", "LA"), ("Congo (RDC),R.D.C.", "CD"), ("U.K.", "GB"), ("Burkina", "BF"),
        ("Mali,ML,MLI", "ML"), ("Guinée,Guinea,GN", "GN"), ("Allemagne,Germany", "DE"), ("Bénin,Benin", "BJ"),
        ("Wakanda,,XX,a\u0000", None),
    ],
)  # fmt: skip
def test_countries_go_by_many_names(names: str, region: str | None) -> None:
    assert {phones.region(name) for name in names.split(",")} == {region}


@pytest.mark.parametrize(
    ("zone", "region"), [("Africa/Dakar", "SN"), ("Europe/Paris", "FR"), ("Asia/Kolkata", "IN"), ("UTC", None)]
)
def test_a_time_zone_tells_the_country(zone: str, region: str | None) -> None:
    assert phones.region_of_zone(zone) == region
