"""Records of models as `fovea models add` takes them, and the metadata that goes with them into the ONNX file."""

import json
import re

SIDES = ("inputs", "outputs")
PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
RESERVED = {"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
ORDER = (
    *("task", "profile", "file", "sha256", "bytes", "licence", "source", "citation"),
    *("mpp", "tile", *SIDES, "vocabulary", "memory", "metadata"),
)

DEEPCELL = {
    "id": "DeepCell modified Apache-2.0, non-commercial academic use",
    "commercial": False,
    "accept": True,
    "url": "https://users.deepcell.org/",
}
CC_BY = {"id": "CC-BY-4.0", "commercial": True, "url": "https://creativecommons.org/licenses/by/4.0/"}


def metadata_of(record, **more):
    """What the ONNX file says of itself; the record repeats it, so that Fovea compares the two before every use."""
    facts = {"fovea.task": record["task"], "fovea.profile": record["profile"]}
    channels = record["inputs"][0].get("channels")
    if "vocabulary" in record:
        facts["fovea.vocabulary"] = ",".join(record["vocabulary"])
    if channels is not None:
        facts["fovea.channels"] = ",".join(channels)
    described = [f"{each['name']}={','.join(each.get('classes', [each['role']]))}" for each in record["outputs"]]
    facts["fovea.outputs"] = ";".join(described)
    if "mpp" in record:
        facts["fovea.mpp"] = json.dumps(record["mpp"])
    facts["fovea.licence"] = record["licence"]["id"]
    return facts | {f"fovea.{key}": value for key, value in more.items()}


def scalar(value):
    if isinstance(value, str) and PLAIN.fullmatch(value) and value.lower() not in RESERVED:
        return value
    return json.dumps(value, ensure_ascii=False)


def flow(value):
    """A value on one line."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{scalar(key)}: {flow(each)}" for key, each in value.items()) + " }"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def record_text(record):
    """A record as YAML, tensors and metadata line by line. The same text, indented under a name, is an entry of a models file."""
    unknown = set(record) - set(ORDER)
    if unknown:
        raise ValueError(f"a record has no {', '.join(sorted(unknown))}")
    lines = []
    for key in ORDER:
        if key not in record:
            continue
        value = record[key]
        if key in SIDES:
            lines += [f"{key}:", *(f"  - {flow(each)}" for each in value)]
        elif key == "metadata":
            lines += [f"{key}:", *(f"  {scalar(name)}: {flow(each)}" for name, each in value.items())]
        else:
            lines.append(f"{key}: {flow(value)}")
    return "\n".join(lines) + "\n"
