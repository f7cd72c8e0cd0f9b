"""Per-unit clipping of gradients: what bounds the influence of one unit of privacy on one step."""
