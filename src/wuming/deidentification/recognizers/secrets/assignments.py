"""Passwords, keys and tokens beside the word for them: `password=…`, 密码是…, `"secret": "…"`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from wuming.deidentification.recognizers.secrets.forms import drawn_at_random, entropy, is_uuid, stands_for_one
from wuming.deidentification.specification import Candidate, keyword

_PASSWORD_WORDS = (
    "password", "passwd", "pwd", "passphrase", "passcode", "_password", "_passwd", "_pwd", "_pass", "_passphrase",
    "dbpassword", "userpassword", "pass", "密码", "口令", "暗号", "pin码", "pin code",
)  # fmt: skip
_KEY_WORDS = (
    "secret", "_secret", "secret_key", "secretkey", "secret key", "secretid", "_secret_key", "_secret_access_key",
    "secretaccesskey", "secret access key", "clientsecret", "client secret", "appsecret", "app secret", "appkey",
    "app_key", "api_key", "apikey", "api key", "api-key", "_api_key", "_apikey", "apisecret", "apitoken", "api token",
    "access_key", "accesskey", "access key", "access-key", "_access_key", "accesskeyid", "access_key_id",
    "_access_key_id", "accesskeysecret", "access_key_secret", "_access_key_secret", "accesskey secret", "token",
    "_token", "accesstoken", "access token", "authtoken", "auth token", "privatekey", "private_key", "_private_key",
    "private key", "accountkey", "account_key", "sharedaccesskey", "_encryption_key", "_signing_key", "_auth_key",
    "_license_key", "credential", "credentials", "aeskey", "_aes_key", "encodingaeskey", "密钥", "秘钥", "私钥",
    "令牌", "密匙",
)  # fmt: skip

_OPEN = r"[\"'`\])]{0,3}"
# A quotation mark inside, before a digit, is a character of the value: escapes such as %27 were read as what they mean.
_MARK_INSIDE = r"[\"'`](?=[0-9])"
_ANNOTATED = r"(?:: ?[A-Za-z_][A-Za-z0-9_.\[\], |]{1,30}?)?"
_QUOTED = re.compile(
    rf"{_OPEN}\s{{0,3}}{_ANNOTATED}\s{{0,2}}(?P<link>:=|=>|={{1,3}}|[:=(,]|is|are|was|是|为|改[成为]|设[成为置]+)\s{{0,3}}"
    r"(?:[bruf]{0,2})(?P<quote>[\"'`“‘「])"
    rf"(?P<value>(?:[^\"'`“”‘’「」\n]|{_MARK_INSIDE}){{4,200}})[\"'`”’」]"
)
_CHARACTER = r"[!#$%&*+\-./0-9:=?@A-Z\\^_a-z~|()\[\]{}<>]"
_BARE = re.compile(
    rf"{_OPEN}(?P<gap>[ \t]{{0,3}})(?P<link>:=|=>|={{1,3}}|[:=]"
    r"|(?:了|就|都|一直|还|仍然?|已经?|被?(?:改|设|重置|更新|换)[成为]?)?(?:是|为|成|了)"
    r"|(?:is|was|now|to) )[:：]?[ \t]{0,3}\n?"
    rf"(?P<value>{_CHARACTER}(?:{_CHARACTER}|{_MARK_INSIDE}){{3,199}})"
)
_ADJACENT = re.compile(
    r"(?:[ \t]|(?<![A-Za-z]))(?P<value>[0-9A-Za-z!@#$%^&*+()_][0-9A-Za-z!@#$%^&*_+\-.()]{3,63})"
    r"(?![0-9A-Za-z年月日位个次天分元条种])"
)
_ELEMENT = re.compile(r">(?P<value>[^<>\s]{4,200})</")
_NEXT_FIELD = re.compile(r"&[A-Za-z_][\w.\-]{0,30}=|\\[nrt]|<[/A-Za-z]")
_CLOSING = {")": "(", "]": "[", "}": "{", ">": "<"}
_CALL = re.compile(
    r"[A-Za-z_$][\w.$]*[(\[{].*|[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+|[\[({<].*|.*[)\]}]\.[A-Za-z_].*"
    r"|[&*@!~\\|?]?[A-Za-z_]\w*(?:::|->)\w+.*"
)
_NAME = re.compile(r"[A-Za-z_$@&*!\-][A-Za-z_\-$]*[0-9]{0,2}")
_PATH = re.compile(
    r"[~.]{0,2}/[\w.\-]+(?:/.*)?|[A-Za-z]:\\.*|https?:.*|.*\.(?:pem|key|json|txt|ya?ml|py|env|crt|html?|php|md|js|ts|xml|cfg|ini|conf|log|sh)"
)
_NO_PASSWORDS = frozenset((
    "none", "null", "true", "false", "undefined", "nil", "string", "bytes", "boolean", "integer", "number",
    "object", "array", "password", "passwd", "passphrase", "secret", "token", "required", "optional", "input",
    "hidden", "text", "default", "empty", "blank", "wrong", "incorrect", "invalid", "correct", "changed",
    "reset", "expired", "strong", "weak", "hash", "hashed", "encrypted", "plaintext", "protected", "forgotten",
    "unknown", "missing", "needed", "username", "user", "admin-password", "sha256", "sha512", "sha1", "md5",
    "bcrypt", "pbkdf2", "base64", "utf8", "utf-8", "oauth2", "argon2", "argon2id", "hs256", "rs256", "x509",
    "type", "field", "value", "label", "confirm", "confirmation", "verify", "prompt", "form", "format",
    "length", "login", "logout", "authentication", "authenticated", "authorization", "basic", "bearer",
    "manager", "policy", "generator", "session", "account", "private", "public", "enabled", "disabled",
    "failed", "success", "error", "warning",
))  # fmt: skip
_LEAST_MIXED = 3.0
_UNSPEAKABLE = re.compile("[b-df-hj-np-tv-xz]{7}")  # more consonants in a row than any word holds
_MARKS = frozenset("!@#$%^&*+~?=|")


@keyword(
    kind="SECRET",
    country="generic",
    layout="a word for passwords, then : = is 是 or a quotation mark, then 4 to 64 characters",
    source="usage; NIST SP 800-63B-4, section 3.1.1.2 (what a password may hold)",
    words=_PASSWORD_WORDS,
)
def password(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the password that is given after the word."""
    for value, first, quoted, link in _given(text, start, end):
        score = _password_score(value, text[start:end], quoted=quoted, link=link)
        if score:
            yield Candidate(first, first + len(value), "SECRET", score, 75)
            return


@keyword(
    kind="SECRET",
    country="generic",
    layout="a word for keys or tokens, then : = is 是, then a value that looks drawn at random",
    source="usage; entropy as in Shannon (1948), section 6",
    words=_KEY_WORDS,
)
def assigned_key(text: str, start: int, end: int) -> Iterator[Candidate]:
    """Read the key that is given after the word."""
    for value, first, quoted, link in _given(text, start, end):
        score = _key_score(value, text[start:end].lower(), quoted=quoted, link=link)
        if score:
            yield Candidate(first, first + len(value), "SECRET", score, 75)
            return


def _given(text: str, start: int, end: int) -> Iterator[tuple[str, int, bool, str]]:
    """Yield value, where it begins, whether quoted, and what links it to the word, the likeliest reading first."""
    if match := _QUOTED.match(text, end):
        yield match.group("value"), match.start("value"), True, match.group("link")
    elif match := _BARE.match(text, end):
        value = _trimmed(text, start, match)
        spaced = "=" in match.group("link") and (match.group("gap") or text[match.end("link")].isspace())
        yield value, match.start("value"), False, " = " if spaced else match.group("link").strip()
    elif match := _ELEMENT.match(text, end):
        yield match.group("value"), match.start("value"), True, "element"
    elif match := _ADJACENT.match(text, end):
        yield match.group("value").rstrip(".-"), match.start("value"), False, ""


def _trimmed(text: str, start: int, match: re.Match[str]) -> str:
    """Return the value without the marks of the sentence, the brackets around it, the next field of a form."""
    value = match.group("value")
    if field := _NEXT_FIELD.search(value):
        value = value[: field.start()]
    while value:
        last = value[-1]
        opening = _CLOSING.get(last)
        if last in ".:\\" or (opening and opening not in value and text.rfind(opening, max(0, start - 80), start) >= 0):
            value = value[:-1]
        else:
            break
    return value


def _password_score(value: str, word: str, *, quoted: bool, link: str) -> float:
    if len(value) < 4 or " " in value.strip() or value.lower() in _NO_PASSWORDS or _PATH.fullmatch(value):
        return 0.0
    if stands_for_one(value) and not value.isdigit():  # 88888888 is a bad password, but one
        return 0.0
    digits = any("0" <= character <= "9" for character in value)
    letters = any(character.isalpha() for character in value)
    marks = any(character in _MARKS for character in value)
    if word.lower() == "pass" and not (digits and letters and marks and link):  # it has other uses
        return 0.0
    if link == "":  # nothing between: a word and a number may stand side by side by chance
        if value[0] in "()_" and (not _drawn_with_brackets(value) or value.islower() or value.isupper()):
            return 0.0
        return 0.7 if digits and (letters or marks or value.isdigit()) and _long_enough(value) else 0.0
    if not quoted and (link in ("==", "===") or (_CALL.fullmatch(value) and not _drawn_with_brackets(value))):
        return 0.0
    if digits and not letters:
        return 0.85 if marks or value.isdigit() else 0.0
    if not quoted and link in (" = ", "=>", ":=") and _NAME.fullmatch(value):
        return 0.0
    if digits or (marks and letters):
        return 0.9
    if not value.isalpha() or len(value) < 6:
        return 0.0
    if link and _mixed_at_random(value):
        return 0.7
    if (quoted and link != ",") or link == "=":
        return 0.6 if value.islower() or not value.istitle() else 0.0
    return 0.0 if word.isascii() and link.isascii() else 0.6


def _drawn_with_brackets(value: str) -> bool:
    """Say whether a bracket is a character of a password: `(457%rNl`, and no call or list."""
    inner = value.strip("()[]{}<>_")
    mixed = any(c.isdigit() for c in inner) and any(c.isalpha() for c in inner) and not _NAME.fullmatch(inner)
    balanced = any(opening in value and closing in value for closing, opening in _CLOSING.items())
    balanced = balanced and sum(character in "@#$!^" for character in value) < 2
    return len(value) >= 8 and mixed and not balanced and "." not in value


def _mixed_at_random(value: str) -> bool:
    """Say whether letters change case more often than words joined by capitals do, or hold a row no word holds."""
    if _UNSPEAKABLE.search(value) and not (value.islower() or value.isupper()):
        return True
    rises = sum(before.islower() and after.isupper() for before, after in pairwise(value))
    falls = sum(before.isupper() and after.islower() for before, after in pairwise(value))
    return len(value) >= 8 and (rises * 4 >= len(value) or rises + falls >= 5)


def _long_enough(value: str) -> bool:
    return len(value) >= (4 if value.isdigit() else 6)


def _key_score(value: str, word: str, *, quoted: bool, link: str) -> float:
    if len(value) < 8 or " " in value or stands_for_one(value) or link in ("==", "==="):
        return 0.0
    drawn = drawn_at_random(value)
    mixed = drawn and "(" not in value and not (value.islower() or value.isupper())
    if not mixed and (_PATH.fullmatch(value) or (not quoted and (_CALL.fullmatch(value) or _NAME.fullmatch(value)))):
        return 0.0
    weak = "token" in word or "credential" in word or word in ("secret", "令牌")
    if is_uuid(value):
        return 0.0 if weak else 0.8
    if drawn:
        return 0.9 if link else 0.75
    digits = sum("0" <= character <= "9" for character in value)
    cases = not (value.islower() or value.isupper())
    varied = (digits > 1 or (digits == 1 and cases)) and any(c.isalpha() for c in value)
    if "secret" in word and quoted:
        thought_up = digits > 1 and (cases or any(c in _MARKS for c in value))
        if thought_up or _mixed_at_random(value):
            return 0.7
    return 0.7 if not weak and link and varied and entropy(value) >= _LEAST_MIXED else 0.0
