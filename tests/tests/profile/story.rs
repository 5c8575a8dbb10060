//! Forty days of a customer.

use nora_tests::{SECRET_KEY, WRITE_KEY};
use serde_json::{Value, json};

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
const LAPTOP: &str = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Gecko/20100101 Firefox/127.0";

/// Forty days of a customer: days ago, the key it comes with, and the event. `{}` in an id is whose it is.
pub(crate) fn story() -> Vec<(i64, &'static str, Value)> {
    let consent = |advertising: bool| json!({"categoryPreferences": {"Analytics": true, "Advertising": advertising}});
    vec![
        (
            40,
            WRITE_KEY,
            json!({"type": "page", "anonymousId": "a-{}", "context": {
            "page": {"url": "https://shop.example/?utm_campaign=spring", "referrer": "https://news.example/today"},
            "campaign": {"name": "spring", "source": "news"}, "click_ids": {"gclid": "g1"}, "sessionId": "s1", "userAgent": PHONE,
            "locale": "nl-NL", "timezone": "Europe/Amsterdam", "screen": {"width": 390, "height": 844, "density": 3},
            "consent": consent(false)}}),
        ),
        (
            40,
            WRITE_KEY,
            json!({"type": "track", "event": "Product Viewed", "anonymousId": "a-{}", "properties": {"category": "Kilns"},
            "context": {"sessionId": "s1", "userAgent": PHONE}}),
        ),
        (
            39,
            WRITE_KEY,
            json!({"type": "identify", "anonymousId": "a-{}", "userId": "u-{}", "context": {"sessionId": "s2", "userAgent": PHONE},
            "traits": {"name": "Ann", "plan": "free", "address": {"city": "Delft", "street": "Oude Delft"}, "sizes": [38, 39]}}),
        ),
        // The site, which forgot who it is, and the server report the same order.
        (
            39,
            WRITE_KEY,
            json!({"type": "track", "event": "Order Completed", "anonymousId": "a-{}", "context": {"userAgent": PHONE},
            "properties": {"order_id": "o1", "revenue": 90.05, "total": 100.10, "currency": "EUR",
            "products": [{"product_id": "p1", "category": "Kilns"}, {"product_id": "p2", "category": "Bowls"}]}}),
        ),
        (
            39,
            SECRET_KEY,
            json!({"type": "track", "event": "Order Completed", "userId": "u-{}",
            "properties": {"order_id": "o1", "revenue": "90.05", "total": "100.10", "currency": "eur"}}),
        ),
        (
            3,
            WRITE_KEY,
            json!({"type": "page", "userId": "u-{}", "context": {"sessionId": "s3", "userAgent": LAPTOP, "locale": "en-NL",
            "screen": {"width": 1512, "height": 982}, "page": {"url": "https://shop.example/", "referrer": "https://search.example/"}}}),
        ),
        (
            3,
            WRITE_KEY,
            json!({"type": "identify", "userId": "u-{}", "traits": {"plan": "pro", "sizes": [40],
            "address": {"zip": "2611 CD", "street": null}}, "context": {"sessionId": "s3", "userAgent": LAPTOP, "consent": consent(true)}}),
        ),
        (
            3,
            SECRET_KEY,
            json!({"type": "track", "event": "Order Completed", "userId": "u-{}",
            "properties": {"order_id": "o2", "total": "10.10", "currency": "EUR", "products": [{"category": "Bowls"}]}}),
        ),
        (
            2,
            SECRET_KEY,
            json!({"type": "track", "event": "Order Refunded", "userId": "u-{}",
            "properties": {"order_id": "o2", "total": 5.05, "currency": "EUR"}}),
        ),
        (
            2,
            SECRET_KEY,
            json!({"type": "track", "event": "Order Completed", "userId": "u-{}",
            "properties": {"order_id": "o3", "total": 20, "currency": "USD"}}),
        ),
        (
            1,
            SECRET_KEY,
            json!({"type": "track", "event": "Order Updated", "userId": "u-{}",
            "properties": {"order_id": "o3", "total": 19.99, "currency": "USD"}}),
        ),
        (
            2,
            SECRET_KEY,
            json!({"type": "track", "event": "Order Completed", "userId": "u-{}", "properties": {"order_id": "o4", "total": 500}}),
        ),
        (1, SECRET_KEY, json!({"type": "track", "event": "Order Cancelled", "userId": "u-{}", "properties": {"order_id": "o4"}})),
        (1, SECRET_KEY, json!({"type": "identify", "userId": "u-{}", "traits": {"plan": null}})),
    ]
}
