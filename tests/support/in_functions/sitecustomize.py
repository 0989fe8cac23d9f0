"""Python runs this when it starts: inside a function on the emulator, it writes down what the function calls.

RINGBACK_CALLS names the file, a JSON line for each kind of call: function, action, resource.
"""

import json
import os
import re
from typing import Any


def _listen(file: str, name: str) -> None:
    import needs  # type: ignore[import-not-found]  # beside this file, in the functions
    from botocore.client import BaseClient

    logical = name.split("-")[1] if "-" in name else name
    function = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", logical.replace("API", "Api")).lower()
    real = BaseClient._make_api_call  # type: ignore[attr-defined]
    known: set[tuple[str, str]] = set()

    def listening(self: Any, operation: str, given: Any) -> Any:
        for need in needs.needs(self.meta.service_model.service_name, operation, given):
            if need not in known:
                known.add(need)
                with open(file, "a") as out:  # noqa: PTH123 - one write of one line, so that processes may share it
                    out.write(json.dumps([function, *need]) + "\n")
        return real(self, operation, given)

    BaseClient._make_api_call = listening  # type: ignore[attr-defined]


if os.environ.get("RINGBACK_CALLS") and os.environ.get("AWS_LAMBDA_FUNCTION_NAME"):
    _listen(os.environ["RINGBACK_CALLS"], os.environ["AWS_LAMBDA_FUNCTION_NAME"])
