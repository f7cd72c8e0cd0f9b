"""Keys, tokens and passwords as their issuers make them, and addresses that carry some. Nothing here opens anything.

Written for this bench alone, from the issuers' documentation and from public lists of secret formats. A GitHub token
ends with the CRC-32 of its random part in base 62, as GitHub announced in 2021.
"""

from __future__ import annotations

import base64
import json
import zlib
from random import Random

from wuming.benchmarks.text.values import Form, digits, letters
from wuming.scenarios.customer_service.grammar import words

_LOWER, _UPPER = "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_HEX = "0123456789abcdef"
_ALPHANUMERIC = "0123456789" + _UPPER + _LOWER
_BASE64_URL = _ALPHANUMERIC + "-_"
_HOSTS = [
    "api.shop-demo.cn",
    "files.example-cloud.com",
    "login.my-service.io",
    "data.hospital-app.cn",
    "cdn.video-site.com",
]
_PATHS = ["v1/users", "callback", "share/report", "download/2024/bill.pdf", "oauth/return"]
_WORDS = words(
    """
    Winter Dragon Spring Rainbow Summer Panda Mountain Coffee River Secret Orange Falcon
    """
)


def github(rng: Random) -> str:
    """Return a personal, server or refresh token."""
    body = letters(rng, 30, _ALPHANUMERIC)
    number, check = zlib.crc32(body.encode()), ""
    for _ in range(6):
        number, rest = divmod(number, 62)
        check = _ALPHANUMERIC[rest] + check
    return rng.choice(("ghp_", "gho_", "ghs_", "ghu_")) + body + check


def jwt(rng: Random) -> str:
    """Return a signed token (RFC 7519)."""
    head = json.dumps({"alg": rng.choice(("HS256", "RS256")), "typ": "JWT"}, separators=(",", ":"))
    body = json.dumps({"sub": digits(rng, 8), "iat": 1700000000 + rng.randrange(10**7)}, separators=(",", ":"))
    parts = [base64.urlsafe_b64encode(part.encode()).rstrip(b"=").decode() for part in (head, body)]
    return ".".join((*parts, letters(rng, 43, _BASE64_URL)))


def pem(rng: Random) -> str:
    """Return a private key's block (RFC 7468); its bytes are random."""
    kind = rng.choice(("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY", "OPENSSH PRIVATE KEY"))
    text = base64.b64encode(rng.randbytes(rng.choice((160, 320)))).decode()
    lines = "\n".join(text[i : i + 64] for i in range(0, len(text), 64))
    return f"-----BEGIN {kind}-----\n{lines}\n-----END {kind}-----"


def cloud(rng: Random) -> str:
    """Return an access key of a cloud: Amazon, Google, Alibaba, Tencent, Volcengine, Baidu, DigitalOcean."""
    return rng.choice(
        (
            "AKIA" + letters(rng, 16, _UPPER + "234567"),
            "ASIA" + letters(rng, 16, _UPPER + "234567"),
            "AIza" + letters(rng, 35, _BASE64_URL),
            "LTAI5t" + letters(rng, 18, _ALPHANUMERIC),
            "AKID" + letters(rng, 32, _ALPHANUMERIC),
            "AKLT" + letters(rng, 43, _ALPHANUMERIC),
            f"bce-v3/ALTAK-{letters(rng, 21, _ALPHANUMERIC)}/{letters(rng, 40, _HEX)}",
            "dop_v1_" + letters(rng, 64, _HEX),
        )
    )


def model_provider(rng: Random) -> str:
    """Return a key of a provider of models; sk- alone is OpenAI's, DeepSeek's, Moonshot's and DashScope's."""
    return rng.choice(
        (
            "sk-proj-" + letters(rng, 64, _BASE64_URL),
            "sk-" + letters(rng, 48, _ALPHANUMERIC),
            f"sk-ant-api03-{letters(rng, 93, _BASE64_URL)}AA",
            "sk-" + letters(rng, 32, _HEX),
            "gsk_" + letters(rng, 52, _ALPHANUMERIC),
            "hf_" + letters(rng, 34, _UPPER + _LOWER),
            "xai-" + letters(rng, 80, _ALPHANUMERIC),
            "sk-or-v1-" + letters(rng, 64, _HEX),
            f"{letters(rng, 32, _HEX)}.{letters(rng, 16, _ALPHANUMERIC)}",
            "r8_" + letters(rng, 37, _ALPHANUMERIC),
        )
    )


def service(rng: Random) -> str:
    """Return a key of a service that programs talk to."""
    return rng.choice(
        (
            github(rng),
            f"github_pat_{letters(rng, 22, _ALPHANUMERIC)}_{letters(rng, 59, _ALPHANUMERIC)}",
            "glpat-" + letters(rng, 20, _BASE64_URL),
            f"xoxb-{digits(rng, 12)}-{digits(rng, 12)}-{letters(rng, 24, _ALPHANUMERIC)}",
            rng.choice(("sk", "rk")) + "_live_" + letters(rng, 24, _ALPHANUMERIC),
            "npm_" + letters(rng, 36, _ALPHANUMERIC),
            f"SG.{letters(rng, 22, _BASE64_URL)}.{letters(rng, 43, _BASE64_URL)}",
            "pypi-AgEIcHlwaS5vcmc" + letters(rng, 120, _BASE64_URL),
            f"{digits(rng, 10)}:AA{letters(rng, 33, _BASE64_URL)}",
            "SK" + letters(rng, 32, _HEX),
            _slack_hook(rng),
        )
    )


def _slack_hook(rng: Random) -> str:
    team, channel = (letters(rng, 8, _UPPER + "0123456789") for _ in range(2))
    return f"https://hooks.slack.com/services/T{team}/B{channel}/{letters(rng, 24, _ALPHANUMERIC)}"


def password(rng: Random) -> str:
    """Return a password that somebody may have thought up."""
    return rng.choice(
        (
            rng.choice(_WORDS) + rng.choice("!@#$%") + digits(rng, 4),
            letters(rng, 12, _ALPHANUMERIC),
            f"{rng.choice(_WORDS)}{rng.choice(_WORDS)}{digits(rng, 2)}",
            f"{rng.choice(_WORDS).lower()}_{digits(rng, 6)}!",
        )
    )


def _token(rng: Random) -> str:
    return letters(rng, rng.choice((24, 32, 40)), rng.choice((_HEX, _ALPHANUMERIC)))


def _login(rng: Random) -> str:
    return f"{rng.choice(_WORDS).lower()}{digits(rng, 2)}:{letters(rng, 10, _ALPHANUMERIC)}"


def _framed_tokens() -> tuple[Form, ...]:
    names = ("access_token", "token", "api_key", "sig", "auth")
    return tuple(
        Form("URL", f"?{name}=", _token, bare=True, frame=f"https://{host}/{path}?{name}={{value}}")
        for name, host, path in zip(names, _HOSTS, _PATHS, strict=True)
    )


def _framed_passwords() -> tuple[Form, ...]:
    frames = (
        "password={value}",
        "password: {value}",
        '"passwd": "{value}"',
        "密码：{value}",
        "登录密码是{value}",
        "DB_PASSWORD={value}",
        "client_secret = '{value}'",
        "pwd={value}",
        "my password is {value}",
        "口令:{value}",
    )
    return tuple(
        Form("SECRET", "password", password, bare=True, frame=frame, language="" if frame.isascii() else "zh")
        for frame in frames
    )


FORMS = (
    Form("SECRET", "cloud", cloud, bare=True),
    Form("SECRET", "model provider", model_provider, bare=True),
    Form("SECRET", "service", service, bare=True),
    Form("SECRET", "JWT", jwt, bare=True),
    Form("SECRET", "PEM", pem, bare=True),
    *_framed_passwords(),
    Form("URL", "user information", _login, bare=True, frame="https://{value}@git.example-host.com/team/app.git"),
    Form("URL", "database", _login, bare=True, frame="postgresql://{value}@db.internal-host.cn:5432/orders"),
    *_framed_tokens(),
)
