"""Grammar of the public English documents: everyday topics and ordinary service talk; no person, no product of the company."""

# ruff: noqa: E501  (word lists and templates: one rule a line reads best)

from __future__ import annotations

from wuming.scenarios.customer_service.grammar import Rule, words

RULES: dict[str, Rule] = {
    "n": lambda rng: str(rng.choice((2, 3, 5, 6, 8, 10, 12, 15, 18, 20, 24, 30, 36, 45, 50, 60, 72, 80, 99, 120, 199, 250, 299, 365, 480, 599, 1200, 2025))),
    "d": lambda rng: str(rng.randrange(1, 29)),
    "cn": words(
        """
        one two three four five six seven eight nine ten twelve eighteen twenty twenty_seven forty thirty
        four_hundred seventy_two
        """
    ),
    "nth": words("first second third fourth fifth ninth last next"),
    "price": lambda rng: rng.choice(("${}", "£{}", "{} dollars", "{} yuan", "${}.50", "${}.99")).format(rng.choice((9, 19, 29, 39, 58, 68, 88, 99, 128, 158, 199, 238, 299, 399, 480, 599, 899, 1299))),
    "month": words("January March April May June July August October December"),
    "time": words(
        """
        today yesterday tomorrow tonight last_week next_week on_Monday on_Friday this_weekend this_morning
        last_night last_month next_month in_two_days soon in_the_evening at_noon at_three every_day in_spring
        in_winter these_days on_{month}_{d} {cn}_days_ago within_{cn}_days
        """
    ),
    "who": words(
        """
        I we they he she my_mother my_father the_neighbour my_son my_daughter a_colleague my_partner my_aunt
        the_driver the_engineer the_manager the_teacher the_doctor the_nurse the_cook the_farmer the_student
        the_writer the_singer the_lawyer the_guide the_coach somebody nobody everybody the_fitter the_guard
        """
    ),
    "them": words(
        """
        me us them him her you my_mother the_neighbour my_colleague the_driver the_manager the_class the_team
        """
    ),
    "city": words(
        """
        London Singapore Toronto Sydney Dublin Seattle Manchester Boston Auckland Leeds Paris Berlin Rome
        Madrid Tokyo Cairo Lima Oslo Vienna Japan Thailand France Spain Canada Korea Vietnam Italy Germany
        """
    ),
    "place": words(
        """
        park library market hospital school station airport bank post_office restaurant cafe bookshop cinema
        museum gym office warehouse depot branch locker front_desk mailbox porch hall door kitchen bedroom
        study living_room basement garden square river hill beach lake village harbour bridge church orchard
        meadow mill shop city_centre service_point sorting_centre north_side
        """
    ),
    "street": words(
        """
        Maple_Street Oak_Road Mill_Lane Church_Street Station_Road Park_Avenue Garden_Close Bridge_Street
        Victoria_Road Orchard_Drive Cedar_Lane Elm_Street
        """
    ),
    "weather": words("rain snow fog wind sunshine thunder frost heat hail drizzle storms clouds"),
    "food": words(
        """
        rice noodles bread soup beef lamb fish beans peas potatoes tomatoes onions corn apples bananas
        grapes melon berries oranges milk tea coffee cake pancakes curry pasta cheese honey nuts pepper salad
        eggs mushrooms yoghurt porridge dumplings biscuits butter garlic ginger lemon
        """
    ),
    "cook": words("boil steam bake roast fry grill stir chop mix slice"),
    "cooked": words("boiled steamed baked roasted fried grilled mixed tasted ordered finished"),
    "taste": words("sweet salty too_hot sour fresh oily soft crisp plain bitter delicious"),
    "device": words(
        """
        phone computer tablet band watch speaker camera router charger cable battery keyboard mouse screen
        printer television fridge heater washer cooker lock lamp fan remote drive drone hub card plan line
        pass earbuds app website pack strap data_plan side_card
        """
    ),
    "part": words(
        """
        screen button battery case port signal light red_light speaker lens line password code account system
        version page icon message cache setting network plug antenna sound
        """
    ),
    "flaw": words(
        """
        is_broken is_cracked is_lost gets_hot keeps_dropping is_slow makes_a_noise will_not_start
        will_not_open does_not_charge has_no_sound stopped_working is_locked is_frozen is_missing
        closes_at_once does_not_connect is_wet fell_down
        """
    ),
    "fix": words(
        """
        restart unplug update replace repair check reset return exchange send_back cancel move renew top_up
        transfer confirm collect install test refund close stop book
        """
    ),
    "service": words(
        """
        refund invoice bill fee deposit postage discount points order parcel delivery contract warranty
        complaint roaming data plan identity_check papers details address visit installation booking payment
        balance renewal trade_in voucher signature number name account receipt
        """
    ),
    "feel": words(
        """
        I_am_happy I_am_not_happy I_am_tired I_am_worried this_is_too_much it_is_fine I_do_not_like_it
        it_feels_poor that_is_great I_am_surprised it_was_worth_it I_hope_so nobody_minds it_gets_better
        it_gets_slower
        """
    ),
    "adj": words(
        """
        cheap expensive easy hard pretty clean quiet loud strong light fresh comfortable bright old simple
        important funny safe stable clear useful lovely careful careless rude polite famous warm cool wet dry
        new good better poor quick slow wrong right free full empty small large
        """
    ),
    "adv": words("very quite really rather too so almost always never hardly still"),
    "verb": words(
        """
        clean tidy repair buy visit photograph study practise discuss prepare arrange introduce wait look help
        call write read walk run swim climb sing dance paint cook plant fish travel work rest pay listen
        remember forget choose
        """
    ),
    "ing": words(
        """
        cleaning tidying repairing buying visiting studying practising preparing waiting looking helping
        calling writing reading walking running swimming climbing singing dancing painting cooking planting
        fishing travelling working resting
        """
    ),
    "tech": words(
        """
        program algorithm database server browser website interface code file table image video recording key
        firewall compiler variable function log queue memory thread gateway cache backup model chip sensor
        robot network cloud contract
        """
    ),
    "techv": words(
        """
        runs crashes fails updates loads downloads encrypts compresses syncs tests deploys trains searches
        sorts recovers scans connects renews
        """
    ),
    "finance": words(
        """
        interest stock fund bond insurance loan deposit tax budget cost profit wage rent price oil gold
        spending investment risk income cash credit saving pension
        """
    ),
    "trend": words(
        """
        rose fell stayed_flat recovered slowed grew dropped reached_a_new_high moved_a_little doubled
        """
    ),
    "sport": words(
        """
        football basketball tennis swimming running skiing skating yoga cycling climbing chess rowing boxing
        sailing
        """
    ),
    "animal": words(
        """
        cat dog rabbit goldfish turtle parrot sparrow swallow heron crane deer panda elephant monkey tiger fox
        squirrel hedgehog bee butterfly dragonfly ant whale dolphin penguin camel horse cow sheep duck swan
        moth lark otter badger firefly skylark
        """
    ),
    "plant": words(
        """
        pine willow oak rose lily bamboo sunflower cactus reed moss olive maple rice wheat cotton mint fern
        ivy cedar thistle
        """
    ),
    "thing": words(
        """
        umbrella key wallet bag hat scarf sweater glasses calendar envelope map guitar piano lighthouse amber
        shell glass jar bell boat compass hourglass scissors blanket pillow cup teapot plate box ladder hammer
        paint board stone rope film novel poem newspaper record gift toy ticket lantern candle copper velvet
        lamp word
        """
    ),
    "ill": words(
        """
        a_cold a_fever a_cough a_headache toothache an_allergy asthma anaemia a_broken_arm back_pain
        high_pressure arthritis migraine eczema poor_hearing poor_sight
        """
    ),
    "advice": words(
        """
        drink_water sleep_early eat_less_salt walk_more keep_warm rest_a_little see_a_doctor open_the_window
        take_it_easy do_not_worry
        """
    ),
    "subject": words(
        """
        mathematics history physics chemistry geography music art biology philosophy economics law medicine
        astronomy statistics
        """
    ),
    "job": words(
        """
        report plan contract meeting project order sheet task application training interview budget
        presentation schedule
        """
    ),
    "greet": ("Hello, ", "Hi, ", "Good morning, ", "Excuse me, ", "Hi there, ", "Quick question, ", "Please help, ", "Hey, ", "Good evening, "),
    "ack": ("of course, ", "sure, ", "certainly, ", "no worries, ", "one moment, ", "just a moment, ", "I see, ", "I understand, ", "sorry about that, ", "I am so sorry, ", "I checked, ", "yes, "),
    "close": ("Have a good day.", "Thank you for calling.", "We are happy to help.", "Goodbye.", "Please call any time.", "You are welcome.", "My pleasure."),
    "feature": ("runs for {cn} days", "is {adv} {adj}", "has a night mode", "has two {part}s", "survives rain", "connects fast"),
    "opening": ("Hello from the service desk.", "We are listening.", "We have your note."),
    "thanks": ("thanks, that helps", "thank you", "great, I will wait", "okay, bye", "perfect, thanks", "all right", "good, thank you"),
    "s": ("{s.weather}", "{s.travel}", "{s.food}", "{s.tech}", "{s.finance}", "{s.home}", "{s.sport}", "{s.nature}", "{s.study}", "{s.work}", "{s.health}", "{s.shop}", "{s.story}", "{s.chat}"),
    "s.weather": ("there was {weather} in {city} {time}", "after the {weather} the {place} was {adv} {adj}", "they say {weather} comes {time}, so {advice}", "{weather} and {weather} kept {them} inside"),
    "s.travel": ("{who} will go to {city} {time}", "the way from the {place} to the {place} takes {n} minutes", "the {place} in {city} is {adv} {adj}", "a ticket to {city} is {price}", "{street} in {city} is {adv} {adj}"),
    "s.food": ("{who} {cooked} {food} {time}, it was {taste}", "{cook} the {food} for {n} minutes and add {food}", "{food} with {food} is {taste}", "the {place} sells {food} for {price}"),
    "s.tech": ("the {tech} {techv} when the {part} {flaw}", "a {adj} {tech} {techv} {cn} times", "the {tech} {techv} and the {tech} {techv}", "our {device} {techv} {time}", "version {d}.{d} makes the {tech} {adj}"),
    "s.finance": ("{finance} {trend} {time} and {finance} {trend}", "the {finance} is about {price} a month", "when {finance} {trend}, {finance} {trend} too", "{n} percent of the {finance} went to {finance}"),
    "s.home": ("{who} found the {thing} in the {place}", "the {device} in the {place} {flaw}", "put the {thing} near the {place}", "{who} is {ing} in the {place}", "our {place} needs a {adj} {thing}"),
    "s.sport": ("{sport} is {adv} {adj}", "{who} like {sport} more than {sport}", "the {sport} match ended {cn} to {cn}", "{ing} {time} is {adj}"),
    "s.nature": ("a {animal} sat under the {plant}", "{cn} {animal}s crossed the {place} {time}", "the {plant} grows near the {place}", "the {animal} likes {food} but not {weather}"),
    "s.study": ("the {subject} exam is {time}", "{subject} is {adj} but {subject} is {adj}", "{who} read about {subject} and {animal}s", "the {nth} lesson is about {ing}"),
    "s.work": ("the {job} moved to {time}", "please {verb} before the {job}", "{who} must finish the {job} {time}", "the {nth} {job} was {adv} {adj}", "our company needs {n} {device}s"),
    "s.health": ("{who} had {ill} {time}, so {advice}", "with {ill} you should {verb} less", "the doctor said {advice} and {advice}"),
    "s.shop": ("{who} bought a {adj} {device} for {price}", "is the {device} better than the {device}", "the {device} runs for {cn} days and is {adj}", "the {device} is {adj} and {adj}", "the {place} has {adj} {device}s {time}"),
    "s.story": ("once a {animal} lived in a {place} with a {thing}", "{who} gave {them} a {thing}", "nobody knew who left the {thing} at the {place}", "{who} signed for the {thing} and {who} paid", "the {thing} near the {plant} belongs to the {animal}"),
    "s.chat": ("do you like {ing}", "I {adv} like {ing}", "shall we {verb} {time}", "let us {verb} and {verb}", "we have not been {ing} for {cn} years", "{feel} and {feel}"),
    "ask": (
        "my {device} {flaw}, (can you {fix} it|what should I do|can you help)", "(when|how) do I get my {service}", "the {service} of {price} (is missing|is wrong|never came)", "I want to {fix} my {device}, (is there a fee|is it free|how long does it take)",
        "can I {fix} the {service} {time}", "the {part} of my {device} {flaw}", "why is my {service} {price} this month", "the driver did not come {time}, {feel}", "is the {device} {adj} (or not|and in stock)", "I am in {city} and my {device} {flaw}",
        "I paid {price} for the {service} {time}", "{who} says the {device} is {adv} {adj}", "you charged me {price} {time}", "I need {n} {device}s for an office",
    ),
    "answer": (
        "the {service} comes {time}", "please {fix} the {device} and try again", "the {device} costs {price} and ships {time}", "someone comes {time} to {fix} it", "the {device} is covered for {cn} years", "it takes {cn} working days",
        "you may {fix} it within {cn} days", "the {service} is on the way", "please visit the {place} with your papers", "a manager calls {them} within the hour", "the {service} can change once", "there is no fee for the {service}",
        "it is a {part} fault and we {fix} it {time}", "you will get a text {time}", "we take {price} off the {device}", "please check your mail", "the {nth} visit is free", "half of the {service} comes back {time}",
    ),
    "need": ("may I have your details", "who am I speaking with", "please confirm your {service}", "which account is it", "could you share your {service} and {service}"),
    "give": ("my {service} is the same as before", "the account is new", "please call or write", "leave it at the {place}", "I live near the {place}", "my (number|phone|email|card|passport|address|WeChat) (has changed|is on file)", "it is under the company name", "{who} is home {time}"),
    "more": ("will that cost me {price}", "you said that last time", "I am not home {time}", "is there a discount", "the {device} has the same problem", "how long will it take", "I hope it does not happen again"),
}  # fmt: skip

PROSE = (
    "{s}. {s}.",
    "{s}, (and|but|so|because|while) {s}.",
    "{s}. {s}. {s}.",
    "(if|when|although) {s}, {s}.",
    "{s}; {s}!",
    "Question: {s}? Answer: {s}.",
)
DIALOGUE = (
    "User: ({greet}|){ask}(.|!|)\nAgent: ({ack}|){answer}(.|)",
    "User: ({greet}|){ask}\nAgent: {ack}{need}\nUser: {give}(.|)\nAgent: ({ack}|){answer}. {close}",
    "User: ({greet}|){ask}.\nAgent: {ack}{answer}.\nUser: {more}\nAgent: {answer}.",
    "User: {greet}{ask}, {ask}\nAgent: {answer}; {answer}.\nUser: {thanks}(.|)\nAgent: {close}",
    "User: {s}, {ask}\nAgent: {ack}{answer}(.|!)\nUser: {thanks}",
    "User: {s}. {s}.\nAgent: {ack}{s}.",
)
ORDINARY = (
    "User: ({greet}||){wish}(.|!|)\nAgent: ({ack}|){reply}(.|!|)",
    "User: ({greet}||){wish}, {mention}(.|!|)\nAgent: ({ack}|){reply}(.|!|)",
    "User: {mention}, {wish}(.|!|)\nAgent: ({ack}|){reply}(.|!|)\nUser: ({thanks}|{follow})(.|!|)",
    "User: ({greet}||){wish}(.|!|)\nAgent: {ack}(may I have your details|please confirm your details|could you give me your contact)\nUser: {mention}(, {mention}|)(.|!|)\nAgent: ({ack}|){reply}(.|!|)",
    "User: {wish}(.|!|)\nAgent: {opening} the {=product} {feature}\nUser: {follow}(.|!|)\nAgent: ({ack}|){reply}(.|!|)",
    "User: ({greet}||){wish}(.|!|)\nAgent: ({ack}|){reply}(.|!|)\nUser: {thanks}(.|!|)\nAgent: (you are welcome|my pleasure|noted). {close}",
)
