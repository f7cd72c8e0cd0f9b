"""Names of people, places and organisations in Chinese text.

People are found by a statistical model over candidates, trained on generated sentences only, and by strong context;
places and organisations by lists and endings. Public name: `find_chinese`.
"""

from wuming.deidentification.names.finding import find_chinese

__all__ = ["find_chinese"]
