"""Identifiers that look the same in every country."""

from wuming.deidentification.recognizers.generic import credit_card, email, iban, ip, phone

__all__ = ["credit_card", "email", "iban", "ip", "phone"]
