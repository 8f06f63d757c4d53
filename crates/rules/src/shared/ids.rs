//! Ids: a cell and a UUIDv7, one string outside SQL (`mat_041g…`).
//!
//! The cell is the county-level unit a row belongs to. It is part of the id so that a look-up stays in one cell; it is
//! never shown to people as such.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;
use std::sync::LazyLock;

use data_encoding::{Encoding, Specification};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The county-level unit that a row belongs to; [`Cell::ROOT`] is the city itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cell(pub i32);

impl Cell {
    pub const ROOT: Cell = Cell(0);
}

/// What an id is an id of. The prefix makes a stray id readable in a log or an address.
pub trait Thing: 'static {
    const PREFIX: &'static str;
}

/// An id of one kind of thing.
pub struct Id<T> {
    pub cell: Cell,
    pub uuid: Uuid,
    of: PhantomData<fn() -> T>,
}

impl<T> Id<T> {
    pub const fn new(cell: Cell, uuid: Uuid) -> Self {
        Id { cell, uuid, of: PhantomData }
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cell == other.cell && self.uuid == other.uuid
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.cell, self.uuid).cmp(&(other.cell, other.uuid))
    }
}
impl<T> std::hash::Hash for Id<T> {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.cell.hash(state);
        self.uuid.hash(state);
    }
}

/// Crockford's base 32, lower case: no i, l, o or u to misread.
static BASE32: LazyLock<Encoding> = LazyLock::new(|| {
    let mut spec = Specification::new();
    spec.symbols.push_str("0123456789abcdefghjkmnpqrstvwxyz");
    spec.translate.from.push_str("ABCDEFGHJKMNPQRSTVWXYZilouILOU");
    spec.translate.to.push_str("abcdefghjkmnpqrstvwxyz110v110v");
    spec.encoding().expect("a fixed alphabet")
});

impl<T: Thing> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut bytes = [0u8; 18];
        // Cells are small numbers given once, so two bytes hold them; `Cell` is an i32 only because SQL has no u16.
        bytes[..2].copy_from_slice(&u16::try_from(self.cell.0).map_err(|_| fmt::Error)?.to_be_bytes());
        bytes[2..].copy_from_slice(self.uuid.as_bytes());
        write!(f, "{}_{}", T::PREFIX, BASE32.encode(&bytes))
    }
}

impl<T: Thing> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Why a text is not an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdError {
    /// It does not start with the prefix of this kind of thing.
    Prefix { expected: &'static str },
    /// What follows the prefix is not eighteen bytes in base 32.
    Malformed,
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            IdError::Prefix { expected } => write!(f, "an id that starts with {expected}_ is expected here"),
            IdError::Malformed => f.write_str("this is not a whole id"),
        }
    }
}
impl std::error::Error for IdError {}

impl<T: Thing> FromStr for Id<T> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let rest = text
            .strip_prefix(T::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .ok_or(IdError::Prefix { expected: T::PREFIX })?;
        let bytes = BASE32.decode(rest.as_bytes()).map_err(|_| IdError::Malformed)?;
        let bytes: [u8; 18] = bytes.try_into().map_err(|_| IdError::Malformed)?;
        let cell = u16::from_be_bytes([bytes[0], bytes[1]]);
        let uuid = Uuid::from_slice(&bytes[2..]).map_err(|_| IdError::Malformed)?;
        Ok(Id::new(Cell(cell.into()), uuid))
    }
}

impl<T: Thing> Serialize for Id<T> {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(self)
    }
}
impl<'de, T: Thing> Deserialize<'de> for Id<T> {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

macro_rules! things {
    ($($(#[$doc:meta])* $thing:ident $id:ident $prefix:literal;)*) => {$(
        $(#[$doc])*
        pub enum $thing {}
        impl Thing for $thing { const PREFIX: &'static str = $prefix; }
        pub type $id = Id<$thing>;
    )*};
}

things! {
    /// A node of city → county → township → village or community → grid.
    PlaceThing PlaceId "plc";
    PersonThing PersonId "per";
    HouseholdThing HouseholdId "hou";
    OrganisationThing OrganisationId "org";
    MembershipThing MembershipId "mem";
    CredentialThing CredentialId "cre";
    /// A service card 便民服务卡.
    CardThing CardId "crd";
    ConsentThing ConsentId "con";
    /// One person acting for another 委托授权.
    MandateThing MandateId "man";
    MatterThing MatterId "mat";
    FileThing FileId "fil";
    TaskThing TaskId "tsk";
    OfferThing OfferId "off";
    RecordThing RecordId "rec";
    CertificateThing CertificateId "crt";
    EventThing EventId "evt";
    JobThing JobId "job";
    SessionThing SessionId "ses";
    TokenThing TokenId "tok";
    DraftThing DraftId "dra";
    NoteThing NoteId "not";
    /// A question to whom a report is about.
    ReplyThing ReplyId "rpl";
    HandoverThing HandoverId "hov";
    /// A spreadsheet that is being brought in.
    ImportThing ImportId "imp";
    /// A request that something kept about a person be corrected 更正申请.
    CorrectionThing CorrectionId "cor";
    /// An entry of who answers for personal information 个人信息处理者.
    DataHandlerThing DataHandlerId "hdl";
    /// An impact assessment 个人信息保护影响评估.
    AssessmentThing AssessmentId "pia";
    /// A batch of numbered forms of paper.
    BatchThing BatchId "bat";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_and_keeps_its_cell() {
        let id = PersonId::new(Cell(11), Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        let text = id.to_string();
        assert!(text.starts_with("per_"));
        assert_eq!(text.parse::<PersonId>(), Ok(id));
        assert_eq!(text.to_uppercase().replacen("PER", "per", 1).parse::<PersonId>(), Ok(id));
    }

    #[test]
    fn an_id_of_another_thing_is_refused() {
        let id = MatterId::new(Cell(1), Uuid::from_u128(7)).to_string();
        assert_eq!(id.parse::<PersonId>(), Err(IdError::Prefix { expected: "per" }));
        assert_eq!("per_zzz".parse::<PersonId>(), Err(IdError::Malformed));
    }
}
