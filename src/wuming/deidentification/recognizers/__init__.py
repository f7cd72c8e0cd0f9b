"""The recognisers, one file an identifier; importing this package registers them all."""

from wuming.deidentification.recognizers import cn, generic, us

__all__ = ["cn", "generic", "us"]
