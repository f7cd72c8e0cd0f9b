"""Keys and tokens that a vendor's prefix gives away: one table."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_HEX, _WORD, _ALPHANUMERIC = "[0-9a-f]", r"[0-9A-Za-z_\-]", "[0-9A-Za-z]"


class Form(NamedTuple):
    """How one vendor writes a credential.

    Attributes:
        vendor: who issues it.
        prefix: as written.
        rest: pattern of what follows the prefix.
    """

    vendor: str
    prefix: str
    rest: str


# Source: the vendors' documentation of their keys, and the patterns that they register for secret scanning.
FORMS: Final = (
    # Clouds
    Form("Amazon Web Services, access key", "AKIA", "[0-9A-Z]{16}"),
    Form("Amazon Web Services, temporary key", "ASIA", "[0-9A-Z]{16}"),
    Form("Alibaba Cloud, access key", "LTAI", f"{_ALPHANUMERIC}{{12,26}}"),
    Form("Tencent Cloud, secret id", "AKID", f"{_ALPHANUMERIC}{{28,36}}"),
    Form("Volcengine, access key", "AKLT", f"{_ALPHANUMERIC}{{36,80}}"),
    Form("Volcengine, temporary key", "AKTP", f"{_ALPHANUMERIC}{{36,80}}"),
    Form("Baidu Cloud, Qianfan", "ALTAK-", f"{_ALPHANUMERIC}{{18,30}}(?:/{_HEX}{{40}})?"),
    Form("Baidu Cloud, Qianfan", "bce-v3/", rf"ALTAK-{_ALPHANUMERIC}{{18,30}}/{_HEX}{{40}}"),
    Form("JD Cloud", "JDC_", "[0-9A-Z]{25,32}"),
    Form("Google Cloud, API key", "AIza", rf"{_WORD}{{35}}"),
    Form("Google, OAuth token", "ya29.", rf"{_WORD}{{20,400}}"),
    Form("Google, client secret", "GOCSPX-", rf"{_WORD}{{28}}"),
    Form("DigitalOcean", "dop_v1_", f"{_HEX}{{64}}"),
    Form("DigitalOcean", "doo_v1_", f"{_HEX}{{64}}"),
    Form("DigitalOcean", "dor_v1_", f"{_HEX}{{64}}"),
    Form("Heroku", "HRKU-", rf"{_WORD}{{36,64}}"),
    Form("HashiCorp Vault", "hvs.", rf"{_WORD}{{24,200}}"),
    Form("HashiCorp Vault", "hvb.", rf"{_WORD}{{24,300}}"),
    Form("Databricks", "dapi", f"{_HEX}{{32}}(?:-[0-9])?"),
    Form("Cloudflare", "v1.0-", f"{_HEX}{{24}}-{_HEX}{{146}}"),
    Form("Fly.io", "fo1_", rf"{_WORD}{{43}}"),
    Form("Supabase", "sbp_", f"{_HEX}{{40}}"),
    Form("Supabase", "sb_secret_", rf"{_WORD}{{22,60}}"),
    Form("PlanetScale", "pscale_tkn_", r"[0-9A-Za-z_\-.]{32,64}"),
    Form("PlanetScale", "pscale_pw_", r"[0-9A-Za-z_\-.]{32,64}"),
    Form("Pulumi", "pul-", f"{_HEX}{{40}}"),
    Form("Doppler", "dp.", r"(?:pt|st|ct|sa|scim|audit)\.[0-9A-Za-z_\-.]{40,60}"),
    # Code hosts and registries
    Form("GitHub, personal", "ghp_", f"{_ALPHANUMERIC}{{36,251}}"),
    Form("GitHub, OAuth", "gho_", f"{_ALPHANUMERIC}{{36,251}}"),
    Form("GitHub, user to server", "ghu_", f"{_ALPHANUMERIC}{{36,251}}"),
    Form("GitHub, server to server", "ghs_", f"{_ALPHANUMERIC}{{36,251}}"),
    Form("GitHub, refresh", "ghr_", f"{_ALPHANUMERIC}{{36,251}}"),
    Form("GitHub, fine-grained", "github_pat_", "[0-9A-Za-z_]{22,255}"),
    Form("GitLab, personal", "glpat-", r"[0-9A-Za-z_\-.]{20,120}"),
    Form("GitLab, deploy", "gldt-", rf"{_WORD}{{20,64}}"),
    Form("GitLab, runner", "glrt-", rf"{_WORD}{{20,64}}"),
    Form("GitLab, pipeline trigger", "glptt-", f"{_HEX}{{40}}"),
    Form("GitLab, job", "glcbt-", rf"{_WORD}{{20,64}}"),
    Form("GitLab, feed", "glft-", rf"{_WORD}{{20,64}}"),
    Form("GitLab, SCIM", "glsoat-", rf"{_WORD}{{20,64}}"),
    Form("Bitbucket", "ATBB", f"{_ALPHANUMERIC}{{32}}"),
    Form("Atlassian", "ATATT3", r"[0-9A-Za-z_\-=]{60,300}"),
    Form("npm", "npm_", f"{_ALPHANUMERIC}{{36}}"),
    Form("PyPI", "pypi-", rf"{_WORD}{{50,300}}"),
    Form("RubyGems", "rubygems_", f"{_HEX}{{48}}"),
    Form("Docker", "dckr_pat_", rf"{_WORD}{{27}}"),
    Form("crates.io", "cio", f"{_ALPHANUMERIC}{{32}}"),
    # Models and data for them
    Form("Anthropic", "sk-ant-", rf"{_WORD}{{20,200}}"),
    Form("OpenRouter", "sk-or-v1-", f"{_HEX}{{64}}"),
    Form("OpenAI, project", "sk-proj-", rf"{_WORD}{{20,250}}"),
    Form("OpenAI, service account", "sk-svcacct-", rf"{_WORD}{{20,250}}"),
    Form("OpenAI, administrator", "sk-admin-", rf"{_WORD}{{20,250}}"),
    Form("LangSmith", "lsv2_", rf"(?:pt|sk)_{_HEX}{{32}}_{_HEX}{{10}}"),
    Form("Langfuse", "sk-lf-", rf"{_HEX}{{8}}-(?:{_HEX}{{4}}-){{3}}{_HEX}{{12}}"),
    Form("OpenAI, DeepSeek, Moonshot, DashScope, SiliconFlow", "sk-", f"{_ALPHANUMERIC}{{20,100}}"),
    Form("Hugging Face", "hf_", f"{_ALPHANUMERIC}{{34,40}}"),
    Form("Hugging Face, organisation", "api_org_", f"{_ALPHANUMERIC}{{34}}"),
    Form("Groq", "gsk_", f"{_ALPHANUMERIC}{{48,60}}"),
    Form("xAI", "xai-", f"{_ALPHANUMERIC}{{70,90}}"),
    Form("Replicate", "r8_", f"{_ALPHANUMERIC}{{37}}"),
    Form("Perplexity", "pplx-", f"{_ALPHANUMERIC}{{40,64}}"),
    Form("NVIDIA", "nvapi-", rf"{_WORD}{{60,80}}"),
    Form("Cerebras", "csk-", f"{_ALPHANUMERIC}{{40,60}}"),
    Form("Together", "tgp_v1_", rf"{_WORD}{{43}}"),
    Form("Fireworks", "fw_", f"{_ALPHANUMERIC}{{22,30}}"),
    Form("Pinecone", "pcsk_", f"{_ALPHANUMERIC}+_[0-9A-Za-z]{{40,80}}"),
    Form("Tavily", "tvly-", rf"{_WORD}{{30,50}}"),
    Form("Coze", "pat_", f"{_ALPHANUMERIC}{{60,70}}"),
    Form("Dify", "app-", f"{_ALPHANUMERIC}{{24}}"),
    Form("Weights & Biases", "wandb_v1_", rf"{_WORD}{{40,90}}"),
    # Payments and shops
    Form("Stripe", "sk_live_", f"{_ALPHANUMERIC}{{16,247}}"),
    Form("Stripe, test", "sk_test_", f"{_ALPHANUMERIC}{{16,247}}"),
    Form("Stripe, restricted", "rk_live_", f"{_ALPHANUMERIC}{{16,247}}"),
    Form("Stripe, restricted test", "rk_test_", f"{_ALPHANUMERIC}{{16,247}}"),
    Form("Stripe, webhook", "whsec_", r"[0-9A-Za-z+/]{24,64}=?"),
    Form("Shopify", "shpat_", "[0-9a-fA-F]{32}"),
    Form("Shopify", "shpss_", "[0-9a-fA-F]{32}"),
    Form("Shopify", "shpca_", "[0-9a-fA-F]{32}"),
    Form("Shopify", "shppa_", "[0-9a-fA-F]{32}"),
    Form("Square", "sq0atp-", rf"{_WORD}{{22}}"),
    Form("Square", "sq0csp-", rf"{_WORD}{{43}}"),
    Form("Razorpay", "rzp_live_", f"{_ALPHANUMERIC}{{14,20}}"),
    Form("PayPal, Braintree", "access_token$production$", f"[0-9a-z]{{16}}\\${_HEX}{{32}}"),
    # Messages
    Form("Slack, bot", "xoxb-", r"[0-9A-Za-z\-]{20,200}"),
    Form("Slack, user", "xoxp-", r"[0-9A-Za-z\-]{20,200}"),
    Form("Slack", "xoxa-", r"[0-9A-Za-z\-]{20,200}"),
    Form("Slack", "xoxr-", r"[0-9A-Za-z\-]{20,200}"),
    Form("Slack", "xoxs-", r"[0-9A-Za-z\-]{20,200}"),
    Form("Slack", "xoxc-", r"[0-9A-Za-z\-]{20,200}"),
    Form("Slack", "xoxd-", r"[0-9A-Za-z\-%+/=]{20,300}"),
    Form("Slack", "xoxe", r"[.\-][0-9A-Za-z.\-]{20,300}"),
    Form("Slack, application", "xapp-", r"[0-9]-[0-9A-Za-z\-]{20,200}"),
    Form("SendGrid", "SG.", rf"{_WORD}{{16,32}}\.{_WORD}{{16,64}}"),
    Form("Mailgun", "key-", f"{_HEX}{{32}}"),
    Form("Brevo", "xkeysib-", rf"{_HEX}{{64}}-{_ALPHANUMERIC}{{16}}"),
    Form("Twilio, key", "SK", f"{_HEX}{{32}}"),
    Form("Twilio, account", "AC", f"{_HEX}{{32}}"),
    Form("Facebook", "EAAC", f"{_ALPHANUMERIC}{{60,250}}"),
    # Tools
    Form("Notion", "ntn_", f"{_ALPHANUMERIC}{{40,60}}"),
    Form("Notion", "secret_", f"{_ALPHANUMERIC}{{43}}"),
    Form("Figma", "figd_", rf"{_WORD}{{38,60}}"),
    Form("Linear", "lin_api_", f"{_ALPHANUMERIC}{{40}}"),
    Form("Postman", "PMAK-", f"{_HEX}{{24}}-{_HEX}{{34}}"),
    Form("Grafana, service account", "glsa_", f"{_ALPHANUMERIC}{{32}}_[0-9A-Fa-f]{{8}}"),
    Form("Grafana, cloud", "glc_", "[0-9A-Za-z+/]{32,400}={0,2}"),
    Form("Sentry", "sntrys_", "[0-9A-Za-z+/=_]{60,300}"),
    Form("Sentry", "sntryu_", f"{_HEX}{{64}}"),
    Form("New Relic", "NRAK-", "[0-9A-Z]{27}"),
    Form("Dropbox", "sl.", rf"{_WORD}{{130,160}}"),
    Form("age", "AGE-SECRET-KEY-1", "[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}"),
    Form("Adafruit", "aio_", f"{_ALPHANUMERIC}{{28}}"),
    Form("PostHog", "phx_", f"{_ALPHANUMERIC}{{40,50}}"),
    Form("Buildkite", "bkua_", f"{_HEX}{{40}}"),
    Form("Prefect", "pnu_", f"{_ALPHANUMERIC}{{36}}"),
    Form("ReadMe", "rdme_", "[0-9a-z]{70}"),
)


def compiled(form: Form) -> re.Pattern[str]:
    """Return the pattern of a whole credential, standing alone."""
    return re.compile(rf"(?<![0-9A-Za-z_]){re.escape(form.prefix)}{form.rest}(?![0-9A-Za-z])")
