"""What to look for and what to do with it, by type, in one YAML file; with ready profiles.

Empty on purpose: the detector imports `rules` alone, and `loading` imports the detector.
"""
