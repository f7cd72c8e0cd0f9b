"""Words that make a line a street line, in English and in the languages whose addresses stand in English text."""

# ruff: noqa: E501, SIM905 - word lists, kept in dense blocks

from __future__ import annotations

STREETS = frozenset(
    "street st avenue ave av road rd boulevard blvd lane ln broadway turnpike parkway pkwy highway hwy expressway freeway crescent esplanade".split()
)
"""Types that seldom mean anything else behind a capitalised word."""

UNMISTAKABLE = (
    "street avenue road lane boulevard drive crescent terrace court isle flats mews gardens grove lodge manor meadows dale "
    "heights hills fort"
).split()
"""Types that name a street without any number, where the words before speak of an address."""

STREETS_ALSO_WORDS = frozenset(
    "drive dr court ct place pl terrace ter way circle cir square sq trail trl plaza row close alley loop path point ridge run view walk grove heights gardens mews quay pike crossing hill rise vale wharf "
    "promenade meadows park gate green bridge parade mall manor glen hollow bend cove harbour landing junction bypass causeway common commons corner creek crest dale estate extension field fields flats ford forest fork "
    "gardens island islands isle key keys knoll lake lodge loaf mill mount mountain orchard oval overpass pass passage pine pines plain port prairie ramp ranch rapids rest route shoal shore spring springs spur squares station stravenue "
    "bayou bluff bluffs brook brooks canyon cliff cliffs copse courts croft crossroads dene forge forges forks garth glade glades glens greens groves haven inlet ledge mills motorway paddock plazas quadrant roads shoals shores "
    "skyway streets throughway trafficway underpass wynd "
    "stream summit track trace union valley viaduct village ville vista well wells str".split()
)
"""Types that are ordinary words as well."""

FOREIGN = frozenset(
    "rue avenue av av. boulevard bd bld chemin allée allee allées impasse quai place route cours passage square faubourg sentier villa cité ruelle "
    "calle c/ avda avda. avenida plaza paseo camino carrera carretera ronda travesía glorieta callejón bulevar via viale piazza piazzale piazzetta corso vicolo largo lungomare strada "
    "rua praça praca travessa alameda estrada rodovia beco ul ul. ulica ulice al al. aleja aleje os os. pl pl. plac trg cesta náměstí námestie třída nábřeží ulița bulevardul calea șoseaua "
    "utca út útja u u. tér tere körút krt sor köz sétány tee tänav pst puiestee maantee mnt terrasse allé straat laan plein gracht kade weg singel steenweg straße strasse str str. gasse platz allee damm ufer "
    "rynek aleje pasaż nám nam. třida sídliště bulvár fasor köröz dűlő liget rakpart rkp calçada avinguda plaça camí passeig rambla corso viale contrada salita lgo piaţa piața splaiul aleea intrarea gade brygge stræde "
    "ring markt graben gata gatan vägen väg vei veien vej gade katu tie kuja polku tori kalea carrer passeig odos leoforos plateia λεωφόρος πλατεία οδός sokak sokağı caddesi cad cad. mahallesi mah jalan jln jl soi".split()
)
"""Whole words, before or behind the name of a street."""

FOREIGN_ENDINGS = tuple(
    "straße strasse strase gasse weg platz allee damm ufer steig markt graben gatan vägen gränd torget gata veien vegen gaten vej gade allé plads stræde stien katu katuja kuja polku tori tie straat laan plein gracht kade dijk singel "
    "steenweg utca stræti braut vegur gerði götu tún vangur bakki heiði ulice "
    "skogen marka åsen bakken svingen tunet kroken høgda myra neset odden berget brinken gärdet backen liden slingan vænget toften lunden".split()
)
"""Endings of streets written as one word."""

WEAK_ENDINGS = ("ova", "ská", "ska", "cká", "ého", "ring", "berg", "veg", "vägen", "stien", "tn", "kuja")
"""Endings that streets have beside many other words."""

MILITARY = "AA AE AP".split()
