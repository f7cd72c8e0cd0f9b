"""Illnesses, states of health and drugs, where they are stated of a person in English."""

from __future__ import annotations

import re
from collections.abc import Iterator

from wuming.deidentification.specification import Candidate, keyword

_ILLNESSES = (
    r"(?:type [12] |atrial |ventricular |pulmonary |irritable bowel |down "
    r"|stage [0-9iv]{1,3} |chronic |acute |severe |mild |early |major |clinical |terminal |advanced "
    r"|metastatic "
    r"|breast |lung |colon |prostate |skin |liver |brain |cervical |ovarian |pancreatic |high |low |rheumatoid "
    r"|heart |kidney "
    r"|bipolar |panic |gestational |multiple |post-?traumatic |generali[sz]ed |coronary |congestive |sickle "
    r"|cystic |crohn's "
    r"|celiac |parkinson's |alzheimer's |lyme |sleep |eating |substance |hepatitis ){0,2}"
    r"(?:diabetes|cancer|hypertension|blood pressure|cholesterol|depression|depressive disorder|anxiety|anxiety "
    r"disorder"
    r"|disorder|disease|asthma|epilepsy|hiv(?:/aids)?|aids|tuberculosis|leuk[ae]+mia|lymphoma|melanoma|tumou?r|stroke"
    r"|schizophrenia|autism|adhd|ptsd|ocd|arthritis|fibromyalgia|sclerosis|migraines?|an[ae]+mia|obesity|insomnia"
    r"|bulimia"
    r"|anorexia|dementia|parkinson's|alzheimer's|lupus|psoriasis|eczema|hepatitis(?: [abc])?|cirrhosis|herpes|syphilis"
    r"|gonorrh[oe]+a|chlamydia|covid(?:-19)?|pneumonia|bronchitis|copd|endometriosis|infertility|failure|attack"
    r"|fibrosis|fibrillation|arrhythmia|angina|embolism|hernia|gout|glaucoma|cataracts?|sciatica|seizures?|palsy|sepsis"
    r"|shingles|malaria|dengue|measles|influenza|gallstones|kidney stones|ulcers?|reflux|concussion|pre-?eclampsia"
    r"|syndrome|(?-i:MS|ALS|IBS|UTI|PCOS|GERD|CHF|MI|DVT|TIA)"
    r"|apnea|abuse|addiction|[a-z]{4,16}(?:itis|osis|emia|oma|opathy|algia))"
)
_ILL = re.compile(rf" (?:having |an? |the )?({_ILLNESSES})(?![A-Za-z])", re.IGNORECASE)
_ALSO = re.compile(rf"(?:,| and|, and| or|, or) ({_ILLNESSES})(?![A-Za-z])", re.IGNORECASE)
_DRUG = re.compile(
    r"[ :](?:[a-z]{1,3} |her |his |my |some |[0-9]{1,4} ?mg (?:of )?)?((?:insulin|metformin|aspirin|ibuprofen"
    r"|paracetamol|acetaminophen|tylenol|advil|lipitor|crestor|plavix|nexium|synthroid|levothyroxine|albuterol|ventolin"
    r"|gabapentin|tramadol|prednisone|hydrocodone|vicodin|percocet|codeine|melatonin|lexapro|wellbutrin|bupropion|cymbalta"
    r"|seroquel|abilify|lamictal|depakote|concerta|ozempic|wegovy|januvia|lasix|furosemide|clopidogrel|eliquis|xarelto"
    r"|prozac|zoloft|xanax"
    r"|valium|adderall|ritalin|lithium|warfarin|morphine|oxycodone|fentanyl|methadone|naloxone|viagra|truvada|humira"
    r"|antidepressants?|antibiotics?|chemotherapy|chemo|dialysis|radiation therapy|[a-z]{3,12}(?:cillin|mycin"
    r"|statin|pril|sartan"
    r"|olol|azole|idone|apine|oxetine|traline|azepam|zolam|prazole|dipine|floxacin|vir|mab|tinib|gliptin"
    r"|formin)))(?![A-Za-z])",
    re.IGNORECASE,
)
_SURGERY = re.compile(
    r" (?:an? |the |emergency |open )?((?:[a-z]{3,14} ){0,2}(?:surgery|transplant|bypass|mastectomy|hysterectomy"
    r"|abortion|ivf"
                      r"|chemotherapy|dialysis|radiation|biopsy))(?![A-Za-z])", re.IGNORECASE)  # fmt: skip
_OF_SOMEBODY = re.compile(
    r"(?<![A-Za-z])(?:my|his|her|has|have|had)"
    r" ((?:type [12] |chronic |severe |mild |breast |lung |prostate |gestational |juvenile |colon |skin )?)$",
    re.IGNORECASE,
)
_WEEKS = re.compile(r"(?<![A-Za-z])(?:i am|i'm|she is|she's|is|was|am|got|weeks|months) $", re.IGNORECASE)
_ALLERGIC = re.compile(r" ([a-z]{4,16}(?: (?!and|but|or)[a-z]{4,12})?)(?![A-Za-z])", re.IGNORECASE)
_ALSO_ALLERGIC = re.compile(
    r"(?:,|,? and|,? or) ((?:tree )?(?:pea)?nuts?|shellfish|shrimp|fish|eggs?|milk|dairy|soy|wheat|gluten|sesame|latex"
    r"|pollen|dust|cats?|dogs?|bees?|wasps?|penicillin|amoxicillin|sulfa|aspirin|ibuprofen|codeine|morphine|iodine)"
    r"(?![A-Za-z])",
    re.IGNORECASE,
)


@keyword(
    kind="MEDICAL",
    country="generic",
    layout="an illness after diagnosed with, suffers from, …",
    source="45 CFR 160.103 (health information); names as in ICD-10-CM",
    words=(
        "diagnosed with", "diagnosed as", "suffers from", "suffering from", "suffer from", "diagnosis of", "diagnosis:",
        "history of", "hx of", "treated for", "battling", "living with", "tested positive for", "has been battling",
        "outcome of", "diagnosis is", "diagnosis was", "as having", "i have", "he has", "she has", "who has",
        "patient has", "patient with", "medical condition:", "man with", "woman with", "boy with", "girl with",
        "male with", "female with", "presented with", "presents with", "admitted with", "admitted for",
        "recovering from", "complications from", "complications of",
    ),
)  # fmt: skip
def english_diagnosis(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find an illness after a phrase for diagnosis."""
    del start
    match = _ILL.match(text, end)
    if match:
        yield Candidate(*match.span(1), "MEDICAL", 0.8, 31)
        while match := _ALSO.match(text, match.end(1)):
            yield Candidate(*match.span(1), "MEDICAL", 0.75, 31)


@keyword(
    kind="MEDICAL",
    country="generic",
    layout="a drug or an operation after prescribed, takes, underwent; allergic to; pregnant",
    source="as above; drug names end as in the USAN stem list",
    words=("prescribed", "takes", "taking", "is on", "medication:", "medications:", "medication includes",
           "medications include", "medication is", "the medication", "to take", "including", "treated with",
           "treatment with", "started on", "dose of", "rx:", "underwent", "undergoing", "had",
           "allergic to", "pregnant"),
)  # fmt: skip
def english_treatment(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find a drug, an operation, an allergy or a pregnancy."""
    word = text[start:end].lower()
    if word == "pregnant":
        if _WEEKS.search(text[max(0, start - 16) : start]):
            yield Candidate(start, end, "MEDICAL", 0.75, 31)
        return
    if word == "allergic to":
        match = _ALLERGIC.match(text, end)
    elif word in ("underwent", "undergoing", "had"):
        match = _SURGERY.match(text, end)
    else:
        match = _DRUG.match(text, end)
    while match:
        yield Candidate(*match.span(1), "MEDICAL", 0.75, 31)
        match = _ALSO_ALLERGIC.match(text, match.end(1)) if word == "allergic to" else None


@keyword(
    kind="MEDICAL",
    country="generic",
    layout="an illness after my, his, her, has; before diagnosis",
    source="as above",
    words=(
        "diabetes", "cancer", "hypertension", "depression", "asthma", "epilepsy", "hiv", "schizophrenia", "ptsd",
        "dementia", "arthritis", "autism", "adhd", "bipolar disorder", "miscarriage", "chemotherapy",
    ),
)  # fmt: skip
def english_condition(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Find an illness that somebody is said to have."""
    if text.startswith(" diagnosis", end):
        yield Candidate(start, end, "MEDICAL", 0.7, 31)
        return
    match = _OF_SOMEBODY.search(text[max(0, start - 18) : start])
    if match:
        yield Candidate(start - len(match.group(1)), end, "MEDICAL", 0.7, 31)
