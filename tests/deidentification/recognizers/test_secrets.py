"""Credentials: every form of the table, hits, placeholders and what only looks like one."""

from __future__ import annotations

import base64
import json

import pytest

from wuming.deidentification import Detector
from wuming.deidentification.recognizers.secrets.forms import drawn_at_random, stands_for_one
from wuming.deidentification.recognizers.secrets.prefixes import FORMS

DETECTOR = Detector(kinds=("SECRET",))
HEX_32 = "3f9a1c7be05d48f2a6b90c1d7e4f8352"
HEX_40 = HEX_32 + "91b7c0de"
MIXED_36 = "aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1zA2"
MIXED_48 = MIXED_36 + "b4C6d8E0f2G4"


def found(text: str) -> list[str]:
    return [text[span.start : span.end] for span in DETECTOR.find(text)]


def token(header: dict[str, str], payload: dict[str, str]) -> str:
    """A web token with a made-up signature."""
    parts = [json.dumps(part).encode() for part in (header, payload)] + [bytes(range(32))]
    return ".".join(base64.urlsafe_b64encode(part).rstrip(b"=").decode() for part in parts)


def test_prefixes_are_distinct() -> None:
    prefixes = [form.prefix for form in FORMS]
    assert len(prefixes) == len(set(prefixes))


MIXED = {
    "AWS": "AKIAIOSFODNN7EXAMPLE",
    "GitHub": f"ghp_{MIXED_36}",
    "GitHub fine-grained": f"github_pat_11ABCDEFG0aB3dE5fG7hJ9_{MIXED_48}",
    "GitLab": "glpat-aB3dE5fG7hJ9kL1mN2pQ",
    "Slack": "xoxb-123456789012-1234567890123-aB3dE5fG7hJ9kL1mN2pQ4rS6",
    "Stripe": "sk_live_aB3dE5fG7hJ9kL1mN2pQ4rS6",
    "Google": f"AIza{MIXED_36[:35]}",
    "OpenAI": f"sk-proj-{MIXED_48}_T3-{MIXED_36}",
    "OpenAI, old": f"sk-{MIXED_48}",
    "DeepSeek": f"sk-{HEX_32}",
    "Anthropic": f"sk-ant-api03-{MIXED_48}-{MIXED_36}AA",
    "Hugging Face": f"hf_{MIXED_36[:34]}",
    "SendGrid": f"SG.aB3dE5fG7hJ9kL1mN2pQ4r.{MIXED_36}xY9",
    "npm": f"npm_{MIXED_36}",
    "PyPI": f"pypi-AgEIcHlwaS5vcmc{MIXED_48}",
    "DigitalOcean": f"dop_v1_{HEX_32}{HEX_32}",
    "Telegram": "123456789:AAaB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1",
    "Alibaba": "LTAI5tAbCdEf2GhIjKlMnOpQ",
    "Tencent": "AKIDaB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY",
    "Volcengine": "AKLTaB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1zA2b4C6d8",
    "Baidu": f"bce-v3/ALTAK-aB3dE5fG7hJ9kL1mN2pQ4/{HEX_40}",
    "Zhipu": f"{HEX_32}.aB3dE5fG7hJ9kL1m",
    "Twilio": f"SK{HEX_32}",
    "Tencent Cloud without a digit": "AKIDaICPnoaJVlMthQQVoakVqZcEcshFfGzA",
    "Volcengine without a digit": "AKLToyLzxqfKMobCNIpRUpCyMPdRMuUaaRuLZinTCbPzcYE",
    "Azure": "aB38Q~dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1zA2b",
    "web token": token({"alg": "HS256", "typ": "JWT"}, {"sub": "1"}),
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEA\n-----END RSA PRIVATE KEY-----",
    "private key of OpenSSH": "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1r\n-----END OPENSSH PRIVATE KEY-----",
}


@pytest.mark.parametrize("value", MIXED.values(), ids=MIXED.keys())
def test_a_key_is_found_wherever_it_stands(value: str) -> None:
    for before, after in (
        ("", ""),
        ("密钥是", "，请保密"),
        ("KEY=", "\n"),
        ('"', '"'),
        ("(", ")"),
        ("key: ", " and more"),
    ):
        assert found(before + value + after) == [value]


GIVEN = [
    ("密码：Abc123456，别告诉别人", "Abc123456"),
    ("我的密码是hunter2", "hunter2"),
    ("登录密码改成了qwe123!@#", "qwe123!@#"),
    ("wifi密码88888888", "88888888"),
    ("密码 Abc@2024", "Abc@2024"),
    ("password=hunter2&x=1", "hunter2"),
    ("DB_PASSWORD=s3cr3t_pw\n", "s3cr3t_pw"),
    ('{"user": "bob", "password": "correcthorse7"}', "correcthorse7"),
    ("My password is k4Wp!2x$Q.", "k4Wp!2x$Q"),
    ("passwd: Tr0ub4dor&3", "Tr0ub4dor&3"),
    ("user: rkowalski, pass: Winter2026!", "Winter2026!"),
    ("pwd：123456", "123456"),
    ('password: str = "hunter2"', "hunter2"),
    ("Server=db;User Id=sa;Password=P@ssw0rd1;Encrypt=yes", "P@ssw0rd1"),
    ("<password>hunter22</password>", "hunter22"),
    ("登录密码是Falcon%0042，大家别外传", "Falcon%0042"),
    ("password=River%2085, thanks", "River%2085"),
    ("password=Summer%2731", "Summer%2731"),
    ("client_secret = 'Panda%2219'", "Panda%2219"),
    ('{"pwd": "Abc12345", "2fa": "no"}', "Abc12345"),
    ("password: Panda%6030，大家别外传", "Panda%6030"),
    ("client_secret = 'Panda#3799'", "Panda#3799"),
    ("client_secret = 'nEwscMoHYJvo'", "nEwscMoHYJvo"),
    ("password: DqwaZdTfOCOV", "DqwaZdTfOCOV"),
    ('He gave me "my password is gwbtXdpjqzrn"', "gwbtXdpjqzrn"),
    ("aws_secret_access_key = wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzz1KEY", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYzzzzzzz1KEY"),
    (f'"client_secret": "{HEX_32}"', HEX_32),
    (f"appsecret={HEX_32}", HEX_32),
    (f"accessKeySecret: {MIXED_36[:30]}", MIXED_36[:30]),
    (f"API_KEY='{HEX_40}'", HEX_40),
    (f"Authorization: Bearer {MIXED_36}", MIXED_36),
    ("Authorization: Basic Ym9iOmh1bnRlcjI=", "Ym9iOmh1bnRlcjI="),
    (f"x-api-key: {MIXED_36}", MIXED_36),
    ("ARK_API_KEY=6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0", "6f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"),
    (f"密钥：{MIXED_36}", MIXED_36),
    (f"Cookie: lang=zh; sessionid={MIXED_36}; x=1", MIXED_36),
]


@pytest.mark.parametrize(("text", "value"), GIVEN)
def test_what_a_word_gives_away(text: str, value: str) -> None:
    assert found(text) == [value]


@pytest.mark.parametrize(
    "text",
    [
        "password=your_password", "api_key=${API_KEY}", "token: <token>", "password: ********", "secret=xxxxxxxx",
        "OPENAI_API_KEY=your-api-key-here", "password = get_password()", "password=self.password", "password: str",
        "password: Optional[str] = None", "pwd = os.environ['PWD']", "if password == other2:", "密码错误，请重试",
        "密码是6位数字", "请输入密码", "忘记密码怎么办？", "the password is required", "a new password for 2024",
        "sk-container-id-1 sk-toggleable__label", "key sk-short123", "akiaIOSFODNN7EXAMPLE", "ghx_" + MIXED_36,
        "eyJABC.eyJDEF.GHIJKL", "-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nno key at all", "commit 3f786850e387550fdab836ed7e6dc881de23001b",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "PASS: test_unit1", "pass = 20261128", "boarding pass: AB12CD",
        "password: getUserName", "password: matchStrings", "password: XMLHttpRequest",
        "client_secret = 'clientSecretValue'",
        "id 550e8400-e29b-41d4-a716-446655440000", "token = tokens[i]", "bos_token: '<s>'", "token count 16384",
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==",
        "password manager 1Password", "secret sauce recipe 12", "primary_key = 'user_id_2'", "API key 1 of 2",
        "Bearer of good news", "access_key_id: AccessKeyId", "今天天气不错，没有任何 secret 信息",
    ],
)  # fmt: skip
def test_what_is_no_secret(text: str) -> None:
    assert found(text) == []


def test_placeholders_and_entropy() -> None:
    assert all(
        map(stands_for_one, ("your_api_key", "****", "${TOKEN}", "<token>", "xxxxxxxx", "aaaaaaaa", "{{ key }}"))
    )
    assert not any(map(stands_for_one, ("hunter2", HEX_32, MIXED_36)))
    assert drawn_at_random(HEX_32)
    assert drawn_at_random(MIXED_36)
    assert not drawn_at_random("aaaaaaaaaaaaaaaa1")
    assert not drawn_at_random("correct_horse_battery_staple")
