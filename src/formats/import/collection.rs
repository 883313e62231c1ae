//! What the file of every tool becomes: folders with requests, each with its own auth, and the environments around them.

/// A collection as a tool has it, before anything is inherited.
#[derive(Clone, Debug, Default)]
pub struct Collection {
    /// The tool that wrote it.
    pub tool: Tool,
    /// Its outermost folder, with the name of the collection.
    pub root: Folder,
    /// The environments that came with it.
    pub environments: Vec<Environment>,
    /// What is not carried over.
    pub losses: Vec<ImportLoss>,
}

impl Collection {
    /// How many requests it has.
    pub fn len(&self) -> usize {
        self.root.len()
    }

    /// True without any request.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The tools whose collections are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tool {
    /// Postman.
    #[default]
    Postman,
    /// Bruno, its `.bru` files and its OpenCollection.
    Bruno,
    /// Insomnia.
    Insomnia,
    /// A description of an API.
    OpenApi,
}

impl Tool {
    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Postman => "Postman",
            Self::Bruno => "Bruno",
            Self::Insomnia => "Insomnia",
            Self::OpenApi => "OpenAPI",
        }
    }
}

/// Something that is not carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportLoss {
    /// The file, as it was given.
    pub source: String,
    /// Line from 1; 0 without one.
    pub line: usize,
    /// What it was, and why.
    pub message: String,
}

/// A folder, or the collection itself.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    /// Its name.
    pub name: String,
    /// What its author says of it.
    pub description: String,
    /// The auth of everything in it.
    pub auth: Auth,
    /// Headers of every request in it.
    pub headers: Vec<Field>,
    /// Variables that everything in it sees.
    pub variables: Vec<Variable>,
    /// What is in it, in order.
    pub items: Vec<Item>,
    /// The file that it is in.
    pub source: String,
    /// Where in that file, from 1; 0 without a line.
    pub line: usize,
}

impl Folder {
    /// How many requests are in it and below.
    pub fn len(&self) -> usize {
        let of = |item: &Item| match item {
            Item::Folder(folder) => folder.len(),
            Item::Request(_) => 1,
        };
        self.items.iter().map(of).sum()
    }

    /// True without any request in it or below.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Something in a folder.
#[derive(Clone, Debug)]
pub enum Item {
    /// A folder.
    Folder(Folder),
    /// A request.
    Request(Box<SavedRequest>),
}

/// A request as it is saved.
#[derive(Clone, Debug, Default)]
pub struct SavedRequest {
    /// Its name.
    pub name: String,
    /// What its author says of it.
    pub description: String,
    /// The method.
    pub method: String,
    /// The address without what `query` holds.
    pub url: String,
    /// Parameters of the address, encoded as they go out.
    pub query: Vec<Field>,
    /// Values of `:name` in the path.
    pub path: Vec<Field>,
    /// The headers.
    pub headers: Vec<Field>,
    /// The body.
    pub body: Body,
    /// The auth.
    pub auth: Auth,
    /// Variables that it alone sees.
    pub variables: Vec<Variable>,
    /// True when the tool shows a redirect as the answer.
    pub shows_redirects: bool,
    /// The file that it is in.
    pub source: String,
    /// Where in that file, from 1; 0 without a line.
    pub line: usize,
}

/// A name with a value that can be turned off.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Field {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// False when the tool does not send it.
    pub is_on: bool,
}

impl Field {
    /// One that is sent.
    pub fn on(name: impl Into<String>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into(), is_on: true }
    }
}

/// A variable with a value.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Variable {
    /// The name.
    pub name: String,
    /// The value.
    pub value: String,
    /// True when the tool keeps it as a secret.
    pub is_secret: bool,
}

/// Values that are chosen together.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    /// Its name; `None` for values that count in every environment.
    pub name: Option<String>,
    /// The values.
    pub variables: Vec<Variable>,
}

/// How a request authenticates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Auth {
    /// As the folder around it does.
    #[default]
    Inherit,
    /// Not at all.
    None,
    /// `Authorization: Bearer`, or another word.
    Bearer {
        /// The token.
        token: String,
        /// The word before it; may be empty.
        prefix: String,
    },
    /// User and password.
    Basic {
        /// The user.
        username: String,
        /// The password.
        password: String,
    },
    /// A key under a name.
    ApiKey {
        /// The name.
        name: String,
        /// The key.
        value: String,
        /// Where it goes.
        place: KeyPlace,
    },
    /// An answer to the challenge of the server.
    Digest {
        /// The user.
        username: String,
        /// The password.
        password: String,
    },
    /// A token that the tool fetches.
    OAuth2(Box<OAuth2>),
    /// AWS Signature Version 4.
    AwsSigV4,
    /// Something else, by its name.
    Other(String),
}

impl Auth {
    /// What people call it; `None` where nothing is sent.
    pub fn label(&self) -> Option<&str> {
        Some(match self {
            Self::Inherit | Self::None => return None,
            Self::Bearer { .. } => "Bearer",
            Self::Basic { .. } => "Basic",
            Self::ApiKey { .. } => "API key",
            Self::Digest { .. } => "Digest",
            Self::OAuth2(_) => "OAuth 2",
            Self::AwsSigV4 => "AWS Signature",
            Self::Other(name) => name,
        })
    }
}

/// Where an API key goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyPlace {
    /// A header.
    #[default]
    Header,
    /// The query of the address.
    Query,
    /// A cookie.
    Cookie,
}

/// How a token is fetched by OAuth 2. What is not known is empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OAuth2 {
    /// The grant type as RFC 6749 calls it: `client_credentials`, `authorization_code`, `password`, `implicit`.
    pub grant: String,
    /// Where the token is fetched.
    pub token_url: String,
    /// The token that the tool has at the moment.
    pub access_token: String,
    /// The word before the token in the header.
    pub prefix: String,
    /// Where the token goes: a header, or the parameter of this name.
    pub query_parameter: Option<String>,
}

/// The body of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// A text.
    Text {
        /// The text.
        text: String,
        /// Its media type, if the headers name none; may be empty.
        media_type: String,
    },
    /// `a=b&c=d`, not encoded yet.
    Form(Vec<Field>),
    /// `multipart/form-data`.
    Multipart(Vec<FormPart>),
    /// A query of GraphQL.
    GraphQl {
        /// The query.
        query: String,
        /// Its variables as JSON; may be empty.
        variables: String,
        /// Which of its operations; may be empty.
        operation: String,
    },
    /// The content of a file.
    File {
        /// Its path.
        path: String,
        /// Its media type, if the headers name none; may be empty.
        media_type: String,
    },
}

/// A part of a `multipart/form-data` body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormPart {
    /// Its name.
    pub name: String,
    /// What is in it.
    pub content: PartContent,
    /// Its media type; may be empty.
    pub media_type: String,
    /// False when the tool does not send it.
    pub is_on: bool,
}

/// What is in a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartContent {
    /// A text.
    Text(String),
    /// The content of files, by their paths.
    Files(Vec<String>),
}

impl Default for PartContent {
    fn default() -> Self {
        Self::Text(String::new())
    }
}
