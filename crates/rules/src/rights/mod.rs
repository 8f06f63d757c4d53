//! What everybody may ask about their own personal information (个人信息保护法 chapter 4), and what whoever handles it owes the
//! public (chapter 5).

pub mod access;
pub mod assessment;
pub mod correction;
pub mod data_handler;
pub mod erasure;
pub mod kept;
pub mod living;
