"""Why Wuming decides some cases of another product otherwise, case by case."""

from __future__ import annotations

from collections.abc import Mapping

_TEN_DIGITS = "ten digits without separators and without a word beside them may be anything"
_FAILED = "a failed check digit beside the word that names the number: people mistype, and some codes were issued so"
_NAMED = "this is a name, and is to be found without other personal data beside it"

REASONS: Mapping[str, str] = {
    "adversarial_tests:adv_jp_phone_with_country_code": "a number of Japan with its country code is a telephone number",
    "adversarial_tests:edge_uk_nino_lowercase": "small letters do not hide a national insurance number",
    "email:consecutive_dots_invalid": "programs that deliver it do not mind; the part before @ names somebody",
    "email:leading_dot_invalid": "what follows the dot is a valid address",
    "en_passport:too_few_digits": "a letter and seven digits are an Indian passport's number, among others",
    "en_phone:us_no_separator": _TEN_DIGITS,
    "shared_imei:imei_too_short": "an IMEI is also written without its check digit, in 14 digits",
    "zh_credit_code:invalid_checksum": _FAILED,
    "zh_id_number:invalid_checksum_not_detected": _FAILED,
    "zh_medical:med_shoushu": "the operation is covered; the verb before it is none of it",
    "zh_military_id:too_few_digits": "seven digits are issued, too",
    "zh_person:no_person_bare_name_in_sentence": _NAMED,
    "zh_person:no_person_standalone": _NAMED,
    "zh_workplace:no_keyword": "an employer is an organisation, named or not by a word beside it",
}
