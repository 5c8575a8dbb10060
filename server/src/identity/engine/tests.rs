//! The same customers, whatever the order.

mod any_order;
mod fixture;
mod oracle;
mod queries;
mod scenarios;
