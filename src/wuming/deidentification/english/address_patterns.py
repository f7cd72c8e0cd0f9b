"""The patterns of postal addresses: pieces of a street line, units, postcodes, boxes, and the words around."""

from __future__ import annotations

import re

from wuming.deidentification.english.groups import LETTER, UPPER
from wuming.deidentification.lexicon.english_streets import UNMISTAKABLE

__all__ = [
    "ADDRESSED", "BOX", "CODE", "CODE_LABEL", "CODE_LAST", "CORNER", "HUNGARIAN_NUMBER", "LEADING", "LIVING_IN",
    "LOWER_FIRST", "LOWER_NAMED", "LOWER_NUMBERED", "LOWER_TYPES", "MILITARY", "NAMED", "NUMBERED", "NUMBER_BEHIND",
    "PLACE", "POSTCODE", "SEPARATOR", "SMALL", "SPEAKING", "STREET_ONLY", "TOWN_BEFORE", "TYPE", "TYPE_AGAIN", "UNIT",
    "UNIT_BEFORE",
]  # fmt: skip

_LINK = (
    "de la|de los|de las|de|da|do|dos|das|di|del|della|dei|delle|des|du|d'|la|le|les|el|los|van der|van den|van de|van|"
    "von|der|den|of|the|y|e|i|na|nad|pod|bei|am|an der|im|op|aan den|sous|lès|en|upon|sur|u|and"
)
LOWER_TYPES = frozenset(
    "rue via ul. al. os. pl. av. calle c/ rua trg cesta chemin boulevard avenue allée impasse place quai route út utca "
    "útja u. tér tere tee tänav terrasse allé ulica ulice náměstí nábřeží třída obala šetalište gate vei vej gade "
    "körút krt. sétány rakpart plac street road avenue lane drive".split()
)
_LOWER_TYPES = "|".join(re.escape(one) for one in sorted(LOWER_TYPES, key=lambda one: (-len(one), one)))
_DOTTED = r"(?:Ste?|Sta|Sto|Dr|Avd?a?|Ave|Blvd|Rd|Ln|Ct|Pl|Sq|Ter|Cir|Hwy|Pkwy|Ft|Mt|Str|Ul|[A-Z])\."
_NAME = rf"[{UPPER}][{LETTER}]*+(?:['’\-][{LETTER}]++)*+"
_WORD = rf"(?:{_DOTTED}|{_NAME}(?:(?<=str)\.)?(?![0-9])|[0-9]{{1,3}}(?:st|nd|rd|th)(?![{LETTER}]))"
_SMALL_NAME = r"(?:[Rr]ue|[Vv]ia|[Cc]alle|[Rr]ua|ul\.) (?:de |del |la |du |des )?[a-zß-öø-ÿ]{3,20}"
_NO_UNIT = rf"(?!(?:Suite|Apt|Unit|Flat|Room|Floor|Ste|Piso|Puerta|Piano|Interno|Appartamento|Interior)(?![{LETTER}]))"
_HUNGARIAN = rf"[a-záéíóöőúüű]{{3,12}}(?= (?:utca|útja|út|tér|tere|köz|sor|u\.)(?![{LETTER}]))"
"""A word in small letters within the name of a street: "Árpád fejedelem útja 3"."""
_PIECE = rf"{_NO_UNIT}(?:{_SMALL_NAME}(?![{LETTER}])|(?:{_LOWER_TYPES})(?![{LETTER}])|C/|{_WORD}|{_HUNGARIAN})"
_BODY = rf"{_PIECE}(?: (?:(?:{_LINK}) )?(?:d'|l')?{_PIECE}){{0,5}}"
_HOUSE = r"[0-9]{1,5}[A-Za-z]?(?:[\-/][0-9]{1,4}[A-Za-z]?){0,2}(?: [A-Z] [0-9]{1,3})?\.?(?![0-9A-Za-z%°])"
_COMMA = "(?:,(?! [0-9]{5}))?"  # a number of five digits behind one is a postcode
NUMBERED = re.compile(
    rf"[0-9](?<![{LETTER}0-9.,\-/#$€£:+_][0-9])[0-9]{{0,5}}[A-Z]?(?:[\-/][0-9]{{1,4}})?(?:,(?= [^0-9]))? "
    rf"(?:[0-9]{{1,5}}[A-Z]? |(?:bis|ter) )?"
    rf"(?:[NSEW]{{1,2}}\.? )?({_BODY})({_COMMA} (?:nr\.? ?|n° ?)?{_HOUSE})?"
)
NAMED = re.compile(
    rf"(?:C/ )?[{UPPER}](?<![{LETTER}0-9.\-/#_@][{UPPER}])[{LETTER}]*+(?:['’\-][{LETTER}]++)*+"
    rf"(?:(?:(?<=[Ss]tr|vda|Ave|Sok|Cad)|(?<=Av|Ul|Pl|Al))\.)?"
    rf"(?: (?:(?:{_LINK}) )?{_PIECE}){{0,4}}{_COMMA} (?:nr\.? ?|n° ?)?({_HOUSE})"
)
LOWER_NAMED = re.compile(
    rf"(?<![{LETTER}0-9])(?:rue|via|ul\.|calle|rua|c/) (?:(?:{_LINK}) )?{_WORD}(?: (?:(?:{_LINK}) )?{_WORD}){{0,4}}"
    rf"(?:{_COMMA} {_HOUSE})?"
)
LOWER_FIRST = tuple(
    "avenue boulevard chemin allée impasse place quai route cours ulica plac pl. al. os. avenida plaza viale "
    "piazza".split()
)
LOWER_NUMBERED = re.compile(
    rf"(?:{'|'.join(re.escape(one) for one in LOWER_FIRST)}) (?:(?:{_LINK}) )?{_WORD}"
    rf"(?: (?:(?:{_LINK}) )?{_WORD}){{0,4}},? ({_HOUSE})"
)
"""A street whose type in small letters stands first, and that is one only with its number: "chemin de Balmat 2"."""
HUNGARIAN_NUMBER = re.compile(
    r"(?:utca|útja|út|u\.|tér|tere|köz|sor|körút|krt\.|sétány|rakpart) [0-9]{1,4}(?:[\-/][0-9]{1,4})?[A-Za-z]?$"
)
"""What a dot belongs to: numbers of Hungarian houses are ordinal."""
TYPE_AGAIN = re.compile(r" (?:street|road|avenue|lane|drive)$")
STREET_ONLY = re.compile(rf"(?:{_WORD} ){{1,3}}[A-Z][a-z]+")
TYPE = re.compile(rf" (?:{'|'.join(one.capitalize() for one in UNMISTAKABLE)})(?![A-Za-z])")
_UNIT_WORD = (
    "(?:[Ff]lat|FLAT|[Aa]pt|APT|[Aa]partment|[Uu]nit|UNIT|[Ss]uite|SUITE|[Ss]te|STE|[Rr]oom|[Rr]m|[Ff]loor|[Ff]l|"
    "[Ll]evel|[Ll]ot|[Bb]uilding|[Bb]ldg|[Bb]lock|[Tt]ower|[Pp]enthouse|[Oo]ffice|[Ss]tudio|[Ss]hop|[Pp]lot|[Hh]ouse|[Dd]oor|[Vv]illa)"
)
UNIT = re.compile(
    rf"(?:{_UNIT_WORD}(?:\.|:)? ?#?(?:[0-9]{{1,5}}[A-Za-z]?|[A-Z][0-9]{{0,4}})(?:[\-/][0-9A-Z]{{1,5}})?|"
    r"#[0-9A-Za-z\-]{1,6}|[0-9]{1,3}(?:st|nd|rd|th) [Ff]loor|[0-9]{1,2}[ºª°]\.?(?: ?(?:izq|dcha|[A-Z])\.?(?![A-Za-z]))?"
    r"|(?:lgh|kv|[Aa]pto|[Dd]e?pto|[Pp]iso|etg|[Ww]hg|byt|[Pp]uerta|[Pp]lanta|[Ee]dif|[Ii]nterior|[Pp]iano|[Ii]nterno|"
    r"[Aa]ppartamento|[Ss]cala|[Ee]sc)\.? ?[0-9]{1,4})(?![0-9A-Za-z])"
)
UNIT_BEFORE = re.compile(rf"(?:{UNIT.pattern}(?:,? |, ?|/| - |,? ?\n)){{1,3}}$|(?<![0-9A-Za-z]){_UNIT_WORD}\.? ?#?$")
SEPARATOR = re.compile(r"(?:,? ?\n{1,2}[ ?>*\-]{0,6},? ?|,? [\-\u2013] |,? {1,2}| ?, ?)(?=[^\s,])")
_ALPHANUMERIC = r"[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]"
_DIGITS = r"[0-9]{5}-[0-9]{3,4}|[0-9]{2}-[0-9]{3}|[0-9]{4}-[0-9]{3}|[0-9]{4,6}|[0-9]{3} [0-9]{2}"
_DUTCH = r"[0-9]{4} ?[A-Z]{2}"
_ABROAD = r"(?:A|B|CH|CZ|D|DK|E|F|FIN|H|HR|I|L|N|NL|P|PL|S|SI|SK)-[0-9]{4,5}"
POSTCODE = re.compile(rf"(?:{_ABROAD}|{_DUTCH}|{_ALPHANUMERIC}|{_DIGITS})(?![0-9A-Za-z\-])")
PLACE = re.compile(
    rf"(?:(?:Ste?|Sta|Sto|Ft|Mt)\. )?{_NAME}(?![0-9])(?: (?:(?:{_LINK}) )?{_NAME}(?![0-9])){{0,5}}(?: \([{LETTER}]+\))?"
)
CODE = re.compile(r"[A-Z][A-Za-z]{0,2}(?= ?\n? ?[0-9]{4})|[A-Z]{1,3}(?![A-Za-z0-9])|nan(?![a-z])")
BOX = re.compile(
    r"(?:[0-9]{1,5} )?(?:(?:P\.? ?O\.?|[Pp]ost ?[Oo]ffice|G\.?P\.?O\.?) ?[Bb][Oo][Xx]|[Pp]ostbox|[Pp]ostfach|"
    r"[Pp]ostboks|[Cc]asilla|[Aa]partado|[Bb]oîte [Pp]ostale) #?[0-9]{1,6}|"
    r"(?:PSC|CMR|Unit|UNIT|psc|unit) [0-9]{1,5},? [Bb][Oo]x [0-9]{1,5}"
)
MILITARY = re.compile(
    rf"(?:(?:USS|USNS|USNV|USCGC) {_WORD}(?: {_WORD})?\n)?(?:APO|FPO|DPO|apo|fpo|dpo),? (?:AA|AE|AP|aa|ae|ap) "
    r"[0-9]{5}(?:-[0-9]{4})?"
)
_AT_CORNER = rf"((?:[0-9]{{1,5}} )?{_BODY}(?: {_HOUSE})?(?: Flat(?! [0-9]))?)"
CORNER = re.compile(rf"(?:the )?corner of {_AT_CORNER} and {_AT_CORNER}")
CODE_LABEL = re.compile(
    r"(?<![A-Za-z])(?:(?:ZIP|[Zz]ip)(?:[ \-]?[Cc]ode)?|[Pp]ost(?:al )?[ \-]?[Cc]ode|POSTCODE|PLZ)"
    r"(?:/[Pp]ostal(?: [Cc]ode)?)?(?:['’]s)?"
    r"(?:,? (?:is|was|to|of|from|has|have|been|should|be|changed|now|area|=|:)(?![A-Za-z]|$)){0,4}"
    r"[:#,]?(?: :)? {0,2}\(?"
    rf"((?:{_DUTCH}(?![A-Za-z])|{_DIGITS}|{_ALPHANUMERIC}))(?![0-9A-Za-z])"
)
ADDRESSED = re.compile(rf"[Aa]ddress(?: is|:)? {{0,2}}({_ALPHANUMERIC})(?![0-9A-Za-z])")
"""A postcode that cannot be anything else, at the place of a whole address."""
_ALPHANUMERIC_REST = r"[A-Z]?[0-9][0-9A-Z]? ?[0-9][A-Z]{2}|[0-9][A-Z] ?[0-9][A-Z][0-9]"
LIVING_IN = re.compile(
    r"(?<![A-Za-z])(?:liv(?:e|es|ed|ing)|weather|forecast|located|based|stores?|shops?|deliver(?:s|y)?|ship(?:s|ping)?|"
    r"mov(?:e|ed|ing)|relocat(?:ed|ing)|resid(?:es?|ing)|born)"
    r"(?: (?:you|it|this|there|any|only|is|are|located|back)){0,2}"
    r" (?:in|to|near|around|for|within)(?: the)? ([0-9]{5}(?:-[0-9]{4})?)(?=[.?!,]|$| area| now| next| last| since)"
)
"""A postcode of the United States at the place of a town."""
CODE_LAST = re.compile(
    rf"[0-9A-Z](?<=[{LETTER},] [0-9A-Z])(?:(?<=[0-9])[0-9]{{4}}(?:-[0-9]{{4}})?|(?<=[A-Z])(?:{_ALPHANUMERIC_REST}))"
    r"(?=[.,;!?)]|\s*\n|$)"
)
"""A postcode that ends a line or a clause, behind a word and a space."""
NUMBER_BEHIND = re.compile(rf"[0-9](?:(?<=[{LETTER}.,°] [0-9])|(?<=[r°][0-9])|(?<=r\.[0-9]))")
"""The first digit of a number that may be that of a house behind its street: all that `NAMED` can end with."""
SMALL = frozenset("rue via ul. calle rua Rue Via Calle Rua".split())
"""What a street begins with whose name may be in small letters."""
TOWN_BEFORE = re.compile(rf"(?<![{LETTER}])({_NAME}(?: {_NAME}){{0,2}}),?(?: ([A-Z]{{2,3}}),?)?$")
LEADING = re.compile(
    r"(?:(?<![A-Za-z])(?:at|on|to|in|near|from|is|are|was|of|for|by|outside|behind|opposite|past|down|along|around|via|"
    r"with|user|and)|[:,;(\-\u2013\u2014])[ \n]*(?:the )?$",
    re.IGNORECASE,
)
"""What stands just before an address within a sentence, or a label."""
SPEAKING = re.compile(
    r"(?<![A-Za-z])(?:addres+e?s?|addr|resid(?:e|es|ed|ing|ence|ency|ent)|liv(?:e|es|ed|ing)|"
    r"stay(?:s|ed|ing)?|locat(?:ed|ion)|situated|based|mov(?:e|es|ed|ing)|relocat(?:e|ed|ing)|ship(?:s|ped|ping|ment)?|"
    r"sen[dt](?:s|ing)?|mail(?:s|ed|ing)?|post(?:ed|ing)?|deliver(?:s|ed|ing|y)?|return(?:s|ed|ing)?|"
    r"forward(?:ed|ing)?|meet(?:s|ing)?|"
    r"pick(?:s|ed|ing)?|drop(?:s|ped|ping)?|taxi|cab|ride|driv(?:e|es|ing)|drove|directions?|way|route|get|"
    r"walk(?:s|ed|ing)?|parked|turn|stop|enter|street(?= ?:)|house|home|flat|apartment|condo|villa|"
    r"property|building|premises|offices?|headquarters|headquartered|hq|store|shop|branch|bank|restaurant|"
    r"cafe|hotel|clinic|hospital|school|church|warehouse|side of|corner|refers to|user|visit(?:s|ed)?|come|"
    r"burglary|accident|fire|crash|robbery|born|garden|tenants?|landlord|lease|rent(?:s|ed|ing)?|"
    r"package|parcel|pizza|letter|card|"
    r"forms?|atm|"
    r"hearing|party|neighbou?rhood)(?![A-Za-z])",
    re.IGNORECASE,
)
"""Words that make an address likely a little after them."""
