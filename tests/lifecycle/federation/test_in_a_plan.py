from __future__ import annotations
from typing import Any
import time
from .conftest import PLANNED

def test_x(federated: Any) -> None:
    s=time.time()
    federated.run("f", **PLANNED)
    print(time.time()-s)
    import json
    c=federated.read("f","run.json")["stages"]["train"]["evidence"]["claims"]
    print(json.dumps(c,indent=1))
    s=time.time()
    federated.run("f", **PLANNED)
    print(time.time()-s)
