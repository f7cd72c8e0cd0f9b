"""The bench of the training room. Its workloads are also imported where only torch, transformers and peft are."""
