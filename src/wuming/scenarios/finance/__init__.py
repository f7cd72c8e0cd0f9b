"""Opinions about financial products: de-identified messages, read by rules, counted privately, in a dossier."""

from wuming.scenarios.finance.story import QUESTIONS, Outcome, Question, play
from wuming.scenarios.finance.writer import Size, generate

__all__ = ["QUESTIONS", "Outcome", "Question", "Size", "generate", "play"]
