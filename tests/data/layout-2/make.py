"""Sends what the directory holds to a server: python3 make.py http://127.0.0.1:8080 (see README.md)."""

import base64
import json
import sys
import urllib.request


def call(method, path, body, authorization):
    request = urllib.request.Request(sys.argv[1] + path, method=method, data=json.dumps(body).encode())
    request.add_header("authorization", authorization)
    request.add_header("content-type", "application/json")
    return urllib.request.urlopen(request).read()


def basic(key):
    return "Basic " + base64.b64encode(f"{key}:".encode()).decode()


PUBLIC, SECRET, OWNER = basic("wk_black_box"), basic("sk_black_box"), "Bearer nt_black_box"


def event(number):
    person, kind = number % 12, number % 5
    event = {
        "messageId": f"old-{number}",
        "anonymousId": f"visitor-{person}",
        "timestamp": f"2026-0{1 + number % 9}-{1 + number % 28:02d}T10:{number % 60:02d}:00.000Z",
    }
    product = {"sku": f"sku-{number % 9}", "price": 9.5 + number % 4, "category": "Games"}
    order = {"order_id": f"order-{number}", "total": 20.25 + number % 3, "currency": "EUR"}
    order["products"] = [{"sku": "sku-1", "price": 20.25, "quantity": 1}]
    traits = {"email": f"person{person}@example.com", "name": f"Person {person}", "city": ["Delft", "Gouda"][number % 2]}
    user = {"userId": f"user-{person}"}
    return event | [
        {"type": "page", "name": "Home", "properties": {"path": f"/p/{number % 7}", "title": "Old"}},
        {"type": "track", "event": "Product Viewed", "properties": product},
        user | {"type": "identify", "traits": traits},
        user | {"type": "track", "event": "Order Completed", "properties": order},
        user | {"type": "track", "event": "Newsletter Opened"},
    ][kind]


for batch in range(60):
    events = [event(number) for number in range(batch * 30, batch * 30 + 30)]
    call("POST", "/v1/batch", {"batch": events}, PUBLIC if batch % 2 else SECRET)
march = {"timestamp": "2026-03-01T00:00:00.000Z"}
large = {"text": "abcdefghij" * 2500}
last = [
    march | {"messageId": "typo", "type": "identify", "userId": "user-3", "traits": {"email": "person4@example.com"}},
    march | {"messageId": "alias", "type": "alias", "userId": "user-5", "previousId": "user-6"},
    march | {"messageId": "large", "type": "track", "event": "Large", "userId": "user-7", "properties": large},
    {"messageId": "held", "type": "track", "event": "Nobody"},
]
call("POST", "/v1/batch", {"batch": last}, PUBLIC)
pair = {"a": "user_id:user-3", "b": "email:person4@example.com"}
call("POST", "/v1/identity/sever", pair | {"set_aside": True, "note": "mistyped"}, OWNER)
call("POST", "/v1/identity/block", {"identifier": "email:person8@example.com", "note": "a test address"}, OWNER)
