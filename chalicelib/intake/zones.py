"""In which time zone does a subscriber live, when nobody said?

Send windows and "on the morning of the day" need a zone for everybody. The subscriber's own
`time_zone` decides; without one the number's prefix does. A guess is stored nowhere: once the CRM
says the zone, it counts.

The table is small on purpose. North America shares one country code, so its area codes are listed
(mobile numbers keep theirs when people move: a guess all the same). Countries with several zones get
the one most people live in. An unknown prefix gets UTC. Source: the North American Numbering Plan's
list of area codes and the ITU's list of country codes (E.164).
"""

from __future__ import annotations

from chalicelib.store.schema.subscribers import Subscriber

FALLBACK = "UTC"

_COUNTRIES = {
    "1": "America/New_York", "7": "Europe/Moscow", "27": "Africa/Johannesburg", "31": "Europe/Amsterdam",
    "33": "Europe/Paris", "34": "Europe/Madrid", "39": "Europe/Rome", "41": "Europe/Zurich",
    "44": "Europe/London", "46": "Europe/Stockholm", "48": "Europe/Warsaw", "49": "Europe/Berlin",
    "52": "America/Mexico_City", "54": "America/Argentina/Buenos_Aires", "55": "America/Sao_Paulo",
    "60": "Asia/Kuala_Lumpur", "61": "Australia/Sydney", "62": "Asia/Jakarta", "63": "Asia/Manila",
    "64": "Pacific/Auckland", "65": "Asia/Singapore", "66": "Asia/Bangkok", "81": "Asia/Tokyo",
    "82": "Asia/Seoul", "84": "Asia/Ho_Chi_Minh", "86": "Asia/Shanghai", "90": "Europe/Istanbul",
    "91": "Asia/Kolkata", "92": "Asia/Karachi", "852": "Asia/Hong_Kong", "853": "Asia/Macau",
    "880": "Asia/Dhaka", "886": "Asia/Taipei", "966": "Asia/Riyadh", "971": "Asia/Dubai",
}  # fmt: skip

# Area codes of +1 that are not on Eastern time. One that lies in two zones is with most of its people.
AREA_CODES = {
    "America/Chicago": (
        "205 251 256 334 659 938 327 479 501 870 448 850 217 224 309 312 331 447 464 618 630 708 730 773 "
        "779 815 847 861 872 219 319 515 563 641 712 316 620 785 913 270 364 225 318 337 457 504 985 218 "
        "320 507 612 651 763 924 952 228 471 601 662 769 235 314 417 557 573 636 660 816 975 308 402 531 "
        "701 405 539 572 580 918 605 615 629 731 901 931 210 214 254 281 325 346 361 409 430 432 469 512 "
        "621 682 713 726 737 806 817 830 832 903 936 940 945 956 972 979 262 274 353 414 534 608 715 920"
    ),
    "America/Winnipeg": "204 431 584",
    "America/Regina": "306 474 639",
    "America/Denver": "303 719 720 970 983 406 505 575 385 435 801 307 915",
    "America/Boise": "208 986",
    "America/Phoenix": "480 520 602 623 928",
    "America/Edmonton": "368 403 587 780 825",
    "America/Los_Angeles": (
        "209 213 279 310 323 341 350 357 369 408 415 424 442 510 530 559 562 619 626 628 650 657 661 669 "
        "707 714 738 747 760 805 818 820 831 837 840 858 909 916 925 949 951 702 725 775 458 503 541 971 "
        "206 253 360 425 509 564"
    ),
    "America/Vancouver": "236 250 257 604 672 778",
    "America/Whitehorse": "867",
    "America/Anchorage": "907",
    "Pacific/Honolulu": "808",
    "Pacific/Guam": "670 671",
    "Pacific/Pago_Pago": "684",
    "America/Puerto_Rico": "340 787 939",
    "America/Santo_Domingo": "809 829 849",
    "America/Halifax": "428 506 782 902",
    "America/St_Johns": "709 879",
}
_ZONE_OF_AREA = {code: zone for zone, codes in AREA_CODES.items() for code in codes.split()}


def zone_of(subscriber: Subscriber) -> str:
    """The IANA zone to use for a subscriber: the stated one, else the number's, else UTC."""
    return subscriber.time_zone or zone_of_number(subscriber.msisdn)


def zone_of_number(msisdn: str) -> str:
    """The IANA zone that an E.164 number suggests; UTC when it says nothing."""
    digits = msisdn.removeprefix("+")
    if digits.startswith("1") and digits[1:4] in _ZONE_OF_AREA:
        return _ZONE_OF_AREA[digits[1:4]]
    for length in (3, 2, 1):
        if digits[:length] in _COUNTRIES:
            return _COUNTRIES[digits[:length]]
    return FALLBACK
