//! The fields of a calendar expression as bit sets, read the way robfig does.

use super::{CronError, Dialect};

/// Set when the field holds a star: then the other day field alone decides.
const STAR: u64 = 1 << 63;

/// One field of an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
}

impl Part {
    /// In the order in which they are written.
    pub(super) const ALL: [Self; 6] = [Self::Second, Self::Minute, Self::Hour, Self::DayOfMonth, Self::Month, Self::DayOfWeek];

    fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
        }
    }

    fn allowed(self) -> &'static str {
        match self {
            Self::Second | Self::Minute => "0-59",
            Self::Hour => "0-23",
            Self::DayOfMonth => "1-31",
            Self::Month => "1-12 or JAN-DEC",
            Self::DayOfWeek => "0-6 or SUN-SAT (Sunday is 0)",
        }
    }

    fn bounds(self) -> (u64, u64) {
        match self {
            Self::Second | Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::DayOfWeek => (0, 6),
        }
    }

    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Second | Self::Minute | Self::Hour | Self::DayOfMonth => &[],
            Self::Month => &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
            Self::DayOfWeek => &["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
        }
    }

    /// Every value the field takes.
    pub(super) fn full(self) -> u64 {
        let (low, high) = self.bounds();
        bits(low, high, 1)
    }
}

/// The values on which a calendar schedule runs. Bit n stands for value n.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    pub(super) second: u64,
    pub(super) minute: u64,
    pub(super) hour: u64,
    pub(super) dom: u64,
    pub(super) month: u64,
    pub(super) dow: u64,
    either_day: EitherDay,
    dialect: Dialect,
}

/// Which day fields hold a star.
#[derive(Debug, Clone, Default)]
struct EitherDay {
    dom_star: bool,
    dow_star: bool,
}

impl Fields {
    /// Second zero, everything else free.
    pub(super) fn new(dialect: Dialect) -> Self {
        Self {
            second: 1,
            minute: Part::Minute.full(),
            hour: Part::Hour.full(),
            dom: Part::DayOfMonth.full(),
            month: Part::Month.full(),
            dow: Part::DayOfWeek.full(),
            either_day: EitherDay { dom_star: true, dow_star: true },
            dialect,
        }
    }

    pub(super) fn set_dialect(&mut self, dialect: Dialect) {
        self.dialect = dialect;
    }

    /// v3 repairs a midnight that a clock change removed. v1 does not, and then
    /// misses runs in zones that change at midnight.
    pub(super) fn is_v3(&self) -> bool {
        match self.dialect {
            Dialect::CronJob | Dialect::Velero => true,
            Dialect::CloudNativePg => false,
        }
    }

    /// Whether a day must satisfy both day fields (else one is enough).
    pub(super) fn both_days(&self) -> bool {
        self.either_day.dom_star || self.either_day.dow_star
    }

    pub(super) fn day_matches(&self, day: i64, weekday: i64) -> bool {
        let dom = has(self.dom, day);
        let dow = has(self.dow, weekday);
        if self.both_days() { dom && dow } else { dom || dow }
    }

    /// A field of commas alone is legal and matches nothing.
    pub(super) fn never_in_a_day(&self) -> bool {
        [self.second, self.minute, self.hour, self.month].contains(&0)
    }

    /// The first matching second of the day at or after `from`.
    pub(super) fn first_from(&self, from: i64) -> Option<i64> {
        let (h, m, s) = (from / 3600, from / 60 % 60, from % 60);
        if has(self.hour, h) {
            if has(self.minute, m)
                && let Some(s) = at_or_after(self.second, s)
            {
                return Some(h * 3600 + m * 60 + s);
            }
            if let Some(m) = at_or_after(self.minute, m + 1) {
                return Some(h * 3600 + m * 60 + at_or_after(self.second, 0)?);
            }
        }
        let h = at_or_after(self.hour, h + 1)?;
        Some(h * 3600 + at_or_after(self.minute, 0)? * 60 + at_or_after(self.second, 0)?)
    }

    /// The last matching second of the day before `limit`.
    pub(super) fn last_before(&self, limit: i64) -> Option<i64> {
        let to = limit - 1;
        if to < 0 {
            return None;
        }
        let (h, m, s) = (to / 3600, to / 60 % 60, to % 60);
        if has(self.hour, h) {
            if has(self.minute, m)
                && let Some(s) = at_or_before(self.second, s)
            {
                return Some(h * 3600 + m * 60 + s);
            }
            if let Some(m) = at_or_before(self.minute, m - 1) {
                return Some(h * 3600 + m * 60 + at_or_before(self.second, 59)?);
            }
        }
        let h = at_or_before(self.hour, h - 1)?;
        Some(h * 3600 + at_or_before(self.minute, 59)? * 60 + at_or_before(self.second, 59)?)
    }

    /// Reads one field: a list of ranges. Empty list items are skipped.
    pub(super) fn read(&mut self, part: Part, word: &str, offset: usize) -> Result<(), CronError> {
        let mut set = 0;
        let mut at = offset;
        for piece in word.split(',') {
            if !piece.is_empty() {
                set |= self.range(part, piece).map_err(|problem| CronError::Field {
                    field: part.name(),
                    piece: piece.to_owned(),
                    problem,
                    allowed: part.allowed(),
                    offset: at,
                })?;
            }
            at += piece.len() + 1;
        }
        let star = set & STAR != 0;
        let set = set & !STAR;
        match part {
            Part::Second => self.second = set,
            Part::Minute => self.minute = set,
            Part::Hour => self.hour = set,
            Part::DayOfMonth => {
                self.dom = set;
                self.either_day.dom_star = star;
            }
            Part::Month => self.month = set,
            Part::DayOfWeek => {
                self.dow = set;
                self.either_day.dow_star = star;
            }
        }
        Ok(())
    }

    fn range(&self, part: Part, piece: &str) -> Result<u64, String> {
        let (min, max) = part.bounds();
        let (span, step) = match piece.split_once('/') {
            None => (piece, None),
            Some((_, step)) if step.contains('/') => return Err("more than one `/`".to_owned()),
            Some((span, step)) => (span, Some(number(step)?)),
        };
        let (low, high) = match span.split_once('-') {
            None => (span, None),
            Some((low, high)) => (low, Some(high)),
        };
        let mut star = 0;
        let (start, end) = if low == "*" || low == "?" {
            star = STAR;
            // robfig does not look at what follows `*-`.
            (min, max)
        } else {
            let start = number_or_name(low, part)?;
            match high {
                // `N/step` means `N-max/step`.
                None if step.is_some() => (start, max),
                None => (start, start),
                Some(high) if high.contains('-') => return Err("more than one `-`".to_owned()),
                Some(high) => (start, number_or_name(high, part)?),
            }
        };
        if start < min {
            return Err(format!("{start} is too small"));
        }
        if end > max {
            return Err(format!("{end} is too large"));
        }
        if start > end {
            return Err(if high.is_some() { format!("{start}-{end} runs backwards") } else { format!("{start} is too large") });
        }
        let step = step.unwrap_or(1);
        if step == 0 {
            return Err("a step of 0 never advances".to_owned());
        }
        // v3 counts `*/2` as a restriction, v1 as a star.
        if step > 1 && self.is_v3() {
            star = 0;
        }
        Ok(bits(start, end, step) | star)
    }
}

/// Go's `Atoi` takes a leading plus, and robfig no negative numbers.
fn number(text: &str) -> Result<u64, String> {
    let digits = text.strip_prefix('+').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("`{text}` is not a number"));
    }
    match digits.parse::<i64>() {
        Ok(number) => Ok(number.unsigned_abs()),
        Err(_) => Err(format!("`{text}` is too large")),
    }
}

fn number_or_name(text: &str, part: Part) -> Result<u64, String> {
    let (min, _) = part.bounds();
    let mut values = min..;
    part.names().iter().find_map(|name| values.next().filter(|_| name.eq_ignore_ascii_case(text))).map_or_else(|| number(text), Ok)
}

/// The bits from `low` to `high`, both below 64, that `step` hits.
fn bits(low: u64, high: u64, step: u64) -> u64 {
    let mut set = 0;
    let mut value = low;
    while value <= high {
        set |= 1 << value;
        value = value.saturating_add(step);
    }
    set
}

/// Whether the value is in the set. Callers pass values of a clock, below 64.
pub(super) fn has(set: u64, value: i64) -> bool {
    set >> (value & 63) & 1 == 1
}

/// The smallest value of the set that is not below `from`.
pub(super) fn at_or_after(set: u64, from: i64) -> Option<i64> {
    let rest = u64::MAX.checked_shl(u32::try_from(from).ok()?)? & set;
    (rest != 0).then(|| i64::from(rest.trailing_zeros()))
}

/// The largest value of the set that is not above `to`.
fn at_or_before(set: u64, to: i64) -> Option<i64> {
    let to = u32::try_from(to).ok()?;
    let rest = u64::MAX.checked_shr(63_u32.checked_sub(to)?)? & set;
    (rest != 0).then(|| 63 - i64::from(rest.leading_zeros()))
}
