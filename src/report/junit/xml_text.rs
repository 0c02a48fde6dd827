//! Text that XML 1.0 can hold, in an attribute or in a CDATA section. There is no other way to make one.

use crate::report::clean;

/// The longest attribute, in characters: a message is one line in a CI server's list.
const LONGEST_ATTRIBUTE: usize = 2_000;
/// The longest body, in characters. GitLab takes 30 MB a file.
const LONGEST_BODY: usize = 20_000;

/// Text that XML 1.0 can hold wherever `junit_report` writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct XmlText(String);

impl XmlText {
    /// One line. Parsers turn a line end in an attribute into a space, so it is one from the start.
    pub(super) fn attribute(text: &str) -> Self {
        Self(safe(&clean::cut(&clean::line(text), LONGEST_ATTRIBUTE)))
    }

    /// Lines.
    pub(super) fn body(text: &str) -> Self {
        Self(safe(&clean::cut(&clean::lines(text), LONGEST_BODY)))
    }
}

/// `]]>` would end the section, and the rest of the text would be elements.
fn safe(text: &str) -> String {
    clean::defuse(text).replace("]]>", "]] >")
}

impl From<XmlText> for String {
    fn from(text: XmlText) -> Self {
        text.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_cannot_say_is_spelled_out() {
        assert_eq!(XmlText::attribute("a\nb\0\u{fffe}").0, "a b\\u{0}\\u{fffe}");
        assert_eq!(XmlText::body("a\r\nb]]]>x]]>").0, "a\nb]]] >x]] >");
        assert_eq!(XmlText::body("::error::x\n##vso[y").0, ": :error::x\n# #vso[y");
    }
}
