"""Codes for states: ISO 3166-1 alpha-2, ISO 3166-3 for former states, and the user-assigned ranges.

Source: ISO 3166-1:2020 (codes in force and the user-assigned ranges of its clause 8.1.3) and
ISO 3166-3 (codes of names no longer in use). `XK` is a user-assigned code in wide use for Kosovo.
"""

_IN_FORCE = frozenset(
    """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS
    BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE
    EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM
    HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC
    LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA
    NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW
    SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO
    TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
    """.split()
)
_FORMER = frozenset(
    """
    AIDJ ANHH BQAQ BUMM BYAA CSHH CSXX CTKI DDDE DYBJ FQHH FXFR GEHH HVBF JTUM MIUM NHVU NQAQ NTHH
    PCHH PUUM PZPA RHZW SKIN SUHH TPTL VDVN WKUM YDYE YUCS ZRCD
    """.split()
)


def is_user_assigned(code: str) -> bool:
    """Whether ISO leaves the alpha-2 code to its users: AA, QM to QZ, XA to XZ, ZZ."""
    return len(code) == 2 and (code in {"AA", "ZZ"} or "QM" <= code <= "QZ" or "XA" <= code <= "XZ")


def is_state_code(code: str) -> bool:
    """Whether the code names a state: in force (`UA`), former (`SUHH`) or user-assigned (`XA`)."""
    return code in _IN_FORCE or code in _FORMER or is_user_assigned(code)
