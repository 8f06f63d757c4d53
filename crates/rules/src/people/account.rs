//! Who may open a way into somebody's account: a new password, a token, a second step taken away, another telephone.
//!
//! Whoever holds one is that person to the program. So nobody opens one that leads to roles which they could not give: else
//! an administrator of a county would be an inspector of the city by the reset of one password.

use super::membership::could_give;
use crate::shared::permit::token_reads;
use crate::shared::{Actor, Membership, Refusal, TokenScope};

/// Whether `who` may open a way into the account of somebody with these roles, of today and to come.
///
/// # Errors
/// `account-wider` when one of them is of a place or kind that `who` could not give.
pub fn may_open(who: &Actor, theirs: &[Membership]) -> Result<(), Refusal> {
    if theirs.iter().all(|membership| !membership.role.is_of_staff() || could_give(who, membership)) {
        return Ok(());
    }
    Err(Refusal::new("account-wider"))
}

/// Whether `who` may issue a token for somebody with these roles, of today and to come. A token reads what its owner reads, and
/// whoever issued it saw it: that of a resident or volunteer would open their own protected fields to an administrator,
/// and the access log would say that they looked themselves.
///
/// # Errors
/// `account-wider` as [`may_open`]; `token-not-staff` for somebody who has no role of staff.
pub fn may_have_token(who: &Actor, theirs: &[Membership]) -> Result<(), Refusal> {
    may_open(who, theirs)?;
    if who.is_system() || theirs.iter().any(|membership| membership.role.is_of_staff()) {
        return Ok(());
    }
    Err(Refusal::new("token-not-staff"))
}

/// Whether `who`, who corrects what is known of somebody, may change the telephone too: its codes sign in.
///
/// # Errors
/// `phone-of-staff` for whoever has a role of staff: an administrator changes it where accounts are looked after.
pub fn may_correct_phone(who: &Actor, theirs: &[Membership]) -> Result<(), Refusal> {
    if who.is_system() || !theirs.iter().any(|membership| membership.role.is_of_staff()) {
        return Ok(());
    }
    Err(Refusal::new("phone-of-staff").at_field("phone"))
}

/// Whether a token may be given these scopes: one that is asked for by a token reaches no further than that does.
///
/// # Errors
/// `token-scope-wider`, with the first that does.
pub fn may_give_scopes(who: &Actor, scopes: &[&str]) -> Result<(), Refusal> {
    let Some(own) = &who.token_scopes else { return Ok(()) };
    let has = |scope: &str| own.iter().any(|TokenScope(own)| own == "*" || own == scope);
    // Who writes somewhere reads there.
    let reads = |scope: &str| scope.strip_suffix(":read").is_some_and(|capability| token_reads(who, capability));
    let holds = |scope: &str| has(scope) || reads(scope);
    match scopes.iter().find(|scope| !holds(scope)) {
        Some(wider) => Err(Refusal::new("token-scope-wider").with("scope", *wider).at_field("scopes")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::shared::{Cell, Channel, Id, Role};

    fn held(role: Role, path: &str) -> Membership {
        Membership { role, organisation: None, place_path: path.into() }
    }

    fn actor(role: Role, path: &str) -> Actor {
        Actor::person(Id::new(Cell(1), Uuid::from_u128(1)), vec![held(role, path)], Channel::Web)
    }

    #[test]
    fn an_account_is_opened_by_whoever_could_give_its_roles() {
        let (city, county, other) = ("3717/", "3717/371722/", "3717/371723/");
        let admin = |path| actor(Role::Administrator, path);
        let social = || actor(Role::SocialWorker, county);
        let cases = [
            (
                "a social worker of the county, by its administrator",
                admin(county),
                vec![held(Role::SocialWorker, county)],
                true,
            ),
            ("and by that of the city", admin(city), vec![held(Role::SocialWorker, county)], true),
            (
                "the administrator of the city, by that of a county",
                admin(county),
                vec![held(Role::Administrator, city)],
                false,
            ),
            ("an inspector of the city", admin(county), vec![held(Role::Inspector, city)], false),
            (
                "of two roles the wider one counts",
                admin(county),
                vec![held(Role::CallTaker, county), held(Role::Inspector, city)],
                false,
            ),
            ("another county", admin(county), vec![held(Role::SocialWorker, other)], false),
            ("volunteers hold nothing that leads further", admin(county), vec![held(Role::Volunteer, city)], true),
            ("who gives no roles of staff", social(), vec![held(Role::GridMember, county)], false),
            ("the program itself", Actor::system(), vec![held(Role::Administrator, city)], true),
        ];
        for (name, who, theirs, expected) in cases {
            assert_eq!(may_open(&who, &theirs).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn a_token_is_for_staff() {
        let county = "3717/371722/";
        let admin = actor(Role::Administrator, county);
        let of = |role| [held(role, county)];
        for role in [Role::Resident, Role::Volunteer, Role::TeamLeader] {
            let refused = may_have_token(&admin, &of(role)).expect_err("their own data would be read");
            assert_eq!(refused.code, "token-not-staff", "{role:?}");
        }
        assert!(may_have_token(&admin, &[]).is_err());
        assert!(may_have_token(&admin, &of(Role::GridMember)).is_ok());
        assert!(may_have_token(&admin, &[held(Role::Inspector, "3717/")]).is_err(), "wider than the administrator");
        assert!(may_have_token(&Actor::system(), &of(Role::Resident)).is_ok(), "the program itself");
    }

    #[test]
    fn the_telephone_of_staff_is_no_correction() {
        let social = actor(Role::SocialWorker, "3717/371722/");
        assert!(may_correct_phone(&social, &[held(Role::Volunteer, "3717/")]).is_ok());
        assert!(may_correct_phone(&social, &[held(Role::GridMember, "3717/371722/")]).is_err());
        assert!(may_correct_phone(&Actor::system(), &[held(Role::GridMember, "3717/")]).is_ok());
    }

    #[test]
    fn a_token_gives_no_more_than_it_has() {
        let by = |scopes: &[&str]| Actor {
            token_scopes: Some(scopes.iter().map(|scope| TokenScope((*scope).to_owned())).collect()),
            ..actor(Role::Administrator, "3717/")
        };
        let cases: [(&[&str], &[&str], bool); 8] = [
            (&["identity:write"], &["*"], false),
            (&["identity:write"], &["identity:write"], true),
            (&["identity:write"], &["identity:write", "matters:read"], false),
            (&["identity:write", "read"], &["matters:read"], true),
            (&["identity:write", "read"], &["matters:write"], false),
            (&["identity:write", "matters:read"], &["read"], false),
            (&["matters:write"], &["matters:read"], true),
            (&["*"], &["*", "matters:write"], true),
        ];
        for (own, asked, expected) in cases {
            assert_eq!(may_give_scopes(&by(own), asked).is_ok(), expected, "{own:?} {asked:?}");
        }
        assert!(may_give_scopes(&actor(Role::Administrator, "3717/"), &["*"]).is_ok(), "no token");
    }
}
