"""Presidio as a contestant. A server: `python -m wuming.benchmarks.peers.presidio SOCKET`.

With a blank English pipeline: its spaCy models are no packages of the index. So persons and places, which Presidio
leaves to models, are not found; the bench says so where it compares them. Public-suffix lists come from the package.
"""

from __future__ import annotations

import sys

import spacy
import tldextract  # type: ignore[import-not-found]
from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]
from presidio_analyzer.nlp_engine import SpacyNlpEngine  # type: ignore[import-not-found]

from wuming.benchmarks.house.protocol import Commands, serve
from wuming.benchmarks.text.scanner import Found, Scanner


class _Blank(SpacyNlpEngine):  # type: ignore[misc]
    """A tokeniser without a model."""

    def load(self) -> None:
        """Make the pipeline; nothing is fetched."""
        self.nlp = {"en": spacy.blank("en")}


def _engine() -> AnalyzerEngine:
    offline = tldextract.TLDExtract(suffix_list_urls=())
    tldextract.extract = tldextract.tldextract.extract = offline
    pipeline = _Blank(models=[{"lang_code": "en", "model_name": "blank"}])
    pipeline.load()
    return AnalyzerEngine(nlp_engine=pipeline, supported_languages=["en"])


def _commands(engine: AnalyzerEngine) -> Commands:
    def find(text: str) -> Found:
        return [(one.start, one.end, one.entity_type) for one in engine.analyze(text, language="en")]

    return Scanner(find).commands()


if __name__ == "__main__":
    made = _engine()
    made.analyze("Call 212-555-0143 or mail a@example.com", language="en")
    serve(sys.argv[1], {"presidio": lambda: _commands(made)})
