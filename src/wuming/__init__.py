"""Wuming: learn from everyone, name no one."""

__version__ = "0.1.0"
