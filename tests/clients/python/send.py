"""Makes the calls of standard input with a client for Python: `send.py CLIENT HOST WRITE_KEY GZIP`."""

import importlib
import json
import sys
from datetime import datetime
from decimal import Decimal

NAMES = {
    "userId": "user_id",
    "anonymousId": "anonymous_id",
    "groupId": "group_id",
    "previousId": "previous_id",
    "messageId": "message_id",
}


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def with_dates(value):
    if isinstance(value, list):
        return [with_dates(inner) for inner in value]
    if isinstance(value, dict):
        return moment(value["$date"]) if "$date" in value else {name: with_dates(inner) for name, inner in value.items()}
    return value


def main():
    client, host, write_key, gzip = sys.argv[1:]
    module = importlib.import_module(f"{client}.analytics.client")
    errors = []
    analytics = module.Client(
        write_key, host=host, gzip=gzip == "true", max_retries=0, on_error=lambda error, _: errors.append(error)
    )
    for call in json.load(sys.stdin):
        kind = call.pop("type")
        arguments = {NAMES.get(name, name): with_dates(value) for name, value in call.items()}
        if "timestamp" in arguments:
            arguments["timestamp"] = moment(arguments["timestamp"])
        getattr(analytics, kind)(**arguments)
    more = {"integer": 123456789012345678901234567890, "decimal": Decimal("18.55")}
    analytics.track(user_id="python", event="Python", properties=more)
    analytics.flush()
    analytics.join()
    if errors:
        sys.exit(f"{errors}")


main()
