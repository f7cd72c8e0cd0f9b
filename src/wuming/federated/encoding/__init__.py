"""Updates as noisy integers: clipping, rotation, rounding and Skellam noise, with one account for all of it.

`design` finds the grid and the noise; the `Encoding` that it returns encodes, decodes and says its ε.
"""

from wuming.federated.encoding.design import design
from wuming.federated.encoding.encoding import Encoding

__all__ = ["Encoding", "design"]
