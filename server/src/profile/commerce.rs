//! What an event says of shopping, by the names of Segment's
//! [e-commerce spec](https://segment.com/docs/connections/spec/ecommerce/v2/).

use nora_shared::event::{Event, Json, Text, text_of};

use super::bounded::hash_of;
use super::money::{Amount, Currency};
use crate::log::Record;

/// The longest name of a category, in bytes: what is longer is none.
const CATEGORY_BYTES: usize = 200;

/// Products of one event that are looked at.
const PRODUCTS: usize = 200;

/// What happened in a shop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    ListViewed,
    ProductClicked,
    ProductViewed,
    ProductWished,
    ProductAdded,
    OrderCompleted,
    OrderUpdated,
    OrderRefunded,
    OrderCancelled,
}

/// The properties of such an event.
#[derive(Debug)]
pub(super) struct Purchase {
    /// Which order, by hash.
    pub(super) order: u64,
    /// What it brought, or what was given back.
    pub(super) amount: Option<Amount>,
    pub(super) currency: Currency,
    /// The categories of its products, each once.
    pub(super) categories: Vec<String>,
}

impl Step {
    /// As Segment's own destinations do, whatever the case, with blanks, `_` or nothing between the words, and with the names of the
    /// first version of the spec, which had the verb first.
    pub(super) fn of(event: &str) -> Option<Step> {
        const LONGEST: usize = "productaddedtowishlist".len();
        let mut name = [0; LONGEST];
        let mut length = 0;
        for byte in event.bytes().filter(|byte| !matches!(byte, b' ' | b'_')) {
            *name.get_mut(length)? = byte.to_ascii_lowercase();
            length += 1;
        }
        Some(match name.get(..length)? {
            b"productlistviewed" | b"viewedproductcategory" => Step::ListViewed,
            b"productclicked" | b"clickedproduct" => Step::ProductClicked,
            b"productviewed" | b"viewedproduct" => Step::ProductViewed,
            b"productaddedtowishlist" => Step::ProductWished,
            b"productadded" | b"addedproduct" => Step::ProductAdded,
            b"ordercompleted" | b"completedorder" => Step::OrderCompleted,
            b"orderupdated" | b"updatedorder" => Step::OrderUpdated,
            b"orderrefunded" | b"refundedorder" => Step::OrderRefunded,
            b"ordercancelled" | b"ordercanceled" | b"cancelledorder" => Step::OrderCancelled,
            _ => return None,
        })
    }
}

impl Purchase {
    /// Reads the properties.
    ///
    /// The amount is `revenue`, which the spec defines as what the order brought without shipping and tax; where it is absent, `total`;
    /// where that is, too, `value`. An order without an id is one of its own: the message id stands for it.
    pub(super) fn read(record: &Record, event: &Event<'_>) -> Purchase {
        let (mut order, mut currency) = (None, Currency::UNKNOWN);
        let [mut revenue, mut total, mut value] = [None; 3];
        let mut categories = Vec::new();
        for (name, raw) in event.properties.into_iter().flat_map(Json::fields) {
            match &*name {
                "order_id" | "orderId" => order = Text::read(raw).as_str().map(|id| hash_of(id.trim())).or(order),
                "revenue" => revenue = Amount::read(raw),
                "total" => total = Amount::read(raw),
                "value" => value = Amount::read(raw),
                "currency" => currency = Text::read(raw).as_str().map_or(Currency::UNKNOWN, Currency::read),
                "category" => categories.extend(Text::read(raw).as_str().and_then(category)),
                "products" => categories.extend(categories_of(raw)),
                _ => {}
            }
        }
        categories.sort();
        categories.dedup();
        let order = order.unwrap_or_else(|| hash_of(&record.message_id));
        Purchase { order, amount: revenue.or(total).or(value), currency, categories }
    }
}

fn categories_of(products: Json<'_>) -> Vec<String> {
    products.elements().take(PRODUCTS).filter_map(|product| category(&text_of(Some(product), "category")?)).collect()
}

fn category(text: &str) -> Option<String> {
    let text = text.trim();
    (!text.is_empty() && text.len() <= CATEGORY_BYTES).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_in_every_spelling() {
        for name in ["Order Completed", "order completed", "order_completed", "OrderCompleted", "Completed Order"] {
            assert_eq!(Step::of(name), Some(Step::OrderCompleted), "{name}");
        }
        assert_eq!(Step::of("Product Added to Wishlist"), Some(Step::ProductWished));
        for name in ["", "Order", "Order Completed Twice", "page", "Produit ajouté", &"x".repeat(200)] {
            assert_eq!(Step::of(name), None, "{name}");
        }
    }
}
