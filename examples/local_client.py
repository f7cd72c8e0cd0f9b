"""What a device runs: it tells one of k public values under local differential privacy. Plain Python, no Wuming.

    echo "value" | python examples/local_client.py '{"values": ["a", "b"], "epsilon": 1.0, "method": "optimised-unary"}'

The settings are public: `wuming.statistics.local.survey.Survey.as_json`. Every coin is exact: only whole numbers from
the operating system's secure generator decide. Draw once for a value, before you are asked, so that nobody can time it;
keep the report, and send the same one if asked again.
"""

import json
import sys
from fractions import Fraction
from secrets import randbelow


def survives(gamma: Fraction) -> bool:
    """Return True with probability exp(-gamma), gamma ≥ 0."""
    while gamma > 1:
        if not survives(Fraction(1)):
            return False
        gamma -= 1
    place = 1
    while randbelow(gamma.denominator * place) < gamma.numerator:
        place += 1
    return place % 2 == 1


def flips(gamma: Fraction) -> bool:
    """Return True with probability 1/(1 + exp(gamma))."""
    while randbelow(2):
        if survives(gamma):
            return True
    return False


def report(value: int, k: int, epsilon: Fraction, method: str) -> str:
    """Return the report of a device that has the value-th of k values."""
    if method == "randomised-response":
        while True:
            drawn, stays = randbelow(k), survives(epsilon)
            if stays or drawn == value:
                return str(drawn)
    if method == "symmetric-unary":
        return "".join(str(int(flips(epsilon / 2) != (place == value))) for place in range(k))
    if method == "optimised-unary":
        return "".join(str(randbelow(2) if place == value else int(flips(epsilon))) for place in range(k))
    raise ValueError(f"unknown method {method!r}")


if __name__ == "__main__":
    survey = json.loads(sys.argv[1])
    own = survey["values"].index(sys.stdin.readline().rstrip("\n"))
    print(report(own, len(survey["values"]), Fraction(survey["epsilon"]), survey["method"]))
