//! Keyset paging: a cursor says where the last page ended, and is opaque to clients.

use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::failure::Failure;

/// Where a list goes on. It holds nothing secret and grants nothing: each page is loaded within what the asker may see.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor(String);

impl Cursor {
    /// A cursor that carries `key`, the sort key of the last item shown.
    ///
    /// # Panics
    /// When `key` cannot be written as JSON, such as a map with keys that are not text.
    pub fn after<T: Serialize>(key: &T) -> Cursor {
        Cursor(BASE64URL_NOPAD.encode(&serde_json::to_vec(key).expect("a sort key is plain data")))
    }

    /// Reads the key back from the text a client sent.
    ///
    /// # Errors
    /// `bad-cursor` (400) when the text is no cursor of this list.
    pub fn key<T: DeserializeOwned>(text: &str) -> Result<T, Failure> {
        BASE64URL_NOPAD
            .decode(text.as_bytes())
            .ok()
            .and_then(|bytes| serde_json::from_slice(&bytes).ok())
            .ok_or_else(|| Failure::bad_request("bad-cursor"))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PageOf<T> {
    pub items: Vec<T>,
    /// The cursor of the next page, when there is one.
    pub next: Option<String>,
}

impl<T> PageOf<T> {
    /// Cuts `rows` to `size`. Ask the store for `size + 1` rows: the one too many tells that there is a next page.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, size: usize, key: impl Fn(&T) -> K) -> PageOf<T> {
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|last| Cursor::after(&key(last)).0);
        PageOf { items: rows, next }
    }

    pub fn map<U>(self, f: impl FnMut(T) -> U) -> PageOf<U> {
        PageOf { items: self.items.into_iter().map(f).collect(), next: self.next }
    }

    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_row_too_many_makes_the_cursor_and_is_not_shown() {
        let page = PageOf::cut(vec![9, 7, 5], 2, |n| *n);
        assert_eq!(page.items, [9, 7]);
        assert_eq!(Cursor::key::<i32>(&page.next.unwrap()).unwrap(), 7);
        assert_eq!(PageOf::cut(vec![9, 7], 2, |n| *n).next, None);
        assert_eq!(PageOf::cut(Vec::<i32>::new(), 2, |n| *n).next, None);
    }

    proptest! {
        #[test]
        fn a_cursor_comes_back(path in ".*", at in any::<i64>()) {
            let key = (path, at);
            prop_assert_eq!(Cursor::key::<(String, i64)>(Cursor::after(&key).as_str()).unwrap(), key);
        }

        #[test]
        fn garbage_is_refused(text in ".*") {
            prop_assert!(Cursor::key::<(String, i64)>(&text).is_err());
        }
    }
}
