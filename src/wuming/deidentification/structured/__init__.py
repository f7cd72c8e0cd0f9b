"""Personal data in JSON, JSONL, CSV, Parquet and chats: found by content, name and path, replaced in place.

What is not replaced stays byte for byte where the format has bytes of its own (JSON, CSV, text).
"""
