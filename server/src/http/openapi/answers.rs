//! The answers that follow from what an operation is: described here, once.

use utoipa::openapi::path::{Operation, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{Content, HeaderBuilder, Ref, ResponseBuilder, SecurityRequirement};

/// Describes what the door and the readers of requests answer before a handler is asked, and what any handler may answer.
pub(super) fn add(path: &str, operation: &mut Operation) {
    for (status, why) in answers(path, operation) {
        let mut answer = ResponseBuilder::new().description(why);
        if matches!(status, "429" | "503") {
            let seconds = ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(1));
            answer = answer.header("Retry-After", HeaderBuilder::new().schema(seconds).description(Some("Seconds.")).build());
        }
        let answer = answer.content("application/json", Content::new(Some(Ref::from_schema_name("ErrorBody"))));
        operation.responses.responses.entry(status.to_owned()).or_insert_with(|| answer.build().into());
    }
}

fn answers(path: &str, operation: &Operation) -> Vec<(&'static str, &'static str)> {
    let names = |name: &str| operation.security.iter().flatten().any(|needed| needs(needed, name));
    let has_query = operation.parameters.iter().flatten().any(|parameter| parameter.parameter_in == ParameterIn::Query);
    // A picture is answered whatever is asked.
    let is_picture = path.contains("/pixel/");
    let mut answers = Vec::new();
    if operation.request_body.is_some() {
        answers.extend([
            ("400", "the body, or a parameter, cannot be used"),
            ("408", "the body came too slowly"),
            ("413", "the body is too large"),
            ("415", "the body is encoded in a way that is not taken"),
        ]);
    }
    if has_query && !is_picture {
        answers.push(("400", "a parameter cannot be read"));
    }
    if names("token") {
        answers.push(("401", "no token, or one that is not valid"));
        answers.push(("503", "not now: again after `Retry-After`"));
        if path != "/v1/session" {
            answers.push(("403", "the token lacks the scope"));
        }
    }
    if names("write_key") || names("write_key_in_query") {
        answers.extend([
            ("401", "no key of a source"),
            ("403", "the origin is not one of the source's, or the token lacks the scope"),
            ("429", "over a quota: again after `Retry-After`"),
            ("503", "nothing was acknowledged: again after `Retry-After`"),
        ]);
    }
    answers
}

fn needs(requirement: &SecurityRequirement, name: &str) -> bool {
    *requirement == SecurityRequirement::new::<_, [&str; 0], &str>(name, [])
}
