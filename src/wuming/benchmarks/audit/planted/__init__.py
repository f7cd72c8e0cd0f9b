"""Mechanisms with one planted fault each, and the same mechanisms without it. Never use a broken one."""
