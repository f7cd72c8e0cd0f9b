"""Addresses of crypto-currencies: what they hold and pay is public, so an address is a person's account."""

from __future__ import annotations

from wuming.deidentification.recognizers.generic.coin_checks import base_58_check, bech_32, eip_55
from wuming.deidentification.specification import LEFT, RIGHT, Context, pattern

_BASE_58 = "[1-9A-HJ-NP-Za-km-z]"
# Version bytes: Bitcoin 0x00 and 0x05, Litecoin 0x30 and 0x32, Dogecoin 0x1E and 0x16, Dash 0x4C, TRON 0x41.
_VERSIONS = frozenset((0x00, 0x05, 0x30, 0x32, 0x1E, 0x16, 0x4C, 0x41))


@pattern(
    kind="CRYPTO_ADDRESS",
    country="generic",
    layout="Bitcoin and others: 26-35 of base 58, first 1, 3, L, M, D, X or T; bc1 or ltc1 and base 32; Ethereum: 0x "
    "and 40 hexadecimal digits",
    source="Bitcoin Core, base58.cpp; BIP 173 and 350; EIP-55; TRON, accounts",
    pattern=rf"{LEFT}(?:0[xX][0-9A-Fa-f]{{40}}|(?i:bc|tb|ltc)1[0-9A-Za-z]{{11,87}}|[13LMDXT]{_BASE_58}{{25,34}}){RIGHT}",
    context=(
        "btc", "bitcoin", "eth", "ethereum", "usdt", "trx", "tron", "trc20", "erc20", "wallet", "wallet address",
        "address", "比特币", "以太坊", "钱包", "地址", "充币", "提币", "转账", "泰达币", "ltc", "doge", "bsc",
        "bep20",
    ),
    decoys=("hash", "txid", "transaction", "tx", "交易哈希", "commit", "sha1", "contract"),
    minimum_digits=1,
    shortest=14,
    lettered=True,
    priority=79,
)  # fmt: skip
def crypto_address(value: str, context: Context) -> float:
    """Judge one address: the checksum; Ethereum's in one case has none, so it needs no decoy."""
    if value[:2] in ("0x", "0X"):
        digits = value[2:]
        if digits.islower() or digits.isupper() or digits.isdigit():
            spread = len(set(digits)) > 6  # constants of programs repeat
            return (0.9 if context is Context.SUPPORT else 0.6) if spread and context is not Context.DECOY else 0.0
        return 1.0 if eip_55(digits) else 0.6 * (context is Context.SUPPORT)
    payload = base_58_check(value)
    if payload is not None and payload[0] in _VERSIONS:
        return 1.0
    if value[:3].lower() in ("bc1", "tb1", "ltc"):
        return 1.0 if bech_32(value) else 0.6 * (context is Context.SUPPORT)
    return 0.0
