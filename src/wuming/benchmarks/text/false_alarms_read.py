"""What readers found to be what it was taken for, among the findings in product reviews: SHA-256, the first 16 digits.

Telephone numbers, accounts and order numbers that customers wrote down. The reviews are for tests only, so their text
is not kept here. Whoever measures on other reviews reads them again.
"""

from __future__ import annotations

PERSONAL: frozenset[str] = frozenset({
    "b40764f565685e47", "43d0ef762be78c9e", "e9eb7870749c9ccc", "dad1457f5c189c74", "11a487459652ce90",
    "065b453d86876f41", "6ee91dea9b733637", "957fa3cf444feb57", "ba0babe981704372", "0388684119160bd4",
    "4edca2ed13b7e04a", "29c42c1734f78cc8", "60151a7b45d6b78f", "7108048f18d9bc1f", "5611bb1e485df116",
    "c0438e3c5c6df484", "7857aa8efb881180", "04345f698a5e7279", "32e466f226494326", "4ee6460d0e3a77ae",
    "55c1c47fae4e88bb", "e4a9c44b58811051", "46bf5376872968cf",
})  # fmt: skip
