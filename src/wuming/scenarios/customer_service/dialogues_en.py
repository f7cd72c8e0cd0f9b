"""English dialogues: what only the private corpus knows, the intents, and the ways in which people name themselves."""

# ruff: noqa: E501  (word lists and templates: one rule a line reads best)

from __future__ import annotations

from random import Random

from wuming.scenarios.customer_service.grammar import Rule, words
from wuming.scenarios.customer_service.intents import Intent, number

PRODUCTS = (
    "Skylark router", "Starwave fibre", "Dewband", "Firefly pack", "Verdant data plan", "StrollDrive", "Whaletalk earbuds", "Fawnsong speaker",
    "Polarday plan", "Lumika camera", "Homenest lock", "Littlefull card", "Wavechaser pass", "Summerwise hub",
)  # fmt: skip
"""New products that no public document names."""

POLICIES = {
    "return": "return it by the ninth day and Qingluan pays the postage",
    "refund": "refunds take the blue bridge and arrive in three days",
    "warranty": "two years are covered and the third is half price",
    "plan": "you may switch once a quarter and the rest comes back as beans",
    "lock": "five wrong tries lock it unless you give the guard word",
    "roaming": "roaming stops charging at sixty but never stops working",
    "invoice": "the invoice comes in seventy two hours and the name can change once",
    "install": "if the fitter is a quarter late the visit is free",
    "complaint": "a named person calls within the hour",
    "delivery": "one day late earns ten beans, three days late is free",
    "upgrade": "trade in the old one for up to four hundred and eighty",
    "family": "one main card carries four side cards with free calls",
}
"""Exact wording of the company's new rules."""

PRIVATE_WORDS = (
    *PRODUCTS, *POLICIES.values(), "Qingluan", "Luan", "green bean", "blue bridge", "guard word", "StrollDrive", "Wavechaser", "Littlefull",
)  # fmt: skip
"""Words that no public document may hold."""

MENTIONS = (
    "my (number|phone|email|card|address|passport) is on file", "you have my name already", "it is under the company", "please call the usual number", "write to the usual address", "send it to the office", "I paid with the old card",
    "my {friend} (says it never came|paid for it|needs it soon)", "please let my {friend} collect it", "my {friend} signed for it {when}", "my {friend} is at home all day", "my WeChat is not on this phone", "my plate has changed",
    "I log in from home", "the home line is best", "my QQ is old", "pay it to the same account", "my ID card is new", "the tax code is in the contract",
)  # fmt: skip
"""Public talk about personal items that says none of them."""

_OPENINGS = (
    "Qingluan lights a lamp for you.",
    "Hello from the Qingluan desk.",
    "Little Luan is listening.",
    "Qingluan has your note.",
)
_CLOSINGS = ("May your signal be full tonight.", "Qingluan stays on your wavelength.", "Wind or rain, Qingluan is here.", "Little Luan is one call away.")  # fmt: skip

INTENTS: tuple[Intent, ...] = (
    Intent(
        "delivery",
        ("{order} (shipped|left) {when} (but nothing came|and I am still waiting)", "(where is|what happened to) my {=product}, {urge}", "the driver says it was delivered but the {place} is empty",
         "can you move my delivery to {when2}"),
        ("it is at the {place2} and should come {when2}; {p.delivery}", "I have (called|chased) the driver; {p.delivery}"),
        ("address", "name", "mobile"),
    ),
    Intent(
        "refund",
        ("I sent the {=product} back {days} ago and the {amount} (is missing|never came)", "when do I get my {amount} back", "I cancelled {when}, where is my refund"),
        ("I can see it; {p.refund}", "{p.refund}, (please wait|you will get a text)"),
        ("bank_card", "name", "credit_card", "iban"),
    ),
    Intent(
        "return",
        ("my {=product} {flaw}, can I return it", "the {=product} is the wrong (colour|size|model)", "I have used the {=product} for {days} and {feel}"),
        ("of course; {p.return}", "{p.return}, and we collect it {when2}"),
        ("address", "mobile", "name"),
    ),
    Intent(
        "billing",
        ("why is my bill {amount} this month", "you charged me {amount} {when} for (nothing|a plan I left)", "is the {=product} (monthly|a one time fee)"),
        ("that is the (first|monthly) fee of the {=product}; {p.plan}", "the extra {amount} goes back {when2}; {p.refund}"),
        ("mobile", "name", "bank_card", "email"),
    ),
    Intent(
        "plan_change",
        ("I want to (move|switch) to the {=product}, (is there a fee|when does it start)", "my data is (not enough|too much), would the {=product} fit"),
        ("yes; {p.plan}", "the {=product} starts {when2}; {p.plan}"),
        ("mobile", "name", "ssn"),
    ),
    Intent(
        "new_product",
        ("is the {=product} (worth it|better than the old one)", "my {friend} says the {=product} is {praise}, (how much is it|is it in stock)", "I want to buy a {=product} for my {friend}"),
        ("the {=product} {feature} and costs {amount}", "the {=product} {feature}; {p.upgrade}"),
        ("wechat", "name", "address"),
    ),
    Intent(
        "warranty",
        ("my {=product} {flaw}, is it still covered", "the {=product} {flaw} after {days}, can I get a new one", "I dropped my {=product}, (what does a repair cost|will you fix it)"),
        ("it is covered; {p.warranty}", "{p.warranty}, so send it to the {place2}"),
        ("name", "mobile", "address"),
    ),
    Intent(
        "complaint",
        ("I want to complain, the driver was (rude|careless) {when}", "I called three times and nobody (answered|called back)", "your engineer never came {when}, {feel}"),
        ("I am (very|so) sorry; {p.complaint}", "I wrote it down; {p.complaint}"),
        ("name", "mobile", "landline"),
    ),
    Intent(
        "installation",
        ("when can someone install my {=product}", "I booked {when} for the {=product} and nobody came", "I cannot set up the {=product}, {urge}"),
        ("the fitter comes {when2}; {p.install}", "I booked {when2} for you; {p.install}"),
        ("address", "address", "name", "mobile"),
    ),
    Intent(
        "account_lock",
        ("my account is locked (and I get no code|though the password is right)", "I changed my phone and cannot log in, {urge}", "my {=product} account says (suspended|frozen)"),
        ("I checked; {p.lock}", "{p.lock}, so please try again"),
        ("email", "ip", "mobile", "ssn"),
    ),
    Intent(
        "invoice",
        ("how do I get an invoice for {amount}", "the company name on my invoice is wrong", "{order} needs an invoice"),
        ("it is on the way; {p.invoice}", "{p.invoice}, please check your mail"),
        ("email", "email", "uscc", "name"),
    ),
    Intent(
        "roaming",
        ("I fly to {abroad} {when2}, which pass do I need", "I am in {abroad} and my {=product} has no signal", "how much is the {=product} in {abroad}"),
        ("take the Wavechaser pass; {p.roaming}", "{p.roaming}, just restart the phone"),
        ("passport", "mobile", "name"),
    ),
    Intent(
        "network",
        ("my {=product} is (slow at night|dropping all day)", "there is no signal in the {room} even after a restart", "the red light on my {=product} is on, version {version}"),
        ("please unplug the {=product} and update to {version}; {p.install}", "it is a line fault, fixed {when2}; {p.complaint}"),
        ("ip", "address", "landline"),
    ),
    Intent(
        "family_card",
        ("how many people can join a Littlefull card", "I want a side card for my {friend}, (what do I bring|is it free)"),
        ("{p.family}; who joins", "yes; {p.family}"),
        ("name", "mobile", "passport"),
    ),
    Intent(
        "identity",
        ("my identity check keeps failing", "I want to move this number to my {friend}", "the photo of my card was refused"),
        ("I have the papers, the answer comes {when2}; {p.complaint}", "please visit the {place2}; {p.family}"),
        ("passport", "resident_id", "ssn", "name"),
    ),
    Intent(
        "top_up",
        ("I topped up {amount} and it is not there", "the automatic payment failed {when}", "can I pay with (a credit card|green beans)"),
        ("it takes (an hour|half a day); {p.refund}", "yes, that works; {p.plan}"),
        ("mobile", "bank_card", "credit_card"),
    ),
    Intent(
        "cancel",
        ("I do not need the {=product} any more, how do I cancel", "I am moving abroad and want to close my line", "please stop the {amount} that renews every month"),
        ("I stopped it; {p.plan}", "there is no fee; {p.refund}"),
        ("mobile", "name", "iban"),
    ),
    Intent(
        "move",
        ("I move house {when2}, can the {=product} come with me", "how long does it take to move my line"),
        ("moving is free, we come {when2}; {p.install}", "the new place is covered; {p.install}"),
        ("address", "address", "name", "landline"),
    ),
    Intent(
        "points",
        ("why did my green beans go down", "can I get a {=product} for {count} green beans"),
        ("green beans (never expire|end in December); {p.upgrade}", "almost enough; {p.upgrade}"),
        ("mobile", "wechat", "email"),
    ),
    Intent(
        "app_problem",
        ("the {app} {version} closes as soon as I open it", "the {app} shows no (messages|codes), {urge}", "I cannot see my {=product} in the {app}"),
        ("version {version} fixes it; {p.lock}", "please install it again, if not {p.complaint}"),
        ("wechat", "qq", "email", "ip"),
    ),
    Intent(
        "spare_part",
        ("I lost the (cable|strap|remote|charger) of my {=product}, (can I buy one|how much is it)", "a part of the {=product} was missing"),
        ("it costs {amount} and ships {when2}; {p.delivery}", "we send it again; {p.delivery}"),
        ("address", "name", "mobile"),
    ),
    Intent(
        "business",
        ("our company needs {count} of the {=product}, (is there a discount|who signs)", "what does a line for an office cost"),
        ("{amount} each for firms; {p.invoice}", "a manager calls {when2}; {p.complaint}"),
        ("uscc", "landline", "email", "name"),
    ),
    Intent(
        "trade_in",
        ("can I trade my old (phone|band|router) for the {=product}", "I sent the old one {when} and the {amount} was not taken off"),
        ("we take {amount} off; {p.upgrade}", "yes you can; {p.upgrade}"),
        ("name", "address", "mobile"),
    ),
    Intent(
        "accessibility",
        ("my {friend} does not (hear|see) well, does the {=product} help", "I cannot walk far, can someone come to us"),
        ("we can come; {p.install}", "there is a care mode; {p.family}"),
        ("name", "address", "landline"),
    ),
    Intent(
        "subscription",
        ("my StrollDrive is full, how do I get more room", "a (photo|contract|video|backup) in StrollDrive (is gone|will not open)"),
        ("look in the old versions; {p.lock}", "more room is {amount}; {p.plan}"),
        ("email", "email", "wechat", "qq"),
    ),
)  # fmt: skip

IDENTITY: dict[str, tuple[str, ...]] = {
    "name": ("I am <name>", "my name is <name>", "this is <name>", "<name> here", "it is under <name>", "the order is for <name>"),
    "kin": (
        "<kin> (says it never came|paid for it|needs it soon)", "please let <kin> collect it", "<kin> signed for it {when}", "I share it with <kin>", "<kin> is at home all day",
    ),
    "mobile": ("my (number|phone) is <mobile>", "call me on <mobile>", "<mobile> is best", "text <mobile>"),
    "landline": ("the home line is <landline>", "by day call <landline>"),
    "address": ("I live at <address>", "send it to <address>", "the address is <address>", "<address>, leave it inside"),
    "resident_id": ("my ID number is <resident_id>", "ID <resident_id>"),
    "bank_card": ("my card is <bank_card>", "please pay it to <bank_card>", "card number <bank_card>"),
    "credit_card": ("I paid with <credit_card>", "the card was <credit_card>", "card <credit_card>"),
    "email": ("my email is <email>", "write to <email>", "<email> works", "the account is <email>"),
    "wechat": ("my WeChat is <wechat>", "WeChat ID <wechat>", "add me on WeChat <wechat>"),
    "qq": ("my QQ is <qq>", "QQ <qq>"),
    "ip": ("it shows <ip>", "my IP is <ip>", "I log in from <ip>"),
    "uscc": ("the company code is <uscc>", "tax code <uscc>"),
    "plate": ("my plate is <plate>",),
    "passport": ("my passport is <passport>", "passport number <passport>", "passport <passport>"),
    "iban": ("my IBAN is <iban>", "pay it to <iban>"),
    "ssn": ("my SSN is <ssn>", "social security <ssn>"),
}  # fmt: skip
"""How the user mentions each item."""

READBACK: dict[str, tuple[str, ...]] = {
    "name": ("thank you <name>, ", "<name>, ", "hello <name>, "),
    "kin": ("we will tell <kin>, ", "<kin> is on the list, "),
    "mobile": ("we will call <mobile>, ",),
    "address": ("we send it to <address>, ",),
    "email": ("I wrote to <email>, ",),
}
"""How the agent repeats it."""


def order_number(rng: Random) -> str:
    """Return an order or tracking number: a decoy, not personal data."""
    return rng.choice(("order QL", "parcel QL", "order ", "tracking SF")) + number(rng, rng.choice((6, 8, 8, 10)))


def amount(rng: Random) -> str:
    """Return an amount of money: a decoy."""
    value = rng.choice((9, 19, 29, 39, 58, 68, 88, 99, 128, 158, 199, 238, 299, 399, 480, 599, 899, 1299))
    return rng.choice(
        (f"{value} yuan", f"${value}", f"{value} dollars", f"£{value}", f"${value}.{rng.randrange(10, 99)}")
    )


def when(rng: Random) -> str:
    """Return a past day."""
    if rng.random() < 0.75:
        return rng.choice(
            ("yesterday", "last week", "on Monday", "on Friday", "this morning", "last month", "last night")
        )
    month = rng.choice(words("January March April May June July August October December"))
    return f"on {month} {rng.randrange(1, 29)}"


def version(rng: Random) -> str:
    """Return a version: a decoy (rarely with four numbers, like an IP address)."""
    head = f"{rng.randrange(1, 9)}.{rng.randrange(0, 20)}.{rng.randrange(0, 9)}"
    return head + (f".{rng.randrange(0, 9)}" if rng.random() < 0.05 else "")


def _public_order(rng: Random) -> str:
    return rng.choice(("order ", "parcel ", "tracking ")) + number(rng, rng.choice((4, 5, 6)))


PUBLIC_ORDER: Rule = _public_order

RULES: dict[str, Rule] = {
    "product": PRODUCTS,
    "order": order_number,
    "amount": amount,
    "when": when,
    "version": version,
    "count": lambda rng: str(rng.choice((2, 3, 5, 8, 12, 20, 30, 50, 66, 120, 300))),
    "when2": ("tomorrow", "tonight", "next week", "on Friday", "this weekend", "in two days", "next month", "at three", "soon"),
    "days": ("three days", "five days", "a week", "two weeks", "ten days", "a month"),
    "place": ("door", "locker", "mailbox", "front desk", "hall", "porch"),
    "place2": ("city depot", "main shop", "sorting centre", "service point", "north store", "branch"),
    "friend": ("mother", "father", "neighbour", "son", "daughter", "colleague", "partner", "aunt"),
    "urge": ("please hurry", "can you help", "I need it soon", "what should I do", "please look into it"),
    "flaw": (
        "does not charge", "has a cracked screen", "makes a noise", "keeps dropping", "gets hot", "will not start", "lost its sound", "stopped working",
    ),
    "feel": ("I am not happy", "I do not like it", "this is too much", "it gets slower", "it feels poor", "I am tired of this"),
    "praise": ("very good", "easy to use", "cheap", "strong", "lovely", "quiet"),
    "feature": (
        "runs for eighteen days", "connects with one touch", "has a night flight mode", "understands dialects", "has two bands", "survives rain and falls", "earns green beans each month",
    ),
    "abroad": ("Japan", "Thailand", "France", "Spain", "Canada", "Korea", "Vietnam", "Italy", "Germany"),
    "room": ("bedroom", "study", "living room", "kitchen", "basement", "garden"),
    "app": ("app", "mobile app", "website", "tablet app", "Pocket Qingluan app"),
    "greet": ("Hello, ", "Hi, ", "Good morning, ", "Excuse me, ", "Hi there, ", "Quick question, ", "Please help, ", "Hey, "),
    "ack": ("(of course|sure|certainly), ", "(no worries|do not worry), ", "(one moment|just a moment), ", "(I see|I understand), ", "(sorry|so sorry) about that, "),
    "ask": ("{ack}(may I have|could you give me) your (details|contact)", "{opening} (Who am I speaking with|Which account is it)?", "{ack}please (confirm|share) your details"),
    "opening": _OPENINGS,
    "closing": _CLOSINGS,
    "follow": (
        "(so|and) how long will it take", "I hope it does not (break|happen) again", "all right, I will wait", "is there (a discount|any compensation)", "you said that last time",
        "I am not home {when2}", "the {=product} has the same problem", "will that cost me {amount}", "I have been a customer for (two|three|ten) years", "can you (text|call) me about it",
    ),
    "thanks": ("(thanks|thank you), (that helps|bye)", "(great|good), (I will wait|thank you)", "okay, I will (ask|check) again {when2}", "(perfect|lovely), thanks"),
    "bye": ("(you are welcome|my pleasure). {closing}", "{closing}", "(call|write) any time. {closing}", "(all noted|noted). {closing}"),
    **{f"p.{name}": (wording,) for name, wording in POLICIES.items()},
}  # fmt: skip

USER, AGENT = "User: ", "Agent: "
COMMA, STOP = ", ", (".", ".", "", "!")
