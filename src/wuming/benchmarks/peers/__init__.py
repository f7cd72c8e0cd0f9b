"""Contestants that are not ours. Each runs in an environment of its own, made from the list of the same name.

A script here imports its peer, the standard library and the workloads of its bench, and is started as a module.
"""
