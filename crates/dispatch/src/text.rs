//! What an operator reads, in Vietnamese and English: one catalogue.

/// A language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Lang {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

/// What can be said to an operator, in a word or one plain sentence.
pub trait Words {
    /// The words; a number from a newer version is said as its number and its class.
    fn words(&self, lang: Lang) -> String;
}

impl Words for crate::answer::AnswerError {
    fn words(&self, _lang: Lang) -> String {
        self.to_string()
    }
}
