"""Names that stand in no list: spelled from the letters of real ones; companies, villages, streets, and what is no name."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from random import Random

from wuming.deidentification.english.lexicon import BIT, entries, words
from wuming.deidentification.lexicon import english_entities as entities
from wuming.deidentification.lexicon.english_world_names import FAMILY, GIVEN

_ORDER = 3  # letters that the next depends on
_COMPANY = [
    "Inc",
    "Inc.",
    "LLC",
    "Ltd",
    "Ltd.",
    "Corp",
    "Corp.",
    "GmbH",
    "AG",
    "PLC",
    "plc",
    "Co.",
    "LLP",
    "S.A.",
    "Group",
    "Holdings",
    "Limited",
    "Corporation",
    "Company",
    "& Co",
    "& Sons",
    "Oyj",
    "AB",
    "A/S",
    "BV",
    "Pty Ltd",
    "SpA",
]
_HEADS = ["University", "College", "Hospital", "Bank", "High School", "Institute of Technology", "Museum", "Airport", "Police Department", "Chamber of Commerce", "City Council", "Medical Center", "Public Library", "Football Club", "Symphony Orchestra", "Elementary School", "General Hospital", "Credit Union", "Savings Bank", "Insurance Group", "Law School", "School of Economics", "Health Department", "Zoo", "Daily News", "Times"]  # fmt: skip
_OF = [
    "University",
    "Bank",
    "Institute",
    "Museum",
    "Department",
    "Ministry",
    "Academy",
    "Church",
    "Society",
    "Council",
    "Board",
    "College",
    "School",
    "Federation",
    "Association",
    "Republic Bank",
    "Court",
]
_FIELDS = [
    "Solutions",
    "Systems",
    "Technologies",
    "Partners",
    "Capital",
    "Labs",
    "Media",
    "Consulting",
    "Insurance",
    "Pharma",
    "Foods",
    "Energy",
    "Logistics",
    "Software",
    "Analytics",
    "Robotics",
    "Studios",
    "Motors",
    "Airlines",
    "Services",
    "Financial",
    "Health",
    "Global",
    "Networks",
    "Design",
    "Security",
    "Data",
    "Energy",
    "Industries",
    "Ventures",
    "Foundation",
    "Interactive",
    "Research",
    "Group",
    "Wireless",
    "Care",
    "Bank",
    "Realty",
    "Engineering",
    "Entertainment",
    "Karma",
    "Investments",
    "Securities",
    "Commerce",
    "Electric",
    "Outfitters",
    "Brothers",
]
_STEMS = [
    "data",
    "open",
    "smart",
    "cloud",
    "health",
    "green",
    "blue",
    "bright",
    "net",
    "gov",
    "civic",
    "med",
    "bio",
    "eco",
    "agri",
    "fin",
    "pay",
    "credit",
    "geo",
    "map",
    "work",
    "home",
    "trip",
    "food",
    "book",
    "snap",
    "zen",
    "nova",
    "terra",
    "aero",
    "omni",
    "poly",
    "micro",
    "macro",
    "tele",
    "info",
    "cyber",
    "hyper",
    "meta",
    "neo",
    "opti",
    "vert",
    "lumi",
    "sola",
    "pro",
    "trans",
    "inter",
    "uni",
    "true",
    "clear",
    "swift",
    "rapid",
    "prime",
    "core",
    "spark",
    "fuse",
    "loop",
    "grid",
    "wave",
    "stream",
    "path",
    "bridge",
    "stone",
    "wood",
    "river",
    "hill",
    "star",
    "sun",
    "moon",
    "sky",
    "fire",
    "snow",
    "wind",
    "hawk",
    "fox",
    "wolf",
    "bear",
    "lion",
]
_ENDS = [
    "ly",
    "ify",
    "io",
    "ia",
    "ix",
    "ex",
    "on",
    "us",
    "um",
    "ra",
    "za",
    "va",
    "go",
    "co",
    "hub",
    "lab",
    "labs",
    "tech",
    "soft",
    "ware",
    "works",
    "base",
    "box",
    "desk",
    "logic",
    "metrics",
    "scape",
    "sense",
    "point",
    "port",
    "link",
    "gate",
    "nest",
    "cast",
    "craft",
    "wise",
    "line",
    "mind",
    "bit",
    "byte",
    "pedia",
    "bank",
    "pay",
    "scan",
    "check",
    "match",
    "market",
    "genome",
    "stat",
    "vision",
    "dyne",
    "tron",
    "gen",
    "corp",
    "mart",
    "way",
    "field",
    "smith",
    "cycle",
    "share",
    "care",
    "coach",
    "pocket",
    "wallet",
    "watch",
]
_VILLAGE = [
    "ton",
    "ville",
    "burg",
    "berg",
    "dorf",
    "stad",
    "stadt",
    "ham",
    "by",
    "ford",
    "field",
    "hurst",
    "mouth",
    "port",
    "wick",
    "wich",
    "stead",
    "thorpe",
    "minster",
    "bach",
    "heim",
    "hausen",
    "kirchen",
    "feld",
    "wald",
    "au",
    "hofen",
    "lund",
    "vik",
    "sund",
    "strand",
    "næs",
    "rup",
    "sted",
    "lev",
    "holm",
    "ö",
    "borg",
    "koski",
    "järvi",
    "la",
    "niemi",
    "mäki",
    "grad",
    "ovo",
    "ice",
    "ov",
    "ice",
    "ín",
    "any",
    "ény",
    "háza",
    "falva",
    "vár",
    "hely",
    "court",
    "ac",
    "ay",
    "ville",
    "y",
    "gem",
    "beek",
    "dam",
    "dijk",
    "hoven",
    "zele",
    "drecht",
    "ano",
    "ello",
    "ate",
    "asco",
    "ola",
    "eira",
    "inha",
    "edo",
    "ilha",
    "osa",
    "al",
    "ara",
    "ena",
    "uela",
    "illo",
    "ampur",
    "abad",
    "nagar",
    "pur",
    "gaon",
    "a",
    "o",
    "i",
]
_STREETS = [
    "Street",
    "St",
    "St.",
    "Avenue",
    "Ave",
    "Ave.",
    "Road",
    "Rd",
    "Lane",
    "Drive",
    "Court",
    "Place",
    "Boulevard",
    "Blvd",
    "Way",
    "Square",
    "Terrace",
    "Crescent",
    "Close",
    "Parkway",
    "Highway",
    "Circle",
    "Hill",
    "Row",
    "Walk",
    "Grove",
    "Gardens",
    "Mews",
    "Alley",
]


class Invented:
    """Draws from one source of chance."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._chains: dict[str, dict[str, str]] = {}

    def name(self, like: str, kind: str) -> str:
        """Return a name spelled as the given or family names of all cultures are; of a length near that of `like`."""
        if " " in like or "-" in like or "'" in like:
            return like
        chain = self._chains.get(kind) or self._chain(kind)
        for _ in range(20):
            spelled = "^" * _ORDER
            while len(spelled) < 20:
                letter = self._rng.choice(chain[spelled[-_ORDER:]])
                if letter == "$":
                    break
                spelled += letter
            found = spelled[_ORDER:]
            if 3 < len(found) < 14 and abs(len(found) - len(like)) < 4:
                return found.capitalize()
        return like

    def _chain(self, kind: str) -> dict[str, str]:
        chain: dict[str, str] = {}
        for block in (GIVEN if kind == "given" else FAMILY).values():
            for name in block:
                spelled = "^" * _ORDER + name.lower().replace(" ", "") + "$"
                for i in range(_ORDER, len(spelled)):
                    key = spelled[i - _ORDER : i]
                    chain[key] = chain.get(key, "") + spelled[i]
        self._chains[kind] = chain
        return chain

    @cached_property
    def _ordinary(self) -> list[str]:
        names = sum(BIT[one] for one in ("F1", "F2", "S1", "S2", "PC", "P1", "P2", "PM", "OK", "DM", "DT", "TI", "OE"))
        return sorted(
            word
            for word, classes in words().items()
            if classes & (BIT["W1"] | BIT["W2"]) and not classes & names and len(word) > 2
        )

    @cached_property
    def _rare(self) -> list[str]:
        names = sum(BIT[one] for one in ("F1", "F2", "S1", "S2", "PC", "P1", "P2"))
        return sorted(
            word for word, classes in words().items() if classes & BIT["W3"] and not classes & names and len(word) > 3
        )

    def word(self) -> str:
        """Return an ordinary word, or now and then one that no list knows."""
        if self._rng.random() < 0.04:
            return self.coined().lower()
        return self._rng.choice(self._ordinary if self._rng.random() < 0.75 else self._rare)

    def organisation(self, given: Callable[[], str], surname: Callable[[], str]) -> str:
        """Return the name of an organisation."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.06:
            return f"{self.name('aaaaaa', 'family')}{rng.choice(['', '', '', ' ' + rng.choice(_COMPANY + _FIELDS)])}"
        if draw < 0.14:
            return rng.choice(entities.ORGANISATIONS.split("|"))
        if draw < 0.24:
            return f"{surname()} {rng.choice(_COMPANY + _FIELDS)}"
        if draw < 0.32:
            return f"{surname()}, {surname()} and {surname()}"
        if draw < 0.40:
            return f"{surname()}-{surname()}"
        if draw < 0.44:
            return f"{surname()} {rng.choice(['&', 'and'])} {surname()}{rng.choice(['', ' ' + rng.choice(_COMPANY), ' LLP', ' Law'])}"
        if draw < 0.60:
            coined = self.coined()
            return coined + rng.choice(["", "", "", f" {rng.choice(_COMPANY)}", f" {rng.choice(_FIELDS)}", ".com"])
        if draw < 0.74:
            name = f"{self.word().title()} {rng.choice(_FIELDS) if rng.random() < 0.6 else self.word().title()}"
            return name + rng.choice(["", "", f" {rng.choice(_COMPANY)}", f" {rng.choice(_FIELDS)}"])
        if draw < 0.86:
            place = rng.choice(self._large) if rng.random() < 0.6 else self.village()
            return f"{place} {rng.choice(_HEADS)}" if rng.random() < 0.6 else f"{rng.choice(_OF)} of {place}"
        if draw < 0.90:
            return f"{rng.choice(_OF)} of {self.word().title()}{rng.choice(['', ' and ' + self.word().title()])}"
        if draw < 0.94:
            return "".join(rng.choice("ABCDEFGHIKLMNOPRSTUW") for _ in range(rng.choice([2, 3, 3, 4])))
        if draw < 0.97:
            return f"St. {given()}'s {rng.choice(['Hospital', 'School', 'Church', 'College'])}"
        return f"{rng.choice(['National', 'International', 'Royal', 'American', 'European', 'Federal', 'First', 'United', 'New', 'General'])} {self.word().title()} {rng.choice(_HEADS + _FIELDS)}"

    def coined(self) -> str:
        """Return an invented word, as companies are named."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.6:
            word = rng.choice(_STEMS) + rng.choice(_ENDS)
        elif draw < 0.8:
            word = rng.choice(self._ordinary) + rng.choice(_ENDS)
        else:
            word = rng.choice(_STEMS) + rng.choice(self._ordinary)
        return word.capitalize() if draw < 0.9 else word[:4].capitalize() + word[4:].capitalize()

    def identifier(self) -> str:
        """Return a name as programs have them."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.35:
            return "".join(self.word().capitalize() for _ in range(rng.choice([2, 2, 3])))
        if draw < 0.55:
            return self.word().upper()
        if draw < 0.65:
            return "".join(rng.choice("ABCDEFGHIKLMNOPRSTUVWXY") for _ in range(rng.choice([2, 3, 4, 5, 6])))
        if draw < 0.75:
            return rng.choice(["Na", "In", "Err", "Str", "Int", "E", "Io", "Db", "Db", "Cfg"]) + rng.choice(
                ["N", "F", "Obj", "Val", "Ptr", "max", "min", "Type", "Dict", "List", "Fd"]
            )
        if draw < 0.9:
            return self.word().capitalize()
        return self.word().capitalize() + rng.choice(["-", ""]) + self.word() + rng.choice(["", "er", "s", "able"])

    @cached_property
    def _large(self) -> list[str]:
        return [name.title() for name in entries("P1")] + entities.REGIONS.split("|")

    def village(self) -> str:
        """Return an invented place."""
        rng = self._rng
        draw = rng.random()
        if draw < 0.45:
            stem = rng.choice(self._surnames).lower()
            return (stem[: rng.choice([3, 4, 5])] + rng.choice(_VILLAGE)).capitalize()
        if draw < 0.6:
            return self.word().capitalize() + rng.choice(
                [
                    "ton",
                    "ville",
                    "field",
                    "ham",
                    "wood",
                    "dale",
                    "bury",
                    "port",
                    " Hill",
                    " Park",
                    " Springs",
                    " Village",
                    " Creek",
                    " Bay",
                ]
            )
        if draw < 0.75:
            return f"{rng.choice(['San', 'Santa', 'St.', 'Saint', 'New', 'North', 'South', 'East', 'West', 'Upper', 'Lower', 'Great', 'Little', 'Fort', 'Port', 'Mount', 'Lake', 'Villa', 'La', 'El', 'Los', 'Bad', 'Le', 'Den'])} {self.name('aaaaaa', 'given')}"
        if draw < 0.85:
            return f"{self.name('aaaaaa', 'family')} {rng.choice(['de', 'am', 'upon', 'sur', 'an der', 'del', 'da', 'i'])} {self.name('aaaaaa', 'family')}"
        return self.name("aaaaaa", "family" if rng.random() < 0.5 else "given")

    @cached_property
    def _surnames(self) -> list[str]:
        return [name for block in FAMILY.values() for name in block if name.isalpha() and len(name) > 3]

    def street(self, name: str) -> str:
        """Return a street line."""
        rng = self._rng
        number = rng.choice([rng.randrange(1, 99), rng.randrange(100, 9999)])
        stem = name if rng.random() < 0.6 else self.word().title()
        line = rng.choice([
            f"{number} {stem} {rng.choice(_STREETS)}", f"{number} {stem} {rng.choice(_STREETS)}", f"{stem} {rng.choice(_STREETS)}", f"{stem}straße {number}", f"Rue de {stem} {number}",
            f"{number} rue {stem}", f"Calle {stem} {number}", f"Via {stem} {number}", f"{stem}gatan {number}", f"{stem} {number}", f"ul. {stem} {number}", f"{number} {stem}",
        ])  # fmt: skip
        return line + (
            f"{rng.choice([', Apt', ' Apt.', ', Suite', ' Suite', ', Unit'])} {rng.randrange(1, 999)}"
            if rng.random() < 0.25
            else ""
        )

    def other(self, letter: str) -> str:
        """Return what fills a gap that holds no name."""
        rng = self._rng
        match letter:
            case "T":
                return rng.choice(["Mr", "Mr.", "Mrs", "Mrs.", "Ms", "Ms.", "Miss", "Dr", "Dr.", "Prof.", "Professor"])
            case "D":
                return rng.choice(entities.DEMONYMS[:140])
            case "J":
                job = rng.choice(entities.JOBS)
                job = (
                    f"{rng.choice(['senior', 'chief', 'junior', 'sales', 'marketing', 'software', 'civil', 'head', 'assistant', 'financial', 'retail', 'medical'])} {job}"
                    if rng.random() < 0.4
                    else job
                )
                return rng.choice([job, job, job.capitalize(), job.title()])
            case "R":
                return rng.choice(entities.RELATIVES)
            case "B":
                return rng.choice(entities.PRODUCTS)
            case "X":
                return " ".join(self.word().title() for _ in range(rng.choice([1, 1, 2, 2, 3])))
            case "I":
                return self.identifier()
            case "w":
                return self.word()
            case "y":
                return str(rng.randrange(1850, 2027))
            case "n":
                return str(rng.choice([rng.randrange(1, 13), rng.randrange(1, 100), rng.randrange(100, 99999)]))
            case "d":
                month = rng.choice(
                    [
                        "January",
                        "February",
                        "March",
                        "April",
                        "May",
                        "June",
                        "July",
                        "August",
                        "September",
                        "October",
                        "November",
                        "December",
                        "Jan",
                        "Feb",
                        "Sept",
                        "Oct",
                        "Monday",
                        "Tuesday",
                        "Wednesday",
                        "Thursday",
                        "Friday",
                        "Saturday",
                        "Sunday",
                    ]
                )
                return rng.choice(
                    [
                        month,
                        f"{month} {rng.randrange(1, 29)}",
                        f"{rng.randrange(1, 29)} {month}",
                        f"{rng.randrange(1, 29)}/{rng.randrange(1, 13)}/{rng.randrange(1940, 2027)}",
                    ]
                )
            case "t":
                return rng.choice(
                    [
                        f"{rng.randrange(1, 13)} pm",
                        f"{rng.randrange(0, 24)}:{rng.randrange(10, 60)}",
                        f"{rng.randrange(1, 13)}:30 AM",
                        "noon",
                    ]
                )
            case "p":
                return rng.choice(
                    [
                        f"{rng.randrange(200, 999)}-{rng.randrange(200, 999)}-{rng.randrange(1000, 9999)}",
                        f"+44 20 {rng.randrange(1000, 9999)} {rng.randrange(1000, 9999)}",
                    ]
                )
            case "e":
                return f"{self.word()}{rng.randrange(99)}@{self.word()}.com"
            case "m":
                return rng.choice(
                    [
                        f"${rng.randrange(5, 900)}",
                        f"EUR {rng.randrange(5, 900)} mn",
                        f"£{rng.randrange(5, 99)} million",
                        f"{rng.randrange(5, 900)} dollars",
                    ]
                )
        raise KeyError(letter)
