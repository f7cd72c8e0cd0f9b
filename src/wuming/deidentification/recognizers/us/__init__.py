"""Identifiers of the United States."""

from wuming.deidentification.recognizers.us import passport, phone, plate, ssn

__all__ = ["passport", "phone", "plate", "ssn"]
