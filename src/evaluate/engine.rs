//! The only file that names the Rego engine. One engine for each control, built and not cloned, so that
//! a control that errs hides no other, and with no policy that the control does not reach: this engine
//! goes through all that it has for each look into `data`. The interpreter and not the virtual machine,
//! which loses findings in this version; strict builtin errors on.

use super::catalogue::{CatalogueError, Policy};
use regorus::utils::limits::ExecutionTimerConfig;
use regorus::{Engine as Rego, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::time::Duration;

/// How long one control may run.
const TIME_LIMIT: Duration = Duration::from_secs(20);

/// Policies, compiled, with a standard and an input.
pub struct Engine {
    rego: Rego,
}

/// A JSON document as the engine holds it: read once, and shared by all who are handed it.
#[derive(Debug, Clone)]
pub struct Document(Value);

impl Document {
    /// Reads JSON.
    ///
    /// # Errors
    /// [`EngineError`] where it is none.
    pub fn parse(json: &str) -> Result<Self, EngineError> {
        Value::from_json_str(json).map(Self).map_err(|error| engine_error(&error))
    }

    /// The members of a list; none of anything else.
    pub(super) fn members(&self) -> Vec<Self> {
        self.0.as_array().map(|members| members.iter().cloned().map(Self).collect()).unwrap_or_default()
    }

    /// Whether an object has nothing under `key`.
    pub(super) fn lacks(&self, key: &str) -> bool {
        self.0[&Value::from(key)].as_object().is_ok_and(|object| object.is_empty())
    }

    /// An object.
    pub(super) fn object<'k>(fields: impl Iterator<Item = (&'k str, Self)>) -> Self {
        Self(Value::from(fields.map(|(key, value)| (Value::from(key), value.0)).collect::<BTreeMap<_, _>>()))
    }
}

impl FromIterator<Document> for Document {
    fn from_iter<I: IntoIterator<Item = Self>>(members: I) -> Self {
        Self(Value::from(members.into_iter().map(|member| member.0).collect::<Vec<_>>()))
    }
}

impl From<i64> for Document {
    fn from(number: i64) -> Self {
        Self(Value::from(number))
    }
}

/// Why a control gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct EngineError {
    /// What the engine says.
    pub message: String,
    /// `policies/controls/backup/frequency.rego:12:3`, where it says so.
    pub at: Option<String>,
}

/// What a control says, by rule. A rule that it leaves out is an empty set.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// What it is about.
    pub subjects: BTreeSet<String>,
    /// Proven good.
    pub compliant: BTreeSet<String>,
    /// Lacks anything good.
    pub lacking: BTreeSet<String>,
    /// Proven bad.
    pub violating: BTreeSet<String>,
    /// Cannot be decided, with the reasons.
    pub undetermined: BTreeMap<String, BTreeSet<String>>,
    /// Does not apply, with the reasons.
    pub not_applicable: BTreeMap<String, BTreeSet<String>>,
    /// What is so.
    pub explain: BTreeMap<String, BTreeSet<String>>,
    /// The evidence that it rests on.
    pub cite: BTreeMap<String, BTreeSet<String>>,
    /// What does not change the verdict.
    pub note: BTreeMap<String, BTreeSet<String>>,
    /// The numbers that decided.
    pub measure: BTreeMap<String, BTreeSet<crate::report::Measure>>,
}

/// The lines of one policy, by whether they ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lines {
    /// The policy.
    pub path: String,
    /// Lines that ran.
    pub ran: BTreeSet<u32>,
    /// Lines that did not.
    pub missed: BTreeSet<u32>,
}

impl Engine {
    /// An engine with some policies and the resolved standard as `data.standard`.
    ///
    /// # Errors
    /// [`CatalogueError::Rego`] where a policy does not compile.
    pub fn new<'a>(policies: impl IntoIterator<Item = &'a Policy>, standard: &Document) -> Result<Self, CatalogueError> {
        let mut engine = Self::with_policies(policies)?;
        engine.add(Document::object([("standard", standard.clone())].into_iter()))?;
        Ok(engine)
    }

    /// An engine with some policies and no data.
    ///
    /// # Errors
    /// [`CatalogueError::Rego`] where a policy does not compile.
    pub fn with_policies<'a>(policies: impl IntoIterator<Item = &'a Policy>) -> Result<Self, CatalogueError> {
        let mut rego = Rego::new();
        rego.set_strict_builtin_errors(true);
        if let Some(check_interval) = NonZeroU32::new(1_024) {
            rego.set_execution_timer_config(ExecutionTimerConfig { limit: TIME_LIMIT, check_interval });
        }
        for policy in policies {
            rego.add_policy(policy.path.clone(), policy.source.clone()).map_err(|error| refused(&error))?;
        }
        Ok(Self { rego })
    }

    /// Adds a JSON document under `data`.
    ///
    /// # Errors
    /// [`CatalogueError::Rego`] where it contradicts what is there.
    pub fn add_data(&mut self, json: &str) -> Result<(), CatalogueError> {
        let data = Value::from_json_str(json).map_err(|error| refused(&error))?;
        self.add(Document(data))
    }

    fn add(&mut self, data: Document) -> Result<(), CatalogueError> {
        self.rego.add_data(data.0).map_err(|error| refused(&error))
    }

    /// Sets the input.
    pub fn set_input(&mut self, input: &Document) {
        self.rego.set_input(input.0.clone());
    }

    /// Asks for all that the control `id` says, and for nothing else.
    ///
    /// # Errors
    /// [`EngineError`] where the control errors, runs too long, or a rule has the wrong shape.
    pub fn judge(&mut self, id: &str) -> Result<Said, EngineError> {
        said(&self.query(&format!("data.controls.{id}"))?)
    }

    /// The value of a query; one that is undefined is an error.
    fn query(&mut self, query: &str) -> Result<Value, EngineError> {
        let results = self.rego.eval_query(query.to_owned(), false).map_err(|error| engine_error(&error))?;
        let value =
            results.result.into_iter().next().and_then(|result| result.expressions.into_iter().next()).map(|expression| expression.value);
        match value {
            Some(value) if value != Value::Undefined => Ok(value),
            _ => Err(undefined(query)),
        }
    }

    /// Whether a query is true. False and undefined are both not.
    ///
    /// # Errors
    /// [`EngineError`] where it errors.
    pub fn holds(&mut self, query: &str) -> Result<bool, EngineError> {
        let results = self.rego.eval_query(query.to_owned(), false).map_err(|error| engine_error(&error))?;
        let mut values = results.result.into_iter().flat_map(|result| result.expressions).map(|expression| expression.value);
        Ok(values.next() == Some(Value::Bool(true)))
    }

    /// Turns line coverage on.
    pub fn cover(&mut self) {
        self.rego.set_enable_coverage(true);
    }

    /// Line coverage so far: for each policy the lines that ran and those that did not.
    ///
    /// # Errors
    /// [`EngineError`] where the engine cannot say.
    pub fn coverage(&self) -> Result<Vec<Lines>, EngineError> {
        let report = self.rego.get_coverage_report().map_err(|error| engine_error(&error))?;
        Ok(report.files.into_iter().map(|file| Lines { path: file.path, ran: file.covered, missed: file.not_covered }).collect())
    }
}

/// What a control says, from the value of its package.
fn said(package: &Value) -> Result<Said, EngineError> {
    let rules = package.as_object().map_err(|error| engine_error(&error))?;
    let rule = |name: &str| rules.get(&Value::from(name));
    Ok(Said {
        subjects: names("subjects", rule("subjects"))?,
        compliant: names("compliant", rule("compliant"))?,
        lacking: names("lacking", rule("lacking"))?,
        violating: names("violating", rule("violating"))?,
        undetermined: texts("undetermined", rule("undetermined"))?,
        not_applicable: texts("not_applicable", rule("not_applicable"))?,
        explain: texts("explain", rule("explain"))?,
        cite: texts("cite", rule("cite"))?,
        note: texts("note", rule("note"))?,
        measure: measures(rule("measure"))?,
    })
}

fn undefined(what: &str) -> EngineError {
    EngineError { message: format!("`{what}` is undefined"), at: None }
}

/// A policy that does not compile: its place first, as every other error has it.
fn refused(error: &impl ToString) -> CatalogueError {
    let error = engine_error(error);
    let place = error.at.map(|at| format!("{at}: ")).unwrap_or_default();
    CatalogueError::Rego { message: format!("{place}{}", error.message) }
}

/// The engine's error: its place stands in the text, after an arrow.
fn engine_error(error: &impl ToString) -> EngineError {
    let text = error.to_string();
    let at = text.lines().find_map(|line| line.trim().strip_prefix("--> ")).map(str::to_owned);
    let message = text.lines().rev().find_map(|line| line.strip_prefix("error: ")).or_else(|| text.lines().find(|line| !line.is_empty()));
    let message = message.unwrap_or("the engine gave no reason").trim_end_matches(':');
    // How long it ran to the nanosecond would make two reports of one snapshot differ.
    let too_long = message.contains("exceeded time limit");
    let message = if too_long { format!("it ran longer than {} s and was stopped", TIME_LIMIT.as_secs()) } else { message.to_owned() };
    EngineError { message, at }
}

fn shape(rule: &str, wanted: &str) -> EngineError {
    EngineError { message: format!("the rule `{rule}` has the wrong shape: {wanted}"), at: None }
}

/// A set of strings.
fn names(rule: &str, value: Option<&Value>) -> Result<BTreeSet<String>, EngineError> {
    let Some(value) = value else { return Ok(BTreeSet::new()) };
    let wrong = || shape(rule, "it must be a set of strings");
    let set = value.as_set().map_err(|_| wrong())?;
    set.iter().map(|member| member.as_string().map(|text| text.to_string()).map_err(|_| wrong())).collect()
}

/// An object of sets of strings.
fn texts(rule: &str, value: Option<&Value>) -> Result<BTreeMap<String, BTreeSet<String>>, EngineError> {
    let Some(value) = value else { return Ok(BTreeMap::new()) };
    let wrong = || shape(rule, "it must be an object of sets of strings");
    let object = value.as_object().map_err(|_| wrong())?;
    object.iter().map(|(key, value)| Ok((key.as_string().map_err(|_| wrong())?.to_string(), names(rule, Some(value))?))).collect()
}

/// An object of sets of `{"observed", "required", "unit"}`.
fn measures(value: Option<&Value>) -> Result<BTreeMap<String, BTreeSet<crate::report::Measure>>, EngineError> {
    let Some(value) = value else { return Ok(BTreeMap::new()) };
    let wrong = || shape("measure", "it must hold {\"observed\": integer, \"required\": integer, \"unit\": text}");
    let measure = |value: &Value| {
        let object = value.as_object().ok()?;
        let get = |name: &str| object.get(&Value::from(name));
        Some(crate::report::Measure {
            observed: get("observed")?.as_i64().ok()?,
            required: get("required")?.as_i64().ok()?,
            unit: get("unit")?.as_string().ok()?.to_string(),
            higher_is_better: get("better").and_then(|better| better.as_string().ok()).is_some_and(|better| better.as_ref() == "higher"),
        })
    };
    let object = value.as_object().map_err(|_| wrong())?;
    object
        .iter()
        .map(|(key, set)| {
            let set = set.as_set().map_err(|_| wrong())?;
            let found = set.iter().map(|value| measure(value).ok_or_else(wrong)).collect::<Result<BTreeSet<_>, _>>()?;
            Ok((key.as_string().map_err(|_| wrong())?.to_string(), found))
        })
        .collect()
}
