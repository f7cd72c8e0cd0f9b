"""English names, places and ordinary words that the generated people and their dialogues use."""

from __future__ import annotations

from random import Random

from wuming.scenarios.customer_service.grammar import words

FIRST_MALE = words(
    """
    Oliver James Noah Liam Ethan Lucas Mason Henry Daniel Samuel Arjun Diego Marco Thomas Victor Felix Hugo
    Omar Ravi Patrick Simon Adrian Kenji Julian Martin Peter Aaron Dmitri Tobias Edward
    """
)
FIRST_FEMALE = words(
    """
    Emma Sophia Olivia Hannah Grace Chloe Priya Fatima Elena Maria Julia Nora Alice Clara Diana Ingrid Leila
    Naomi Rachel Sarah Teresa Yuki Zoe Amelia Beatrice Carmen Helen Irene Laura Megan
    """
)
LAST = words(
    """
    Bennett Carter Dawson Ellis Foster Graham Hughes Jennings Keller Lawson Morgan Nolan Parker Quinn Reynolds
    Sanders Turner Vaughn Walker Young Patel Singh Rossi Schmidt Novak Silva Garcia Tanaka Okafor Larsen
    Dubois Murphy Kowalski Andersen Fischer Moreau Whitfield Hawkins Brennan Castillo
    """
)
CITIES = ("London", "Singapore", "Toronto", "Sydney", "Dublin", "Seattle", "Manchester", "Boston", "Auckland", "Leeds")
STREETS = words(
    """
    Maple Willow Cedar Oak Chestnut Mill Church Station Park Victoria Bridge Garden Highfield Orchard Elm
    Harbour Lakeview Kingsway Meadow Linden
    """
)
STREET_TYPES = ("Street", "Road", "Avenue", "Lane", "Drive", "Close")
MAIL_DOMAINS = ("example.com", "mail.example.com", "example.org", "postbox.example", "inbox.example", "example.net")


def person_name(rng: Random, *, male: bool) -> str:
    """Return a first and a last name."""
    return f"{rng.choice(FIRST_MALE if male else FIRST_FEMALE)} {rng.choice(LAST)}"


def address(rng: Random, city: int) -> str:
    """Return `city|rest`, the rest being a street address, sometimes with a flat."""
    street = f"{rng.randrange(1, 300)} {rng.choice(STREETS)} {rng.choice(STREET_TYPES)}"
    form = rng.randrange(3)
    if form == 0:
        street = f"{street}, Apt {rng.randrange(1, 30)}{rng.choice('ABCD')}"
    elif form == 1:
        street = f"Flat {rng.randrange(1, 40)}, {street}"
    return f"{CITIES[city]}|{street}"
