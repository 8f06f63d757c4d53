//! What everybody may ask about their own personal information (个人信息保护法 chapter 4).

pub mod access;
pub mod erasure;
pub mod kept;
