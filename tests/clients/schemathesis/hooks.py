"""What schemathesis cannot know of Nora by its description alone."""

import json

import schemathesis

COMPONENT = "#/components/schemas/"


@schemathesis.hook
def before_load_schema(_context, raw_schema):
    """Holds answers to what is described of them: a field that is not described is wrong, too."""
    schemas = raw_schema["components"]["schemas"]
    asked = set()
    for item in raw_schema["paths"].values():
        for operation in item.values():
            reach(operation.get("requestBody"), schemas, asked)
    # Of what is made of several, the whole has fields that a part does not know.
    parts = {part for schema in schemas.values() for whole in all_ofs(schema) for part in refs(whole)}
    for name, schema in schemas.items():
        has_fields = ("properties" in schema or "allOf" in schema) and "additionalProperties" not in schema
        if has_fields and name not in asked and name not in parts:
            schema["unevaluatedProperties"] = False


def reach(node, schemas, found):
    for name in refs(node):
        if name not in found:
            found.add(name)
            reach(schemas[name], schemas, found)


def refs(node):
    """The names of the schemas that this one names anywhere."""
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"].removeprefix(COMPONENT)
        node = node.values()
    if isinstance(node, (list, type({}.values()))):
        for child in node:
            yield from refs(child)


def all_ofs(schema):
    return [{"$ref": part["$ref"]} for part in schema.get("allOf", []) if "$ref" in part]


@schemathesis.deserializer("application/x-ndjson")
def last_line(_context, response):
    """Of an answer in lines, one is described."""
    return json.loads(response.content.decode().splitlines()[-1])


@schemathesis.hook
def before_call(_context, case, _kwargs):
    """Asks what became of each event, and leaves alone what the test itself came in with."""
    if case.method != "GET" and (case.path_parameters or {}).get("id") in ("website", "first-0"):
        case.path_parameters["id"] = "other"
    if case.operation.path == "/v1/batch" and isinstance(case.query, dict):
        case.query["verbose"] = "1"


@schemathesis.check
def described_events_are_accepted(_context, response, case):
    """An event that is as the description says is accepted, or was."""
    is_positive = case.meta is not None and case.meta.generation.mode.is_positive
    if case.operation.path != "/v1/batch" or response.status_code != 200 or not is_positive:
        return
    for event, result in zip(case.body["batch"], response.json()["results"], strict=True):
        assert result["outcome"] in ("accepted", "duplicate"), f"{result} of {json.dumps(event)}"
