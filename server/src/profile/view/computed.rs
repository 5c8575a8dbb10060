//! What follows from a customer's events.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use crate::profile::delivery::Arrived;
use crate::profile::device::{Device, Form};
use crate::profile::fragment::Fragment;
use crate::profile::money::{Currency, Sum};
use crate::profile::rfm::Rfm;
use crate::profile::touch::Touch;
use crate::time::Millis;

/// Categories that are shown, the highest scores.
const CATEGORIES: usize = 10;

/// What follows from a customer's events. Money is by currency (ISO 4217, `XXX` where the events name none), as exact decimals.
#[derive(Debug, Serialize, ToSchema)]
pub struct Computed {
    /// How often each event was seen.
    pub event_counts: BTreeMap<String, u64>,
    /// Visits; beyond 1,024 an estimate.
    pub sessions: u64,
    /// Pages and screens seen.
    pub page_views: u64,
    /// Days (UTC) with at least one event.
    pub active_days: u64,
    /// The same, of the last 30 days.
    pub active_days_30d: u64,
    /// Orders, each order id once, without cancelled ones; beyond 1,000 an estimate, as all that follows from orders.
    pub orders: u64,
    /// Orders that were cancelled.
    pub cancelled_orders: u64,
    /// What the orders brought, less refunds: of each order `revenue`, else `total`, else `value`, as its last event says.
    #[schema(value_type = BTreeMap<String, f64>)]
    pub revenue: Money,
    /// What was given back, never more of an order than it brought.
    #[schema(value_type = BTreeMap<String, f64>)]
    pub refunds: Money,
    /// What an order brings on average, before refunds; rounded to hundredths.
    #[schema(value_type = BTreeMap<String, f64>)]
    pub average_order_value: Money,
    /// The time of the first order.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub first_order_at: Option<Millis>,
    /// The time of the last order.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub last_order_at: Option<Millis>,
    /// Where the customer came from first.
    #[schema(value_type = Option<Object>)]
    pub first_touch: Option<TouchView>,
    /// Where the customer came from last.
    #[schema(value_type = Option<Object>)]
    pub last_touch: Option<TouchView>,
    /// The devices that were used, the last first; at most eight.
    pub devices: Vec<DeviceView>,
    /// The last language, such as `nl-NL`.
    pub locale: Option<String>,
    /// The last time zone, such as `Europe/Amsterdam`.
    pub timezone: Option<String>,
    /// The last screen, as `width`x`height` in CSS pixels.
    pub screen: Option<String>,
    /// What the customer is drawn to, most first; at most ten.
    pub category_affinities: Vec<CategoryAffinity>,
    /// What kind of customer this is; `null` without events.
    pub rfm: Option<Rfm>,
    /// Whether everything that the customer's browsers numbered has arrived.
    pub delivery: Arrived,
}

/// Sums by currency.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct Money(BTreeMap<String, Sum>);

/// How a visit came about.
#[derive(Debug, Serialize)]
pub struct TouchView {
    at: Millis,
    campaign: Option<Box<RawValue>>,
    referrer: Option<String>,
    page: Option<String>,
    click_ids: Option<Box<RawValue>>,
}

/// A device, as far as its events say.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeviceView {
    /// `desktop`, `mobile`, `tablet` or `bot`.
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    /// The operating system.
    os: Option<String>,
    /// The browser.
    browser: Option<String>,
    /// The model.
    model: Option<String>,
    /// The time of its last event.
    #[schema(value_type = String, format = DateTime)]
    last_seen: Millis,
}

/// How much a category of products draws a customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct CategoryAffinity {
    /// The category, as the events name it.
    category: String,
    /// Lists seen and products clicked count 1, products seen 2, wished 4, added to the cart 5, ordered 10; half after 30 days.
    score: f64,
}

impl Computed {
    pub(super) fn of(sum: Fragment, now: Millis) -> Computed {
        let orders = sum.orders.totals();
        let rfm = match (orders.orders, orders.last_at) {
            (1.., Some(last)) => Some(Rfm::of_orders(orders.orders, Millis(last), &orders.revenue, now)),
            _ => (sum.event_count > 0).then(|| Rfm::of_activity(sum.days.count(), sum.last_seen(), now)),
        };
        let (first_touch, last_touch) = sum.touches.into_first_and_last();
        let affinities = sum.affinities.top(CATEGORIES, now).into_iter();
        Computed {
            event_counts: sum.events,
            sessions: sum.sessions.count(),
            page_views: sum.page_views,
            active_days: sum.days.count(),
            active_days_30d: sum.days.count_of_last(30, now),
            orders: orders.orders,
            cancelled_orders: orders.cancelled,
            revenue: orders.revenue.into(),
            refunds: orders.refunds.into(),
            average_order_value: orders.average.into(),
            first_order_at: orders.first_at.map(Millis),
            last_order_at: orders.last_at.map(Millis),
            first_touch: first_touch.map(TouchView::from),
            last_touch: last_touch.map(TouchView::from),
            devices: sum.devices.devices.into_latest().into_iter().map(DeviceView::from).collect(),
            locale: sum.devices.locales.into_last(),
            timezone: sum.devices.timezones.into_last(),
            screen: sum.devices.screens.into_last().map(|(width, height)| format!("{width}x{height}")),
            category_affinities: affinities.map(|(category, score)| CategoryAffinity { category, score }).collect(),
            rfm,
            delivery: sum.delivery.arrived(),
        }
    }
}

impl From<BTreeMap<Currency, Sum>> for Money {
    fn from(sums: BTreeMap<Currency, Sum>) -> Money {
        Money(sums.into_iter().map(|(currency, sum)| (currency.to_string(), sum)).collect())
    }
}

impl From<Touch> for TouchView {
    fn from(touch: Touch) -> TouchView {
        let raw = |json: String| RawValue::from_string(json).ok();
        TouchView {
            at: Millis(touch.at),
            campaign: touch.campaign.and_then(raw),
            referrer: touch.referrer,
            page: touch.page,
            click_ids: touch.click_ids.and_then(raw),
        }
    }
}

impl From<(Device, i64)> for DeviceView {
    fn from((device, at): (Device, i64)) -> DeviceView {
        let known = |text: String| (!text.is_empty()).then_some(text);
        let kind = match device.form {
            Form::Unknown => None,
            Form::Desktop => Some("desktop"),
            Form::Mobile => Some("mobile"),
            Form::Tablet => Some("tablet"),
            Form::Bot => Some("bot"),
        };
        DeviceView { kind, os: known(device.os), browser: known(device.browser), model: known(device.model), last_seen: Millis(at) }
    }
}
