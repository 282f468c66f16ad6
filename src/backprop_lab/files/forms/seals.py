"""The form of report/register.json, and of what claims.json repeats of it."""

from __future__ import annotations

from typing import Any

from backprop_lab.files.forms.document import DocumentForm
from backprop_lab.files.forms.kinds import FLAG, FROM_ONE, MAY_TEXT, TEXT, Kind, Text
from backprop_lab.files.forms.structures import Anything, Items, Record, Scalar

#: What `claims.register.Register.judge` says of a part that decides; builds of earlier commits,
#: which are read to be compared, do not have it.
_RESULTS_EXISTED = Text(choices=("no", "yes", "unknown"))
_COMMIT = Text(pattern="[0-9a-f]{40}([0-9a-f]{24})?")
SEALED: dict[str, Kind] = {
    "seal": Record(
        {
            "label": Text(choices=("before_results", "sealed", "post_hoc")),
            "commit": _COMMIT,
            "date": TEXT,
            "results_existed": _RESULTS_EXISTED,
            "amendments": Items(
                Record(
                    {
                        "commit": _COMMIT,
                        "date": TEXT,
                        "changed": Items(TEXT),
                        "reason": MAY_TEXT,
                        "results_existed": _RESULTS_EXISTED,
                    }
                )
            ),
        },
        may={"by_rule": FLAG},
    ),
    "lacks": Items(Record({"what": TEXT, "registered": Scalar(), "found": Anything()})),
}

# --- register.json: `builds.registration.write_register` writes it -------------------------

_SEAL = Record(
    {
        "commit": _COMMIT,
        "date": TEXT,
        "digest": Text(pattern="[0-9a-f]{64}", optional=True),
        "results_existed": _RESULTS_EXISTED,
    },
    may={"changed": Items(TEXT), "reason": MAY_TEXT},
)
_SETTING = Record({"variants": Items(TEXT)}, may={"pick": TEXT, "over": TEXT})


_SEALS: dict[str, Kind] = {"seals": Items(_SEAL)}


def _has_seals(content: dict[str, Any]) -> str:
    """Say which criterion, or whether the rule, has no seal, or ""."""
    for name, one in content["criteria"].items():
        if not one["seals"]:
            return f"criteria.{name}.seals is empty"
    if "sequential" in content and not content["sequential"]["seals"]:
        return "sequential.seals is empty"
    return ""


REGISTER = DocumentForm(
    Record(
        {
            "split": TEXT,
            "seeds": FROM_ONE,
            "settings": Record(others=_SETTING),
            "criteria": Record(
                others=Record(
                    {
                        "decides": Record(
                            {"kind": TEXT},
                            may=dict.fromkeys(("setting", "first", "second"), TEXT),
                            others=Anything(),
                            optional=True,
                        ),
                        **_SEALS,
                    }
                )
            ),
        },
        may={"sequential": Record({"decides": Record(others=Anything(), optional=True), **_SEALS})},
    ),
    also=_has_seals,
    remedy="take it back from git: git checkout -- {path}",
)
