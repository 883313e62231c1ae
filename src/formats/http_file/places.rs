//! Where the parts of a file of requests are.

use std::borrow::Cow;

use crate::domain::span::Span;

/// One `# @name value` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Directive {
    /// The line with its line end.
    pub line: Span,
    /// The name, without `@`.
    pub name: Span,
    /// The value; empty at the end of the line without one.
    pub value: Span,
    /// Number of the line, from 1.
    pub number: usize,
}

/// One `@name = value` line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Definition {
    /// The line with its line end.
    pub line: Span,
    /// The variable's name.
    pub name: Span,
    /// Its value, without spaces around it.
    pub value: Span,
}

/// One header line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HeaderLine {
    /// The line with its line end.
    pub line: Span,
    /// Offset after the line's text.
    pub end: usize,
    /// The name.
    pub name: Span,
    /// The value without spaces around it; directly after the colon when it is empty.
    pub value: Span,
    /// Number of the line, from 1.
    pub number: usize,
}

/// The parts of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestPlaces {
    /// The request line with its line end.
    pub line: Span,
    /// Number of that line, from 1.
    pub number: usize,
    /// The method, when there is one.
    pub method: Option<Span>,
    /// The address on the request line.
    pub url: Span,
    /// Further lines of the address (`?a=1`, `&b=2`): the whole line and the part that counts.
    pub continued: Vec<(Span, Span)>,
    /// Comment lines among them that switch a parameter off: the whole line and its text.
    pub off: Vec<(Span, Span)>,
    /// Offset after the text of the last line that belongs to the address.
    pub line_end: usize,
    /// Offset after the text of the last line before the body: a header, or a comment, directive or variable among them.
    pub head_end: usize,
    /// The headers in order.
    pub headers: Vec<HeaderLine>,
    /// The body; `None` without one.
    pub body: Option<Span>,
    /// Number of the body's first line, from 1; that of the request line without a body.
    pub body_number: usize,
    /// Offset behind the last line that belongs to the request, what handles its answer included. Only blank lines and comments
    /// follow in its block.
    pub end: usize,
}

/// What a block holds apart from its request and is not executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aside {
    /// Number of its line, from 1.
    pub number: usize,
    /// What it is.
    pub kind: AsideKind,
}

/// The kinds of [`Aside`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AsideKind {
    /// `< {% … %}`, `> {% … %}`, `< file.js`, `> file.js`, `{{ … }}`, `??`.
    Script,
    /// `>> file`: where another tool would write the answer.
    AnswerFile,
    /// `import file`, `run file` or `run #name`.
    Import,
    /// A request of another protocol.
    Protocol,
}

/// Something in a block that could not be read. The text keeps it all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line from 1.
    pub line: usize,
    /// Column from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: Cow<'static, str>,
}

/// From one `###` to the next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// All of it, separator line included.
    pub span: Span,
    /// The `###` line without its line end; `None` for what precedes the first.
    pub separator: Option<Span>,
    /// The text after `###`; empty without one.
    pub title: Span,
    /// Directives before and among the headers.
    pub directives: Vec<Directive>,
    /// Variables defined here.
    pub definitions: Vec<Definition>,
    /// The request, when the block has one.
    pub request: Option<Box<RequestPlaces>>,
    /// Paths after `<>`, recorded answers, each with the number of its line.
    pub references: Vec<(Span, usize)>,
    /// An answer that is recorded behind the request, as httpYac writes it, with the number of its first line.
    pub answer: Option<(Span, usize)>,
    /// Scripts and the like.
    pub asides: Vec<Aside>,
    /// Lines without a colon among the headers, each with its number.
    pub colonless: Vec<(Span, usize)>,
    /// What could not be read.
    pub faults: Vec<Fault>,
}

impl Block {
    /// Offset behind what belongs to its request; its end without one.
    pub(super) fn own_end(&self) -> usize {
        self.request.as_ref().map_or(self.span.end, |request| request.end)
    }
}
