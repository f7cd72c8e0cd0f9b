"""Postal addresses of China: a gazetteer of places and a grammar from the province down to the room."""

from wuming.deidentification.addresses.reading import find_chinese_addresses

__all__ = ["find_chinese_addresses"]
