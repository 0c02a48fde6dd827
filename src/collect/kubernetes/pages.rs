//! A whole list, page by page. What a server says of its own list is held against it: one version of the
//! list over all pages, as many objects as it announced, none twice. A list that does not add up is no list.

use super::api::{Answer, Api, JSON, Question};
use super::discovery::{not_json, strange};
use super::trim::{self, Shape};
use super::{MAX_OBJECTS, PAGE};
use crate::collect::fault::Fault;
use crate::collect::objects::Object;
use serde::Deserialize;
use serde_json::Value;
use std::collections::HashSet;
use tokio::time::Instant;

/// How a table is asked for: rows of what is shown, and no object, so that no value crosses the wire.
const TABLE: &str = "application/json;as=Table;g=meta.k8s.io;v=v1";
/// How names and labels are asked for, without the objects.
const METADATA: &str = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1";

/// One list to be read.
pub(super) struct List<'a> {
    /// `/apis/batch/v1/jobs`.
    pub(super) path: String,
    /// What its objects are.
    pub(super) shape: Shape<'a>,
    /// The right that it needs.
    pub(super) right: crate::collect::fault::Right,
}

/// Reads all of a list. After a 410 it starts anew, once: half of one moment and half of another is no list.
pub(super) async fn read(api: &Api, list: &List<'_>, until: Instant) -> Result<Vec<Object>, Fault> {
    match whole(api, list, until).await {
        Err(Fault::Gone) => whole(api, list, until).await,
        other => other,
    }
}

async fn whole(api: &Api, list: &List<'_>, until: Instant) -> Result<Vec<Object>, Fault> {
    let mut objects = Vec::new();
    let mut seen = HashSet::new();
    let mut next = String::new();
    let mut version: Option<String> = None;
    let mut announced: Option<usize> = None;
    loop {
        let page = page(api, list, &next, until).await?;
        if *version.get_or_insert_with(|| page.version.clone()) != page.version {
            return Err(Fault::Strange("its pages are of different versions of the list".to_owned()));
        }
        for item in page.items {
            // A row of a table has no uid; all of them are of one namespace.
            let identity = if item.uid.is_empty() { item.object.reference() } else { item.uid };
            if !seen.insert(identity) {
                return Err(Fault::Strange("the same object is in it twice".to_owned()));
            }
            objects.push(item.object);
        }
        let left = page.remaining.map(|remaining| objects.len().saturating_add(remaining));
        announced = announced.or(left);
        if objects.len() > MAX_OBJECTS {
            return Err(Fault::Truncated(format!("there are more than {MAX_OBJECTS} objects")));
        }
        if page.next.is_empty() {
            return match announced {
                Some(announced) if announced != objects.len() => {
                    Err(Fault::Truncated(format!("the server announced {announced} objects and gave {}", objects.len())))
                }
                _ => Ok(objects),
            };
        }
        if next == page.next {
            return Err(Fault::Strange("its pages lead in a circle".to_owned()));
        }
        next = page.next;
    }
}

/// One page.
struct Page {
    items: Vec<trim::Item>,
    version: String,
    next: String,
    remaining: Option<usize>,
}

async fn page(api: &Api, list: &List<'_>, next: &str, until: Instant) -> Result<Page, Fault> {
    let mut path = format!("{}?limit={PAGE}", list.path);
    if !next.is_empty() {
        path.push_str("&continue=");
        path.push_str(&escaped(next));
    }
    let accept = match list.shape {
        Shape::Table { .. } => {
            path.push_str("&includeObject=None");
            TABLE
        }
        Shape::Metadata { .. } => METADATA,
        Shape::Objects { .. } => JSON,
    };
    let answer = api.get(&Question { path: &path, accept, right: list.right.clone() }, until).await?;
    parse(&answer, &list.shape)
}

#[derive(Deserialize)]
struct RawPage {
    #[serde(default)]
    kind: String,
    metadata: RawMeta,
    items: Option<Vec<Value>>,
    rows: Option<Vec<Value>>,
    #[serde(default, rename = "columnDefinitions")]
    columns: Vec<trim::Column>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMeta {
    #[serde(default)]
    resource_version: String,
    #[serde(default)]
    r#continue: String,
    remaining_item_count: Option<usize>,
}

/// A page of the right form: a list that is there (an `items: null` is none), of a stated version.
fn parse(answer: &Answer, shape: &Shape<'_>) -> Result<Page, Fault> {
    if !answer.content_type.starts_with(JSON) {
        return Err(strange(&answer.content_type));
    }
    let raw: RawPage = serde_json::from_slice(&answer.body).map_err(|_| not_json())?;
    let table = matches!(shape, Shape::Table { .. });
    let wanted = if table { raw.kind == "Table" } else { raw.kind.ends_with("List") };
    let values = if table { raw.rows } else { raw.items };
    let (Some(values), true) = (values, wanted) else { return Err(Fault::Strange("the answer holds no list".to_owned())) };
    if raw.metadata.resource_version.is_empty() {
        return Err(Fault::Strange("the list has no version".to_owned()));
    }
    let items: Option<Vec<trim::Item>> = values.into_iter().map(|value| trim::item(value, shape, &raw.columns)).collect();
    let items = items.ok_or_else(|| Fault::Strange("an object in the list has no name".to_owned()))?;
    Ok(Page { items, version: raw.metadata.resource_version, next: raw.metadata.r#continue, remaining: raw.metadata.remaining_item_count })
}

/// A token as a part of a query.
fn escaped(token: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~');
    token.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(body: &str) -> Answer {
        Answer { body: body.as_bytes().to_vec(), content_type: "application/json".to_owned() }
    }

    #[test]
    fn what_is_no_list_is_never_an_empty_one() {
        let shape = Shape::Objects { group: "batch", version: "v1", kind: "Job", keep: crate::collect::objects::kinds::Keep::Whole };
        for (body, fault) in [
            (r#"{"kind":"JobList","metadata":{"resourceVersion":"1"},"items":null}"#, "holds no list"),
            (r#"{"kind":"JobList","metadata":{"resourceVersion":"1"}}"#, "holds no list"),
            (r#"{"kind":"Status","metadata":{},"items":[]}"#, "holds no list"),
            (r#"{"kind":"JobList","metadata":{},"items":[]}"#, "has no version"),
            (r#"{"kind":"JobList","metadata":{"resourceVersion":"1"},"items":[{}]}"#, "has no name"),
            (r#"{"kind":"JobList","metadata":{"resourceVersion":"1"},"items":["#, "no whole JSON"),
            ("{}", "no whole JSON"),
        ] {
            let text = parse(&answer(body), &shape).err().map(|fault| fault.to_string()).unwrap_or_default();
            assert!(text.contains(fault), "{body}: {text}");
        }
        assert!(parse(&answer(r#"{"kind":"JobList","metadata":{"resourceVersion":"1"},"items":[]}"#), &shape).is_ok());
        let html = Answer { body: b"<html>".to_vec(), content_type: "text/html".to_owned() };
        assert!(parse(&html, &shape).is_err());
    }

    #[test]
    fn a_token_goes_into_a_query_whole() {
        assert_eq!(escaped("a+b/c=&d"), "a%2Bb%2Fc%3D%26d");
    }
}
