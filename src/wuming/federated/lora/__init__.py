"""Low-rank adapters of several clients, put together rightly.

A client's adapter of rank r changes a layer's weights by s·B·A. The change that all make together is the mean of the
products. The product of the mean factors is something else: with n clients it holds n² products of which n(n − 1) are
B of one client times A of another. Two ways are right:

- **frozen A** (`frozen`): all clients keep one common A and train B alone. The product is then linear in B, and the
  mean of the B's is exact; nothing but B travels, with the noise and the clipping of any other vector.
- **reconstruct, clip, refactor** (`products`): clients train both factors and send the product, clipped as a whole; the
  mean is factored again, and what r ranks cannot hold is kept in the layer's own weights. More travels (m·n numbers a
  layer instead of r·(m + n)), and noise lies on all of it.

Source: Sun et al., "Improving LoRA in privacy-preserving federated learning" (ICLR 2024) for frozen A and for why noise
on both factors is amplified; Eckart and Young (1936) for the best factors of a matrix.
"""

from wuming.federated.lora.products import Factors, Refactored, product, refactor

__all__ = ["Factors", "Refactored", "product", "refactor"]
