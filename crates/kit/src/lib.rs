//! What every page and every API answer needs, and no domain word: the page frame, languages, forms and their
//! protection, signed cookies, paging, rate limits, failure pages, assets, charts and QR codes.
//!
//! A program makes one [`Frame`], wraps its routes with [`serve`], and asks for a [`Page`] in each handler. Who is
//! signed in is told by the program's own session layer through [`Visit::sign_in`].

pub mod accept;
pub mod assets;
pub mod charts;
mod chinese;
pub mod cookies;
pub mod csrf;
pub mod failure;
pub mod flash;
pub mod format;
pub mod forms;
pub mod frame;
pub mod headers;
mod heard;
pub mod lang;
pub mod limits;
pub mod log;
mod markup;
mod merging;
pub mod page;
pub mod paging;
mod parts;
pub mod prefs;
pub mod qr;
mod secret;
pub mod spreadsheets;
mod unread;
pub mod words;

pub use failure::{Failure, Problem};
pub use flash::{Flash, Tone};
pub use format::{Due, Whole};
pub use forms::{Choice, Errors, Form, Upload};
pub use frame::{Banner, Frame, Named, NavItem, Notice, SignedIn, Site, Visit, serve};
pub use lang::Lang;
pub use markup::Markup;
pub use page::{Link, Page, html};
pub use paging::{Cursor, PageOf};
pub use parts::{Field, drawn};
pub use prefs::{Keys, Prefs, Size, Theme};
pub use secret::{Secret, random_token};
pub use words::{Arg, Value, Words};
